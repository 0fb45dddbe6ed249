// Lines are moved by drag and by keys, and the running page ticks. Forms and links do the same without this.

const $ = (selector, within = document) => within.querySelector(selector);

function say(words) {
  document.dispatchEvent(new CustomEvent("done", { detail: { words } }));
}

// --- Moving lines: at once on the page, then in the portal, which answers with the agenda as it is. ---

const PAUSE = 350; // milliseconds without a key, after which the portal hears of it
let timer = 0;
let moving = null;

const lines = () => [...document.querySelectorAll(".agenda-line")];
const handleOf = (line) => $("[data-handle]", line);

function place(line, to) {
  const all = lines();
  const at = Math.max(0, Math.min(to, all.length - 1));
  const others = all.filter((other) => other !== line);
  if (at >= others.length) line.parentElement.append(line);
  else others[at].before(line);
  const words = $("#agenda").dataset.moved;
  say(words.replace("@", line.dataset.title).replace("#", at + 1));
}

function send() {
  clearTimeout(timer);
  if (!moving) return;
  const line = moving;
  moving = null;
  const values = { to: lines().indexOf(line), seen: $("#agenda").dataset.order, by_handle: "y" };
  htmx.ajax("POST", handleOf(line).dataset.handle, { source: "#agenda", target: "#agenda", swap: "outerHTML", values });
}

document.addEventListener("keydown", (event) => {
  const handle = event.target.closest?.("[data-handle]");
  if (!handle) return;
  const line = handle.closest(".agenda-line");
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (event.altKey && step) {
    event.preventDefault();
    // While the portal writes, its answer would overtake another step.
    if ($("#agenda.htmx-request")) return;
    place(line, lines().indexOf(line) + step);
    handle.focus();
    moving = line;
    clearTimeout(timer);
    timer = setTimeout(send, PAUSE);
  } else if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    say($("#agenda").dataset.hint);
  }
});

document.addEventListener("focusout", (event) => {
  if (moving && event.target === handleOf(moving) && event.relatedTarget) send();
});

let dragged = null;

document.addEventListener("dragstart", (event) => {
  const handle = event.target.closest?.("[data-handle]");
  if (!handle) return;
  dragged = handle.closest(".agenda-line");
  dragged.classList.add("is-dragged");
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.dataset.title);
  event.dataTransfer.setDragImage(dragged, 16, 16);
});

function target(event) {
  const line = dragged && event.target.closest?.(".agenda-line");
  if (!line) return null;
  const box = line.getBoundingClientRect();
  return { line, after: event.clientY > box.top + box.height / 2 };
}

function unmark() {
  document.querySelectorAll(".drop-before, .drop-after").forEach((line) => {
    line.classList.remove("drop-before", "drop-after");
  });
}

document.addEventListener("dragover", (event) => {
  const over = target(event);
  if (!over) return;
  event.preventDefault();
  unmark();
  if (over.line !== dragged) over.line.classList.add(over.after ? "drop-after" : "drop-before");
});

document.addEventListener("drop", (event) => {
  const over = target(event);
  if (!over) return;
  event.preventDefault();
  if (over.line === dragged) return;
  const others = lines().filter((line) => line !== dragged);
  place(dragged, others.indexOf(over.line) + (over.after ? 1 : 0));
  moving = dragged;
  send();
});

document.addEventListener("dragend", () => {
  unmark();
  dragged?.classList.remove("is-dragged");
  dragged = null;
});

// --- The form of a line: it takes the focus, Escape leaves it, and the line's button has it again. ---

let left = "";

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.matches("[data-leave]")) left = event.target.closest(".agenda-line").id.replace("line", "change");
});

document.addEventListener("htmx:afterSettle", () => {
  if (left) document.getElementById(left)?.focus();
  else if (document.activeElement === document.body) $(".is-edited #title")?.focus();
  left = "";
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || $("dialog[open]")) return;
  event.target.closest?.(".is-edited")?.querySelector("[data-leave]").click();
});

// --- The clock of the running page: by the portal's time, whatever this device believes. ---

const run = () => document.getElementById("run");
let ahead = 0; // milliseconds that the portal's clock is before this one's

function setClock(instant) {
  if (Number.isFinite(instant)) ahead = instant - Date.now();
}

const told = (seconds) => {
  const all = Math.abs(Math.trunc(seconds));
  const two = (number) => String(number).padStart(2, "0");
  const [hours, minutes] = [Math.floor(all / 3600), Math.floor(all / 60) % 60];
  return hours ? `${hours}:${two(minutes)}:${two(all % 60)}` : `${minutes}:${two(all % 60)}`;
};

function tick() {
  const clock = run() && $("[data-since]", run());
  if (!clock) return;
  const used = Math.max(0, (Date.now() + ahead - Date.parse(clock.dataset.since)) / 1000);
  $("[data-used]", clock).textContent = told(used);
  const given = Number(clock.dataset.minutes) * 60;
  if (!given) return;
  const isOver = used > given;
  $("[data-rest]", clock).textContent = told(given - Math.floor(used));
  $("[data-word]", clock).textContent = isOver ? clock.dataset.over : clock.dataset.left;
  $("progress", run()).value = Math.min(used, given);
  $(".run-now", run()).classList.toggle("is-over", isOver);
}

document.addEventListener("htmx:afterRequest", (event) => {
  const date = run() && event.detail.xhr?.getResponseHeader("Date");
  // The header tells whole seconds, so that half of one is the least error.
  if (date) setClock(Date.parse(date) + 500);
});

// What the portal said in the page is nearer to its clock than the header until then.
if (run()) {
  setClock(Date.parse(run().dataset.now) + performance.now());
  tick();
  setInterval(tick, 1000);
}
document.addEventListener("htmx:afterSettle", tick);

document.addEventListener("keydown", (event) => {
  const busy = event.repeat || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey;
  if (!run() || busy || event.target.closest("input, textarea, select, summary, dialog")) return;
  if (event.key === " " && event.target.closest("button, a")) return;
  const step = { " ": "next", n: "next", ArrowRight: "next", Backspace: "back", ArrowLeft: "back" }[event.key];
  const button = step && $(`[data-step="${step}"]`, run());
  if (!button) return;
  event.preventDefault();
  button.click();
});

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-fullscreen]")) return;
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen?.();
});
