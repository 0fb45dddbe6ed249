// The little that HTML and HTMX leave to do: the dialog, the grid's keys, messages, and the line of now.

const $ = (selector, within = document) => within.querySelector(selector);
const dialog = $("#dialog");
document.documentElement.classList.add("js");

// --- Messages: every swap and every failure is said aloud. ---

function say(words, region = "#status") {
  if (region === "#messages") placeMessages(dialog.open);
  const line = document.createElement("p");
  line.className = "message";
  line.textContent = words;
  $(region).replaceChildren(line);
  if (region === "#status") setTimeout(() => line.remove(), 8000);
}

// An open dialog covers the rest of the page and silences it: what went wrong is said in there.
const messages = $("#messages");

function placeMessages(inside) {
  if (inside) dialog.prepend(messages);
  else if (dialog.contains(messages)) $("#status").before(messages);
}

document.addEventListener("htmx:beforeSwap", (event) => {
  placeMessages(dialog.open && event.detail.target === messages);
});

document.addEventListener("htmx:sendError", () => say(document.body.dataset.noAnswer, "#messages"));
document.addEventListener("htmx:timeout", () => say(document.body.dataset.noAnswer, "#messages"));
document.addEventListener("htmx:beforeRequest", () => messages.replaceChildren());

// --- The dialog: links with data-dialog open there; without JavaScript they are pages. ---

let opener = null;
let focusNext = "";

document.addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  if (link.matches("[data-close]") && dialog.contains(link)) {
    event.preventDefault();
    dialog.close();
  } else if (link.matches("[data-dialog], a.free")) {
    event.preventDefault();
    opener = link;
    htmx.ajax("GET", link.href, { target: "#dialog", swap: "innerHTML" });
  }
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target !== dialog || !dialog.firstElementChild) return;
  if (!dialog.open) dialog.showModal();
  (dialog.querySelector("[aria-invalid]") ?? dialog.querySelector(".refusal + .ways-out button") ??
    dialog.querySelector("input:not([type=hidden]), textarea, select"))?.focus();
});

dialog.addEventListener("close", () => {
  placeMessages(false);
  dialog.replaceChildren();
  if (opener?.isConnected) opener.focus();
});

dialog.addEventListener("click", (event) => {
  if (event.target === dialog) dialog.close();
});

document.addEventListener("done", (event) => {
  say(event.detail.words);
  focusNext = event.detail.focus ?? "";
  if (dialog.open) dialog.close();
});

document.addEventListener("htmx:afterSettle", (event) => {
  prepare();
  const target = focusNext && document.getElementById(focusNext);
  if (target) {
    target.focus();
    focusNext = "";
  } else if (hadFocus && document.activeElement === document.body) {
    focusWithin(event.target);
  }
});

// What had the focus went with what was swapped: the focus goes on to what is wrong there, or to the heading.

let hadFocus = false;

document.addEventListener("htmx:beforeSwap", (event) => {
  hadFocus = event.detail.target.contains(document.activeElement);
});

function focusWithin(region) {
  const next = $("input[aria-invalid], textarea[aria-invalid], select[aria-invalid]", region) ?? $(".refusal", region) ??
    $("h1[tabindex], h2[tabindex]", region);
  if (next?.matches(".refusal")) next.tabIndex = -1;
  next?.focus();
}

// --- After a lost session somebody signs in again in another tab: the next request takes that session's token along. ---

let isTokenOld = false;

document.addEventListener("htmx:responseError", (event) => {
  isTokenOld ||= event.detail.xhr.status === 401;
});

document.addEventListener("htmx:confirm", async (event) => {
  if (!isTokenOld) return;
  event.preventDefault();
  try {
    const answer = await fetch(location.href);
    const headers = new DOMParser().parseFromString(await answer.text(), "text/html").body.getAttribute("hx-headers");
    const token = JSON.parse(headers)["X-CSRFToken"];
    document.body.setAttribute("hx-headers", headers);
    document.querySelectorAll("input[name=csrf_token]").forEach((input) => { input.value = token; });
    isTokenOld = false;
    event.detail.issueRequest(true);
  } catch {
    say(document.body.dataset.noAnswer, "#messages");
  }
});

// --- Small forms that send themselves when something is chosen. ---

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-auto-submit]");
  if (form && form.checkValidity()) form.requestSubmit();
});

// A form's end moves along with its start, so that the length stays.
document.addEventListener("focusin", (event) => {
  if (event.target.name === "starts_at") event.target.dataset.before = event.target.value;
});
document.addEventListener("change", (event) => {
  const start = event.target;
  const end = start.name === "starts_at" && start.form?.elements.ends_at;
  if (!end || !start.dataset.before || !start.value || !end.value) return;
  const moved = new Date(`${end.value}Z`).getTime() + (new Date(`${start.value}Z`) - new Date(`${start.dataset.before}Z`));
  if (Number.isFinite(moved)) end.value = new Date(moved).toISOString().slice(0, 16);
  start.dataset.before = start.value;
});

// --- Files that are too large, alone or together, are refused before they travel. ---

document.addEventListener("change", (event) => {
  const input = event.target;
  if (!input.matches?.("input[type=file][data-largest]")) return;
  const all = [...input.files].reduce((sum, file) => sum + file.size, 0);
  input.setCustomValidity(all > Number(input.dataset.largest) ? input.dataset.tooLarge : "");
  input.reportValidity();
});

