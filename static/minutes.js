// Minutes are saved as one types. What could not be saved is kept on this device until it is: no text is lost.

const PAUSE = 1000; // milliseconds without a key, after which a text is saved
const WAITS = [2, 4, 8, 15, 30, 60]; // seconds until it is tried again
const root = document.getElementById("minutes");
const fields = new Map(); // by the key of the field, since the elements themselves are swapped

// --- What is kept on this device, for this person only. ---

const base = root?.dataset.base;
const prefix = `minutes ${root?.dataset.person} `;
const keyOf = (field) => `${prefix}${new URL(field.form.action).pathname} ${field.name}`;

function keep(key, value) {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(value));
  } catch { /* full or forbidden: the page itself still has it */ }
}

function kept(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

// --- One field. ---

const seenOf = (field) => field.form.elements[`seen_${field.name}`];
const clashOf = (field) => field.form.querySelector(`[data-clash="${field.name}"]`);
const all = () => [...document.querySelectorAll("[data-autosave]")];
const fieldOf = (key) => all().find((field) => keyOf(field) === key);

function stateOf(key) {
  if (!fields.has(key)) fields.set(key, { isDirty: false, isSending: false, tries: 0, timer: 0 });
  return fields.get(key);
}

function say(field, words, isBad = false) {
  const state = field.form.querySelector("[data-state]");
  if (state.textContent !== words) state.textContent = words;
  state.classList.toggle("is-bad", isBad);
  field.form.querySelector("[data-last]")?.remove();
}

function changed(field, wait = PAUSE) {
  const key = keyOf(field);
  const state = stateOf(key);
  state.isDirty = true;
  keep(key, { text: field.value, seen: seenOf(field).value });
  if (clashOf(field)?.childElementCount) return; // first it is chosen what is to stand there
  clearTimeout(state.timer);
  state.timer = setTimeout(save, wait, key);
}

async function save(key, isLeaving = false) {
  const field = fieldOf(key);
  const state = stateOf(key);
  if (!field || !state.isDirty || state.isSending || clashOf(field)?.childElementCount) return;
  clearTimeout(state.timer);
  const text = field.value;
  const body = new FormData();
  body.append(field.name, text);
  body.append(`seen_${field.name}`, seenOf(field).value);
  state.isSending = true;
  if (!isLeaving) say(field, root.dataset.saving);
  try {
    const answer = await fetch(field.form.action, {
      method: "POST", body, keepalive: isLeaving && text.length < 15000, headers: headers("application/json"),
    });
    state.isSending = false;
    await hear(key, text, answer);
  } catch {
    state.isSending = false;
    again(key, root.dataset.kept);
  }
}

function headers(accept) {
  const own = JSON.parse(document.body.getAttribute("hx-headers"));
  return { ...own, "HX-Request": "true", Accept: accept };
}

async function hear(key, text, answer) {
  const field = fieldOf(key);
  if (!field) return;
  if (answer.ok) return saved(field, key, text, await answer.json());
  if (answer.status === 409 && answer.headers.get("Content-Type")?.startsWith("text/html")) {
    clash(field, await answer.text());
  } else if (answer.status === 401 || answer.status === 400) {
    again(key, root.dataset.signedOut);
    await renewToken();
  } else if (answer.status >= 500 || answer.status === 409) {
    again(key, root.dataset.kept);
  } else {
    const words = new DOMParser().parseFromString(await answer.text(), "text/html").body.textContent.trim();
    say(field, words, true);
  }
}

function saved(field, key, text, told) {
  const state = stateOf(key);
  state.tries = 0;
  seenOf(field).value = told.seen[field.name];
  field.form.elements.known.value = told.known;
  say(field, told.said);
  if (field.value === text) {
    state.isDirty = false;
    keep(key, null);
  } else {
    changed(field);
  }
}

function again(key, words) {
  const field = fieldOf(key);
  const state = stateOf(key);
  if (field) say(field, words, true);
  clearTimeout(state.timer);
  state.timer = setTimeout(save, WAITS[Math.min(state.tries, WAITS.length - 1)] * 1000, key);
  state.tries += 1;
}

// After a new sign-in in another tab this page takes that session's token along.
async function renewToken() {
  try {
    const answer = await fetch(location.href);
    const own = new DOMParser().parseFromString(await answer.text(), "text/html").body.getAttribute("hx-headers");
    if (!answer.ok || !own) return;
    document.body.setAttribute("hx-headers", own);
    const token = JSON.parse(own)["X-CSRFToken"];
    document.querySelectorAll("input[name=csrf_token]").forEach((input) => { input.value = token; });
  } catch { /* it is tried again with the next text */ }
}

// --- Two wrote the same field: both texts stand side by side until one says what is to stand there. ---

function clash(field, html) {
  clashOf(field).innerHTML = html;
  say(field, "");
}

document.addEventListener("click", (event) => {
  const choice = event.target.closest("[data-choice]");
  const place = choice?.closest("[data-clash]");
  const field = place?.closest("form").elements[place.dataset.clash];
  if (!field) return;
  event.preventDefault();
  const theirs = place.querySelector("[data-theirs]").value;
  const manner = choice.dataset.choice;
  if (manner === "theirs") field.value = theirs;
  if (manner === "both") field.value = `${theirs}\n\n${field.value}`;
  seenOf(field).value = place.querySelector(".clash").dataset.mark;
  place.replaceChildren();
  changed(field, 0);
  field.focus();
});

// --- When it is saved. ---

const isField = (element) => element instanceof Element && element.matches("[data-autosave]");

document.addEventListener("input", (event) => {
  if (isField(event.target)) changed(event.target);
});
document.addEventListener("focusout", (event) => {
  if (isField(event.target)) save(keyOf(event.target));
});
document.addEventListener("visibilitychange", () => {
  if (document.hidden) fields.forEach((_state, key) => save(key, true));
});
addEventListener("pagehide", () => fields.forEach((_state, key) => save(key, true)));
addEventListener("online", () => fields.forEach((_state, key) => save(key)));
addEventListener("beforeunload", (event) => {
  if ([...fields.values()].some((state) => state.isDirty)) event.preventDefault();
});

// --- What others write comes by itself, but never over what is being written here. ---

document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const place = event.detail.target;
  if (!root?.contains(place)) return;
  const isDirty = [...place.querySelectorAll("[data-autosave]")].some((field) => stateOf(keyOf(field)).isDirty);
  const isTyping = place.contains(document.activeElement) && document.activeElement.matches("input, textarea");
  const isSaying = [...place.querySelectorAll(".minutes-say textarea")].some((comment) => comment.value);
  if (isDirty || isTyping || isSaying) event.detail.shouldSwap = false;
});

