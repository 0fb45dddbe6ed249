// The week's page by keys: the lines that are written in follow each other, the rest of a row is one chord away.

const STEP = 10; // percent
const SAME = ["=", "\uff1d"];

const within = (event) => event.target.closest?.("[data-week] [data-row]");

function goOn(from) {
  const form = from.closest("form");
  const stops = [...form.querySelectorAll("[data-stop], [data-last]")];
  const row = from.closest("[data-row]");
  const here = stops.findIndex((stop) => stop.closest("[data-row]") === row);
  const next = stops[here + 1];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

function turn(row, step) {
  const percent = row.querySelector("[data-percent]");
  percent.value = Math.min(100, Math.max(0, Number(percent.value) + step));
  percent.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("keydown", (event) => {
  const row = within(event);
  if (!row || event.isComposing) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    row.closest("form").requestSubmit();
  } else if (event.key === "Enter" && !event.shiftKey && event.target.matches("[data-line], input")) {
    event.preventDefault();
    goOn(event.target);
  } else if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
    event.preventDefault();
    turn(row, event.key === "ArrowUp" ? STEP : -STEP);
  }
});

// What is changed in a draft is changed to be signed; `=` alone stands for the box beside it.
document.addEventListener("input", (event) => {
  const row = within(event);
  if (!row || event.target.type === "checkbox") return;
  const sign = row.querySelector("[data-sign]");
  if (sign) sign.checked = true;
  const same = row.querySelector("[data-same]");
  if (same && event.target.matches("[data-line]")) same.checked = SAME.includes(event.target.value.trim());
});
