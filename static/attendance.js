// The day of a meeting: the desk that keeps working through a bad network, the wall, and a code that sends itself.

// --- A scanned code: the form that says "I am here" sends itself once. ---

document.querySelector("form[data-send-now]")?.requestSubmit();

// --- The paper list ---

const tickAll = document.querySelector("[data-tick-all]");
if (tickAll) {
  tickAll.hidden = false;
  tickAll.addEventListener("click", () => {
    document.querySelectorAll("input[data-expected]").forEach((box) => { box.checked = true; });
  });
}

// --- The wall: it keeps the screen awake and says when nobody answers. ---

const wall = document.getElementById("wall");
if (wall) watchWall();

function watchWall() {
  const lost = document.getElementById("lost");
  let answered = wall.querySelector(".time").textContent;
  const awake = () => navigator.wakeLock?.request("screen").catch(() => {});
  const say = (words) => {
    if (words && lost.textContent !== words) lost.textContent = words;
    lost.hidden = !words;
  };
  awake();
  document.addEventListener("visibilitychange", () => { if (!document.hidden) awake(); });
  document.addEventListener("htmx:afterRequest", (event) => {
    const { status } = event.detail.xhr;
    if (status === 401) return say(lost.dataset.ended);
    if (status !== 200) return say(lost.dataset.lost.replace("%(time)s", answered));
    answered = document.querySelector("#wall .time").textContent;
    return say("");
  });
  document.addEventListener("htmx:afterRequest", (event) => { document.body.classList.toggle("lost", event.detail.xhr.status !== 200); });
  setInterval(() => {
    const left = document.querySelector("#wall .until progress");
    if (left) left.value = 30 - (Date.now() / 1000) % 30;
  }, 1000);
}

// --- The desk: names are found here; a mark that cannot be sent waits, in sight, until it can. ---

const desk = document.getElementById("desk");
if (desk) openDesk();

