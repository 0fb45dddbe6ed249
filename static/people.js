// The list of a meeting's people: one box ticks the whole page.

document.addEventListener("change", (event) => {
  const all = event.target.closest("[data-tick-all]");
  if (!all) return;
  document.querySelectorAll(`${all.dataset.tickAll} input[name=attendee]`).forEach((box) => { box.checked = all.checked; });
});

// What is unfolded stays so while the counts keep themselves up to date.
let unfolded = false;

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.id === "tallies") unfolded = Boolean(event.detail.target.querySelector("details[open]"));
});

document.addEventListener("htmx:afterSettle", () => {
  const details = document.querySelector("#tallies details");
  if (unfolded && details) details.open = true;
  unfolded = false;
});

// A part that was refused is shown as it was.
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.xhr.status >= 400 && event.detail.elt.matches("form[data-auto-submit]")) event.detail.elt.reset();
});
