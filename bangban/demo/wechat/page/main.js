// The page: phones beside each other on a desk, one at a time on a phone; and the platform's weather.
import { make } from "./dom.js";
import { Phone } from "./phone.js";
import { Side } from "./side.js";

const side = document.getElementById("side"), row = document.getElementById("phones"), lost = document.getElementById("lost");
const small = matchMedia("(max-width: 560px)");
const phones = new Map();
let words, shown = remembered("shown", ["wechat_oa"]), details = remembered("details", false), panel;

const app = {
  get words() { return words; },
  get details() { return details; },
  shown: (key) => shown.includes(key),
  /** On a phone one at a time, over the list. */
  show(key, yes = true) {
    shown = small.matches ? (yes ? [key] : []) : yes ? [...shown.filter((k) => k !== key), key] : shown.filter((k) => k !== key);
    store("shown", shown);
    arrange();
    if (yes) phones.get(key)?.focus();
  },
  setDetails(yes) {
    details = yes;
    store("details", yes);
    document.body.classList.toggle("details", yes);
    for (const phone of phones.values()) phone.settle();
  },
  async deed(key, body) { return post(`/api/chats/${key}/deeds`, JSON.stringify(body)); },
  async picture(key, blob) { return post(`/api/chats/${key}/pictures`, blob, blob.type); },
  async anew(key) { return post(`/api/chats/${key}/anew`, "{}"); },
  async weather(body) { return post("/api/weather", JSON.stringify(body)); },
};

async function post(path, body, kind = "application/json") {
  const answer = await fetch(path, { method: "POST", body, headers: { "Content-Type": kind, "X-Demo": "1" } });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
}

function remembered(name, otherwise) {
  try { return JSON.parse(localStorage.getItem(`bangban.demo.${name}`)) ?? otherwise; } catch { return otherwise; }
}

function store(name, value) {
  try { localStorage.setItem(`bangban.demo.${name}`, JSON.stringify(value)); } catch { /* a browser that keeps nothing */ }
}

function arrange() {
  document.body.classList.toggle("talking", small.matches && shown.length > 0);
  for (const [key, phone] of phones) phone.element.hidden = small.matches ? shown.at(-1) !== key : !shown.includes(key);
  panel?.arrange();
}

function draw(state) {
  for (const chat of state.chats) {
    if (!phones.has(chat.key)) {
      phones.set(chat.key, new Phone(app, chat.key));
      row.append(phones.get(chat.key).element);
      arrange();
    }
    phones.get(chat.key).draw(chat, state);
  }
  panel.draw(state);
}

async function follow() {
  for (let seen = ""; ; ) {
    try {
      const answer = await fetch(`/api/state?seen=${seen}`);
      const found = await answer.json();
      lost.hidden = true;
      if (found.version !== seen) draw(found.state);
      seen = found.version;
    } catch {
      lost.hidden = false;
      seen = "";
      await new Promise((again) => setTimeout(again, 1500));
    }
  }
}

words = await (await fetch("/api/words")).json();
document.title = words.page.title;
lost.textContent = words.page.lost;
document.body.classList.toggle("details", details);
if (small.matches) shown = [];
panel = new Side(app, side);
small.addEventListener("change", arrange);
row.setAttribute("aria-label", words.page.phones);
row.append(make("p.nothing", {}, words.page.about));
follow();