document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful && event.target.matches(".minutes-say form")) event.target.reset();
});

// --- What was typed before and never saved is put back; if somebody has changed that field since, both are shown. ---

function restore() {
  for (const field of all()) {
    const key = keyOf(field);
    const draft = kept(key);
    if (!draft) continue;
    if (draft.text === field.value) {
      keep(key, null);
      continue;
    }
    field.value = draft.text;
    seenOf(field).value = draft.seen;
    changed(field);
    say(field, root.dataset.back);
  }
}

function showLeftOver() {
  const place = document.getElementById("minutes-left");
  const here = new Set(all().map(keyOf));
  const orphans = Object.keys(localStorage).filter((key) => key.startsWith(`${prefix}${base}/`) && !here.has(key));
  for (const key of place ? orphans : []) {
    const piece = place.querySelector("template").content.cloneNode(true).firstElementChild;
    piece.querySelector("pre").textContent = kept(key)?.text ?? "";
    piece.querySelector("button").addEventListener("click", () => {
      keep(key, null);
      piece.remove();
      place.hidden = !place.querySelector(".left-over");
    });
    place.append(piece);
    place.hidden = false;
  }
}

if (root) {
  restore();
  try {
    showLeftOver();
  } catch { /* storage is forbidden: nothing was kept */ }
}