function openDesk() {
  const box = document.getElementById("desk-words");
  const hint = document.getElementById("desk-hint");
  const last = document.getElementById("desk-last");
  const waiting = document.getElementById("desk-waiting");
  const said = document.getElementById("desk-said");
  const rows = [...document.querySelectorAll(".desk-people > li")];
  const byId = new Map(rows.map((row) => [Number(row.dataset.id), row]));
  const usual = hint.textContent;
  const kept = `desk-${desk.dataset.meeting}`;
  let queue = read();
  let sending = false;
  let trouble = "";

  function read() {
    try {
      return JSON.parse(localStorage.getItem(kept)) ?? [];
    } catch {
      return [];
    }
  }

  function keep() {
    try {
      if (queue.length) localStorage.setItem(kept, JSON.stringify(queue));
      else localStorage.removeItem(kept);
    } catch { /* a browser that keeps nothing still has them in this page */ }
    showWaiting();
  }

  const fill = (words, values) => Object.entries(values).reduce((text, [name, value]) => text.replace(`%(${name})s`, value), words);
  const tidy = (words) => words.toLowerCase().replace(/\s+/g, "");

  // How well a row fits: a whole key, the beginning of one, a part of the name, the unit. Who is not here yet comes first.
  function rank(row, wanted) {
    const keys = row.dataset.keys.split(" ");
    if (keys.includes(wanted)) return 4;
    if (keys.some((key) => key.startsWith(wanted))) return 3;
    if (tidy(row.dataset.name).includes(wanted)) return 2;
    return tidy(row.dataset.unit).includes(wanted) ? 1 : 0;
  }

  function fitting() {
    const wanted = tidy(box.value);
    if (!wanted) return rows;
    return rows
      .map((row) => [rank(row, wanted) + (row.dataset.at ? 0 : 10), rank(row, wanted), row])
      .filter(([, fits]) => fits)
      .sort(([one], [other]) => other - one)
      .map(([, , row]) => row);
  }

  function filter() {
    const found = fitting();
    const shown = new Set(found);
    rows.forEach((row) => { row.hidden = !shown.has(row); });
    document.querySelector(".desk-people")?.append(...found);
    document.querySelector(".desk-people .first")?.classList.remove("first");
    if (!box.value.trim()) {
      hint.textContent = usual;
    } else if (found.length) {
      found[0].classList.add("first");
      const { name, at } = found[0].dataset;
      hint.textContent = at ? fill(desk.dataset.already, { person: name, time: at }) : fill(desk.dataset.found, { person: name });
    } else {
      hint.textContent = desk.dataset.nobody;
    }
  }

  function show(row, time) {
    if (!row) return;
    if (time) row.dataset.at = time;
    else delete row.dataset.at;
    const sign = row.querySelector(".mark");
    sign.textContent = time ? `✓ ${time}` : "";
  }

  function announce(words, mark) {
    const line = document.createElement("p");
    line.textContent = words;
    last.replaceChildren(line);
    if (!mark) return;
    const button = document.createElement("button");
    button.className = "small";
    button.type = "button";
    button.textContent = desk.dataset.undoWord;
    button.addEventListener("click", () => undo(mark));
    last.append(button);
  }

  function showWaiting() {
    const late = queue.filter((mark) => mark.tries);
    waiting.hidden = !late.length;
    if (!late.length) return;
    waiting.querySelector("p").textContent = trouble || fill(desk.dataset.waiting, { count: late.length });
    waiting.querySelector("ul").replaceChildren(...late.map((mark) => {
      const line = document.createElement("li");
      line.textContent = mark.name;
      return line;
    }));
  }

  async function post(address, values) {
    const { "X-CSRFToken": token } = JSON.parse(document.body.getAttribute("hx-headers"));
    return fetch(address, {
      method: "POST", body: new URLSearchParams(values), headers: { Accept: "application/json", "X-CSRFToken": token },
      signal: AbortSignal.timeout?.(10_000),
    });
  }

  // After a lost session somebody signs in again in another tab: that session's token is taken along.
  async function renewToken() {
    const answer = await fetch(location.href);
    if (!answer.ok) return false;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    document.body.setAttribute("hx-headers", page.body.getAttribute("hx-headers"));
    return true;
  }

  function mark(values, name) {
    queue.push({ values, name, at: Date.now(), tries: 0 });
    keep();
    send();
  }

  async function send() {
    if (sending) return;
    sending = true;
    while (queue.length && await sendFirst()) keep();
    sending = false;
    keep();
  }

  // Answers whether the first of the queue is done with, one way or the other.
  async function sendFirst() {
    const first = queue[0];
    const ago = Math.round((Date.now() - first.at) / 1000);
    let answer;
    try {
      answer = await post(desk.dataset.marks, { ...first.values, ...(ago > 30 ? { ago } : {}) });
      if (answer.status === 400 || answer.status === 401) {
        trouble = (await renewToken()) ? "" : desk.dataset.ended;
        first.tries += 1;
        return trouble === "" && first.tries < 3;
      }
      if (answer.status >= 500 || answer.status === 429) throw new Error(answer.status);
    } catch {
      trouble = "";
      first.tries += 1;
      return false;
    }
    trouble = "";
    queue.shift();
    await tell(first, answer);
    return true;
  }

  async function tell(first, answer) {
    const found = await answer.json().catch(() => ({}));
    if (!answer.ok) {
      announce(fill(desk.dataset.refused, { person: first.name, why: found.refused ?? answer.status }));
      last.classList.add("bad");
      return;
    }
    last.classList.remove("bad");
    show(byId.get(found.attendee), found.time);
    announce(found.words, found.mark);
    refreshSoon();
  }

  async function undo(number) {
    try {
      const answer = await post(desk.dataset.undo, { mark: number });
      const found = await answer.json();
      if (answer.ok) {
        show(byId.get(found.undone), "");
        refreshSoon();
      }
      announce(found.words ?? found.refused);
    } catch {
      announce(document.body.dataset.noAnswer, number);
    }
    filter();
    box.focus();
  }

  let soon = 0;

  // How many are here is counted once for several marks in a row.
  function refreshSoon() {
    clearTimeout(soon);
    soon = setTimeout(refresh, 700);
  }

  async function refresh() {
    if (document.hidden || queue.length) return;
    try {
      const answer = await fetch(desk.dataset.state, { headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      const { marked, said: words } = await answer.json();
      rows.forEach((row) => {
        if (row.dataset.at !== marked[row.dataset.id]) show(row, marked[row.dataset.id]);
      });
      said.textContent = words;
    } catch { /* the next round asks again */ }
  }

  box.addEventListener("input", filter);
  document.getElementById("desk-find").addEventListener("submit", (event) => {
    event.preventDefault();
    const words = box.value.trim();
    if (!words) return;
    const [first] = fitting();
    if (first) mark({ attendee: first.dataset.id }, first.dataset.name);
    else mark({ words }, words);
    box.value = "";
    filter();
    box.focus();
  });
  document.getElementById("desk-list")?.addEventListener("submit", (event) => {
    event.preventDefault();
    const row = event.submitter.closest("li");
    mark({ attendee: row.dataset.id }, row.dataset.name);
    box.value = "";
    filter();
    box.focus();
  });
  addEventListener("online", send);
  addEventListener("beforeunload", (event) => { if (queue.length) event.preventDefault(); });
  setInterval(() => { if (queue.length) send(); }, 5000);
  setInterval(refresh, 10_000);
  keep();
  send();
}
