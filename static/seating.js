// Seats are given by dragging, or by choosing a person and then a seat; both fill in the form that works without this.

const plan = () => document.getElementById("seating");
const picked = () => plan()?.querySelector("a[aria-current]");

function say(words) {
  document.dispatchEvent(new CustomEvent("done", { detail: { words } }));
}

function putBack() {
  picked()?.removeAttribute("aria-current");
}

function pick(link) {
  putBack();
  link.setAttribute("aria-current", "true");
}

function give(person, place) {
  const form = document.getElementById("move");
  form.elements.attendee_id.value = person;
  form.elements.place.value = place;
  form.requestSubmit();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest(".seat-table a, .unseated a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  const held = picked();
  if (held === link) {
    putBack();
    say(plan().dataset.putBack);
  } else if (held && link.dataset.place) {
    give(held.dataset.person, link.dataset.place);
  } else if (link.dataset.person) {
    pick(link);
    say(plan().dataset.picked.replace("@", link.dataset.name));
  } else {
    document.getElementById("move").elements.place.value = link.dataset.place;
    document.getElementById("attendee_id").focus();
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && picked()) {
    putBack();
    say(plan().dataset.putBack);
    return;
  }
  const cell = event.target.closest(".seat-table td");
  if (!cell || event.altKey || !event.key.startsWith("Arrow")) return;
  event.preventDefault();
  next(cell, event.key)?.focus();
});

// The nearest seat that way, over aisles and the table.
function next(cell, key) {
  const rows = [...cell.closest("table").rows];
  let down = rows.indexOf(cell.parentElement);
  let across = cell.cellIndex;
  const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[key];
  for (;;) {
    down += step[0];
    across += step[1];
    const other = rows[down]?.cells[across];
    if (!other) return null;
    const link = other.querySelector("a");
    if (link) return link;
  }
}

document.addEventListener("dragstart", (event) => {
  const link = event.target.closest?.("#seating a[data-person]");
  if (!link) return;
  pick(link);
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", link.dataset.name);
});

document.addEventListener("dragover", (event) => {
  if (picked() && event.target.closest(".seat-table a, [data-unseat]")) event.preventDefault();
});

for (const [name, is] of [["dragenter", true], ["dragleave", false]]) {
  document.addEventListener(name, (event) => {
    const seat = event.target.closest?.(".seat-table a");
    if (seat && picked() && !seat.contains(event.relatedTarget)) seat.classList.toggle("over", is);
  });
}

document.addEventListener("drop", (event) => {
  const held = picked();
  const seat = event.target.closest(".seat-table a, [data-unseat]");
  if (!held || !seat || seat === held) return;
  event.preventDefault();
  give(held.dataset.person, seat.dataset.place ?? "");
});

document.addEventListener("dragend", putBack);

// The picture stays where it was looked at; at first its middle is seen, where number 1 sits.

const frame = () => document.querySelector(".seats-frame");
let seen = null;

function look() {
  const at = frame();
  if (at) at.scrollTo(seen?.left ?? (at.scrollWidth - at.clientWidth) / 2, seen?.top ?? 0);
}

document.addEventListener("htmx:beforeSwap", (event) => {
  const at = frame();
  if (at && event.detail.target === plan()) seen = { left: at.scrollLeft, top: at.scrollTop };
});
document.addEventListener("htmx:afterSwap", look);
look();
