// The board's keys and its boxes: a cursor over the rows, and one box that chooses all. Links and boxes do the same
// without this.

const $ = (selector, within = document) => within.querySelector(selector);
const rows = () => [...document.querySelectorAll("#board .owed tbody tr")];
const isOn = () => localStorage.getItem("portal-keys") !== "off";

function moveCursor(step) {
  const all = rows();
  const from = all.findIndex((row) => row.classList.contains("cursor"));
  const next = all[from < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(from + step, 0), all.length - 1)];
  if (!next) return;
  all[from]?.classList.remove("cursor");
  next.classList.add("cursor");
  // The focus goes along, so that the row is read aloud and in sight, and Enter opens it.
  $(".what a", next).focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

function chooseRow() {
  const box = $("#board tr.cursor input[name=chosen]");
  if (!box) return;
  box.checked = !box.checked;
  box.dispatchEvent(new Event("change", { bubbles: true }));
}

function showKeys() {
  const help = $("#keys-help");
  help.open = true;
  $("summary", help).focus();
}

const doings = {
  j: () => moveCursor(1), ArrowDown: () => moveCursor(1), k: () => moveCursor(-1), ArrowUp: () => moveCursor(-1),
  x: chooseRow, "?": showKeys,
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, dialog, summary")) return;
  if (!isOn() || !(event.key in doings)) return;
  // Before a row is chosen by letter the arrows scroll the page, as everywhere.
  if (event.key.startsWith("Arrow") && !$("#board tr.cursor")) return;
  event.preventDefault();
  doings[event.key]();
});

document.addEventListener("focusin", (event) => {
  const row = event.target.closest?.("#board .owed tbody tr");
  if (!row) return;
  rows().forEach((other) => other.classList.toggle("cursor", other === row));
});

// --- The boxes ---

const boxes = () => [...document.querySelectorAll("#board input[name=chosen]")];

function count() {
  const words = $("#picked");
  if (!words) return;
  const chosen = boxes().filter((box) => box.checked).length;
  words.textContent = chosen ? words.dataset.some.replace("{}", chosen) : words.dataset.none;
  const all = $("#pick-all");
  all.checked = chosen > 0 && chosen === boxes().length;
  all.indeterminate = chosen > 0 && !all.checked;
}

document.addEventListener("change", (event) => {
  if (event.target.id === "pick-all") boxes().forEach((box) => { box.checked = event.target.checked; });
  if (event.target.matches("#pick-all, #board input[name=chosen]")) count();
  if (event.target.id === "keys-on") localStorage.setItem("portal-keys", event.target.checked ? "on" : "off");
});

document.addEventListener("htmx:afterSettle", count);
$("#keys-on").checked = isOn();
count();