// --- Keys: `/` searches, `n` makes new, as the page marks them; never while typing, nor when they are switched off. ---

document.addEventListener("keydown", (event) => {
  if (localStorage.getItem("portal-keys") === "off") return;
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, dialog")) return;
  const marked = event.key.length === 1 && $(`[data-key="${CSS.escape(event.key)}"]`);
  if (marked) {
    event.preventDefault();
    marked.matches("input") ? marked.focus() : marked.click();
  }
});

// --- The day grid: one tab stop, arrow keys inside, and the line of now. ---

const cellLinks = (grid) => [...grid.querySelectorAll("tbody td a, tbody th a")];

function prepareGrid(grid) {
  if (grid.dataset.ready) return;
  grid.dataset.ready = "yes";
  const links = cellLinks(grid);
  links.forEach((link) => { link.tabIndex = -1; });
  (grid.querySelector("td a") ?? links[0])?.setAttribute("tabindex", "0");
  grid.addEventListener("focusin", (event) => {
    if (!event.target.matches("tbody a")) return;
    grid.querySelectorAll("a[tabindex='0']").forEach((link) => { link.tabIndex = -1; });
    event.target.tabIndex = 0;
  });
  grid.addEventListener("keydown", moveInGrid);
  const now = grid.querySelector(".now");
  if (now) {
    const frame = grid.closest(".grid-frame");
    frame.scrollLeft = Math.max(0, now.offsetLeft - frame.clientWidth / 2);
  }
}

// A block too narrow for its title says it when pointed at.
document.addEventListener("mouseover", (event) => {
  const link = event.target.closest("td.held a");
  if (link && !link.title) link.title = link.textContent;
});

function moveInGrid(event) {
  const from = event.target.closest("td, th");
  if (!from || event.altKey || !event.key.startsWith("Arrow")) return;
  event.preventDefault();
  const next = event.key === "ArrowLeft" || event.key === "ArrowRight"
    ? beside(from, event.key === "ArrowRight" ? "nextElementSibling" : "previousElementSibling")
    : aboveOrBelow(from, event.key === "ArrowDown" ? 1 : -1);
  next?.focus();
}

function beside(cell, direction) {
  for (let other = cell[direction]; other; other = other[direction]) {
    const link = other.querySelector("a");
    if (link) return link;
  }
  return null;
}

function aboveOrBelow(cell, step) {
  const rows = [...cell.closest("table").querySelectorAll("tbody tr:not(.area)")];
  const middle = cell.getBoundingClientRect().left + 4;
  for (let index = rows.indexOf(cell.parentElement) + step; rows[index]; index += step) {
    const links = [...rows[index].querySelectorAll(cell.matches("th") ? "th a" : "td a")];
    const link = links.find((other) => other.parentElement.getBoundingClientRect().right > middle) ?? links.at(-1);
    if (link) return link;
  }
  return null;
}

function moveNow() {
  for (const grid of document.querySelectorAll("table.grid")) {
    const now = grid.querySelector(".now");
    const columns = Number(grid.dataset.columns);
    const column = Math.floor((Date.now() / 1000 - Number(grid.dataset.start)) / 300);
    if (!now || column < 0 || column >= columns - 1) continue;
    now.previousElementSibling.colSpan = column + 1;
    now.nextElementSibling.colSpan = columns - column - 1;
  }
}

function prepare() {
  document.querySelectorAll("table.grid").forEach(prepareGrid);
  document.querySelectorAll(".tabs, .places").forEach(prepareStrip);
}

// --- A strip of pages wider than the screen: where one is stands in sight, and an edge that hides more fades. ---

function prepareStrip(strip) {
  if (!strip.dataset.ready) {
    strip.dataset.ready = "yes";
    strip.addEventListener("scroll", () => fadeStrip(strip), { passive: true });
    showHere(strip);
  }
  fadeStrip(strip);
}

function showHere(strip) {
  const here = $("[aria-current]", strip);
  if (here) strip.scrollLeft = here.offsetLeft - (strip.clientWidth - here.offsetWidth) / 2;
}

function fadeStrip(strip) {
  strip.classList.toggle("more-before", strip.scrollLeft > 1);
  strip.classList.toggle("more-after", strip.scrollLeft + strip.clientWidth < strip.scrollWidth - 1);
}

addEventListener("resize", () => document.querySelectorAll(".tabs, .places").forEach((strip) => {
  showHere(strip);
  fadeStrip(strip);
}));

setInterval(moveNow, 60_000);
prepare();

// --- Copying an address: the button shows where the browser can do it. ---

document.querySelectorAll("[data-copy]").forEach((button) => { button.hidden = false; });

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const input = document.getElementById(button.dataset.copy);
  input.select();
  try {
    await navigator.clipboard.writeText(input.value);
  } catch {
    document.execCommand("copy"); // without TLS browsers offer nothing else
  }
  say(button.dataset.copied);
});

// --- A region that refreshes itself by the clock waits while somebody works in it. ---

document.addEventListener("htmx:beforeRequest", (event) => {
  const region = event.detail.elt;
  if (!region.matches("[data-live]") || event.detail.requestConfig.triggeringEvent) return;
  if (region.contains(document.activeElement) || document.hidden) event.preventDefault();
});
