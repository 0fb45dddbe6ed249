// Moving one's own bookings in a grid, by pointer or by keys. Without this the page for changing a booking does it.

const COLUMN = 300; // seconds
const STEP = 3; // columns: a quarter of an hour
const EDGE = 8; // pixels at the right of a booking that change its end
const FAR = 4; // pixels that tell a drag from a click

let moving = null;

const speaker = document.createElement("p");
speaker.className = "sr";
speaker.setAttribute("role", "status");
document.body.append(speaker);

// --- Where it is: a row, and columns in it. ---

const rowsOf = (table) => [...table.querySelectorAll("tr[data-room]")];
const startOf = (row) => Number(row.dataset.start ?? row.closest("table").dataset.start);

function begin(link) {
  const row = link.closest("tr");
  const table = row.closest("table");
  const first = (Number(link.dataset.start) - startOf(row)) / COLUMN;
  const last = (Number(link.dataset.end) - startOf(row)) / COLUMN;
  // What lasts beyond what is shown cannot be moved here.
  if (!row.dataset.room || first < 0 || last > Number(table.dataset.columns)) return null;
  const ghost = document.createElement("div");
  ghost.className = "grid-ghost";
  ghost.setAttribute("aria-hidden", "true");
  table.parentElement.append(ghost);
  link.parentElement.classList.add("moving");
  return { link, table, ghost, row, first, last, from: { row, first, last } };
}

function place(row, first, last) {
  const columns = Number(moving.table.dataset.columns);
  if (first < 0 || last > columns || last - first < 1) return;
  Object.assign(moving, { row, first, last });
  const cells = row.querySelectorAll("td");
  const left = cells[0].getBoundingClientRect().left;
  const width = (cells[cells.length - 1].getBoundingClientRect().right - left) / columns;
  const frame = moving.table.parentElement.getBoundingClientRect();
  const line = row.getBoundingClientRect();
  moving.ghost.style.left = `${left + first * width - frame.left}px`;
  moving.ghost.style.width = `${(last - first) * width}px`;
  moving.ghost.style.top = `${line.top - frame.top}px`;
  moving.ghost.style.height = `${line.height}px`;
  moving.ghost.textContent = times();
}

function times() {
  const [hours, minutes] = moving.table.querySelector("thead th + th").textContent.split(":").map(Number);
  const clock = (column) => {
    const at = (hours * 60 + minutes + column * 5) % 1440;
    return `${String(Math.floor(at / 60)).padStart(2, "0")}:${String(at % 60).padStart(2, "0")}`;
  };
  return `${clock(moving.first)}–${clock(moving.last)}`;
}

const hasMoved = () => moving.row !== moving.from.row || moving.first !== moving.from.first || moving.last !== moving.from.last;

function leave() {
  moving?.ghost.remove();
  moving?.link.parentElement.classList.remove("moving");
  moving = null;
}

// --- Sending it: the portal answers in words, and the grid fetches itself anew. ---

function keep() {
  const { link, row, first, last, from } = moving;
  const before = { room_id: from.row.dataset.room, starts: link.dataset.start, ends: link.dataset.end };
  const starts = startOf(row) + first * COLUMN;
  const after = { room_id: row.dataset.room, starts, ends: starts + (last - first) * COLUMN };
  const undo = moving.table.dataset.undo;
  leave();
  send(link, after, () => offerUndo(undo, link.id, before));
}

function send(link, span, then) {
  const listen = () => then?.();
  document.addEventListener("done", listen, { once: true });
  const values = { ...span, seen: link.dataset.seen };
  htmx.ajax("POST", `${link.href}/span`, { values, target: "#messages", swap: "innerHTML" })
    .finally(() => document.removeEventListener("done", listen));
}

function offerUndo(word, id, before) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "small";
  button.textContent = word;
  button.addEventListener("click", () => {
    const link = document.getElementById(id);
    if (link?.dataset.seen) send(link, before);
    button.remove();
  });
  document.querySelector("#status .message")?.append(" ", button);
}

// --- By pointer. A finger scrolls the grid instead. ---

let grip = null;

document.addEventListener("pointerdown", (event) => {
  const link = event.target.closest("table.grid a[data-seen]");
  if (!link || event.button || event.pointerType === "touch" || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const end = link.getBoundingClientRect().right - event.clientX <= EDGE;
  grip = { link, end, x: event.clientX, y: event.clientY };
});

document.addEventListener("dragstart", (event) => {
  if (event.target.closest?.("table.grid a[data-seen]")) event.preventDefault();
});

document.addEventListener("pointermove", (event) => {
  if (!grip) return;
  if (!moving) {
    if (Math.hypot(event.clientX - grip.x, event.clientY - grip.y) < FAR) return;
    moving = begin(grip.link);
    if (!moving) { grip = null; return; }
  }
  const { table, from } = moving;
  const cells = from.row.querySelectorAll("td");
  const width = cells[cells.length - 1].getBoundingClientRect().right - cells[0].getBoundingClientRect().left;
  const columns = (event.clientX - grip.x) / width * Number(table.dataset.columns);
  const shift = Math.round(columns / STEP) * STEP;
  if (grip.end) {
    place(from.row, from.first, Math.max(from.last + shift, from.first + 1));
  } else {
    const under = rowsOf(table).find((row) => {
      const line = row.getBoundingClientRect();
      return line.top <= event.clientY && event.clientY < line.bottom;
    });
    place(under ?? moving.row, from.first + shift, from.last + shift);
  }
});

document.addEventListener("pointerup", () => {
  if (grip && moving) {
    // The click that follows would open the booking.
    const stop = (event) => { event.preventDefault(); event.stopPropagation(); };
    document.addEventListener("click", stop, { capture: true, once: true });
    setTimeout(() => document.removeEventListener("click", stop, { capture: true }));
    if (hasMoved()) keep();
    else leave();
  }
  grip = null;
});

document.addEventListener("pointercancel", () => { grip = null; leave(); });

// --- By keys: Alt and an arrow move it, with Shift its end; Enter keeps, Escape leaves. ---

document.addEventListener("keydown", (event) => {
  if (moving && event.key === "Escape") {
    grip = null;
    leave();
    return;
  }
  if (moving && event.key === "Enter") {
    event.preventDefault();
    if (hasMoved()) keep();
    else leave();
    return;
  }
  const link = event.target.closest?.("table.grid a[data-seen]");
  if (!link || !event.altKey || !event.key.startsWith("Arrow")) return;
  event.preventDefault();
  moving ??= begin(link);
  if (moving) shiftBy(event);
});

function shiftBy(event) {
  const { table, row, first, last } = moving;
  const by = { ArrowLeft: -STEP, ArrowRight: STEP }[event.key] ?? 0;
  if (by && event.shiftKey) {
    place(row, first, last + by);
  } else if (by) {
    place(row, first + by, last + by);
  } else {
    const rows = rowsOf(table);
    place(rows[rows.indexOf(row) + (event.key === "ArrowDown" ? 1 : -1)] ?? row, first, last);
  }
  const where = (moving.row.querySelector("th a") ?? moving.row.querySelector("th")).textContent.trim();
  speaker.textContent = `${where}, ${times()}. ${table.dataset.keep}`;
  moving.ghost.scrollIntoView({ block: "nearest", inline: "nearest" });
}

document.addEventListener("focusout", (event) => {
  if (moving && !grip && event.target === moving.link) leave();
});
