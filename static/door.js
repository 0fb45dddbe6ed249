// The display beside a door: its clock, what it says when nobody answers, and asking only for what has changed.

const lost = document.getElementById("lost");
const door = () => document.getElementById("door");
const version = door().dataset.version;
let ahead = 0; // milliseconds that the server's clock is ahead of this one
let answeredAt = Date.now();

const time = (milliseconds) => new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: door().dataset.zone,
}).format(milliseconds);

function setClock() {
  ahead = Number(door().dataset.now) * 1000 - Date.now();
}

function tick() {
  const now = Date.now() + ahead;
  document.getElementById("clock").textContent = time(now);
  const progress = document.querySelector("progress");
  if (progress) progress.value = now / 1000 - Number(progress.dataset.from);
}

function say(words) {
  if (words && lost.textContent !== words) lost.textContent = words;
  lost.hidden = !words;
}

// The browser keeps nothing: what it has already is what the page shows.
document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.verb === "get") event.detail.headers["If-None-Match"] = `"${door().dataset.etag}"`;
});

document.addEventListener("htmx:afterRequest", (event) => {
  const { status } = event.detail.xhr;
  const isEnded = status === 404;
  document.body.classList.toggle("ended", isEnded);
  if (isEnded) return say(lost.dataset.ended);
  const hasAnswered = status > 0 && status < 500 && status !== 429;
  document.body.classList.toggle("lost", !hasAnswered);
  if (!hasAnswered) return say(lost.dataset.lost.replace("%(time)s", time(answeredAt + ahead)));
  answeredAt = Date.now();
  return say("");
});

// Another installation of the portal may have another style and another script.
document.addEventListener("htmx:afterSettle", () => {
  if (door().dataset.version !== version) location.reload();
  setClock();
  tick();
  const said = door().querySelector(".said");
  if (said) setTimeout(() => said.remove(), 8000);
});

setClock();
tick();
setInterval(tick, 1000);
