// The list of a meeting's people: one box ticks the whole page.

document.addEventListener("change", (event) => {
  const all = event.target.closest("[data-tick-all]");
  if (!all) return;
  document.querySelectorAll(`${all.dataset.tickAll} input[name=attendee]`).forEach((box) => { box.checked = all.checked; });
});
