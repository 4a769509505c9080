// One phone: the head, the talk, what he can say, and the sheets that come up from below.
import { drawn } from "./cards.js";
import { fill, icon, keep, make } from "./dom.js";
import { span } from "./side.js";
import { samplePhoto } from "./sample.js";

const STAMP_S = 300;

export class Phone {
  constructor(app, key) {
    this.app = app;
    this.key = key;
    const { page, channels } = app.words;
    this.title = make("h2", {}, channels[key].name);
    this.typing = make("small.typing", { hidden: true }, page.typing);
    this.grants = make("p.grants");
    this.talk = make("ol.talk", { role: "log", "aria-label": channels[key].name, tabindex: "0", onscroll: () => { this.stuck = this._atEnd(); } });
    this.talk.addEventListener("load", () => this.stuck && this._down(), true); // a picture has come
    this.stuck = true;
    this.foot = make("footer");
    this.sheets = make("div.sheets");
    this.element = make("section.phone", { "data-channel": key, "aria-label": channels[key].about, hidden: true },
      make("header", {},
        make("button.icon-button", { onclick: () => app.show(key, false), "aria-label": page.back }, icon("back")),
        make("div.title", {}, this.title, this.typing),
        make("button.icon-button", { onclick: () => this._more(), "aria-label": page.more }, icon("more"))),
      this.grants, this.talk, this.foot, this.sheets);
    this.ways = {
      key, words: app.words,
      tap: (id, text) => this.deed({ do: "tap", id, text }),
      open: (event, url) => this._open(event, url),
      page: (path) => this._sheet(fill(page.mini_page, path), [make("p.words", {}, page.mini_page_text)]),
    };
    this._bar();
    setInterval(() => this.chat && this._grants(this.chat), 1000);
  }

  deed(body) {
    this._close();
    return this.app.deed(this.key, body).catch(() => undefined);
  }

  settle() {
    if (this.stuck) this._down();
  }

  focus() {
    this.element.scrollIntoView({ inline: "nearest", block: "nearest" });
    this._down();
  }

  // — drawing —

  draw(chat, state) {
    this.chat = chat;
    keep(this.talk, withStamps(chat.messages), (thing) => (thing.stamp ? make("li.stamp", {}, clock(thing.stamp)) : drawn(thing, this.ways)));
    if (this.stuck) this._down();
    this.typing.hidden = !chat.typing;
    this.title.hidden = chat.typing;
    this._grants(chat);
    const shape = JSON.stringify([chat.opened, chat.opens, chat.connected, chat.menu, state.product.ready]);
    if (shape !== this.shape) {
      this.shape = shape;
      this._foot(chat);
    }
  }

  _atEnd() {
    return this.talk.scrollHeight - this.talk.scrollTop - this.talk.clientHeight < 80;
  }

  _down() {
    requestAnimationFrame(() => { this.talk.scrollTop = this.talk.scrollHeight; });
  }

  _grants(chat) {
    const { detail } = this.app.words;
    const open = chat.grants.map((g) => fill(detail.grants, { left: g.left, until: span(Math.max(0, g.ends - Date.now() / 1000)) }));
    if (chat.opens === "none") return;
    const lines = chat.passive ? [detail.via.passive] : open.length ? open : [detail.closed];
    if (chat.session !== undefined) lines.push(detail.sessions[chat.session]);
    if (chat.consents) lines.push(fill(detail.consents, chat.consents));
    this.grants.textContent = lines.join(" · ");
  }

  // — the bar below —

  _foot(chat) {
    const { page, opening } = this.app.words;
    if (chat.connected !== "ok") {
      this.foot.replaceChildren(make("p.waiting", {}, { starting: page.starting, off: page.off }[chat.connected] || page.refused));
    } else if (chat.opens === "none") {
      this.foot.replaceChildren(make("p.waiting", {}, page.only_read));
    } else if (!chat.opened) {
      const { label, text } = opening[chat.opens];
      this.foot.replaceChildren(make("div.opening", {}, make("p", {}, text), make("button.green", { onclick: () => this.deed({ do: "open" }) }, label)));
    } else {
      this.hasMenu = chat.menu.length > 0;
      this._menu(chat.menu);
      this.foot.replaceChildren(this.hasMenu && !this.writing ? this.menu : this.bar);
      this.toMenu.hidden = !this.hasMenu;
    }
  }

  _bar() {
    const { page } = this.app.words;
    this.box = make("textarea", { rows: "1", "aria-label": page.say, maxlength: "4000", enterkeyhint: "send" });
    this.box.addEventListener("input", () => this._grow());
    this.box.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this._say();
      }
    });
    this.sendButton = make("button.green.send", { onclick: () => this._say(), hidden: true }, page.send);
    this.plus = make("button.icon-button", { onclick: () => this._plus(), "aria-label": page.more }, icon("plus"));
    this.toMenu = make("button.icon-button", { onclick: () => this._write(false), "aria-label": page.menu }, icon("bars"));
    this.bar = make("div.bar", {}, this.toMenu, this.box, this.sendButton, this.plus);
  }

  _grow() {
    this.box.style.height = "auto";
    this.box.style.height = `${Math.min(this.box.scrollHeight, 110)}px`;
    const empty = !this.box.value.trim();
    this.sendButton.hidden = empty;
    this.plus.hidden = !empty;
  }

  _say() {
    const text = this.box.value.trim();
    if (!text) return;
    this.box.value = "";
    this._grow();
    this.deed({ do: "text", text });
    this._down();
  }

  _write(yes) {
    this.writing = yes;
    this.foot.replaceChildren(yes || !this.hasMenu ? this.bar : this.menu);
    if (yes) this.box.focus();
  }

  _menu(entries) {
    const { page } = this.app.words;
    this.menu = make("div.menu", {}, make("button.icon-button", { onclick: () => this._write(true), "aria-label": page.keyboard }, icon("keys")),
      entries.map((entry) => this._top(entry)));
  }

  _top(entry) {
    if (!entry.sub_button?.length) return make("div.top", {}, make("button", { onclick: () => this._choose(entry) }, entry.name));
    const below = make("div.below", { hidden: true }, entry.sub_button.map((one) => make("button", { onclick: () => { below.hidden = true; this._choose(one); } }, one.name)));
    const button = make("button", {
      "aria-expanded": "false",
      onclick: () => {
        const open = below.hidden;
        for (const other of this.foot.querySelectorAll(".below")) other.hidden = true;
        below.hidden = !open;
        button.setAttribute("aria-expanded", String(open));
      },
    }, icon("bars"), entry.name);
    return make("div.top", {}, below, button);
  }

  _choose(entry) {
    if (entry.type === "view") window.open(entry.url, "_blank", WINDOW);
    else this.deed({ do: "click", id: entry.key, text: entry.name });
  }

  // — sheets —

  _plus() {
    const { page } = this.app.words, oa = this.chat.opens === "follow", kf = this.key === "wecom_kf";
    const file = make("input", { type: "file", accept: "image/png,image/jpeg", hidden: true, onchange: () => this._picture(file.files[0]) });
    const ways = [
      ["picture", "picture", () => file.click()], ["sample", "photo", async () => this._picture(await samplePhoto())],
      (oa || kf) && ["location", "pin", () => this._places()], (oa || kf) && ["voice", "voice", () => this._recordings()],
      oa && ["scan", "scan", () => this._scenes()], oa && ["leave", "leave", () => this.deed({ do: "leave" })],
    ].filter(Boolean);
    this._sheet("", [file, make("div.grid", {}, ways.map(([name, drawing, go]) => make("button.way", { onclick: go }, make("span", {}, icon(drawing)), page[name])))]);
  }

  _places() {
    const { page, places } = this.app.words;
    this._sheet(page.where, places.map((place, number) => this._line(place.name, place.label, { do: "location", number })));
  }

  _recordings() {
    const { page, recordings } = this.app.words;
    const title = (one) => `${one.words}${one.clear ? "" : page.unclear}`;
    this._sheet(page.recording, recordings.map((one, number) => this._line(title(one), fill(page.seconds, one.seconds), { do: "voice", number })));
  }

  _scenes() {
    const { page, scenes } = this.app.words;
    this._sheet(page.scene, scenes.map((scene) => this._line(scene.name, scene.id, { do: "scan", id: scene.id, text: scene.name })));
  }

  _more() {
    const { page } = this.app.words;
    const anew = make("button.line", { onclick: () => { this._close(); this.writing = false; this.app.anew(this.key); } }, make("b", {}, page.anew));
    this._sheet("", [anew, make("button.line", { onclick: () => { this._close(); this.app.show(this.key, false); } }, make("b", {}, page.hide))]);
  }

  _line(title, text, deed) {
    return make("button.line", { onclick: () => this.deed(deed) }, make("b", {}, title), make("small", {}, text));
  }

  _sheet(title, children) {
    const close = make("button.icon-button", { onclick: () => this._close(), "aria-label": this.app.words.page.close }, icon("down"));
    this.sheets.replaceChildren(make("div.shade", { onclick: () => this._close() }), make("div.sheet", { role: "dialog", "aria-label": title }, make("div.head", {}, make("b", {}, title), close), children));
  }

  _close() {
    this.sheets.replaceChildren();
  }

  _picture(blob) {
    this._close();
    if (blob) this.app.picture(this.key, blob).catch(() => undefined);
  }

  _open(event, url) {
    event.preventDefault();
    window.open(url, "_blank", WINDOW);
  }
}

const WINDOW = matchMedia("(max-width: 560px)").matches ? "noopener" : "noopener,popup,width=376,height=800";

const clock = (seconds) => new Date(seconds * 1000).toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Shanghai" });

/** The time stands above what comes after a pause. */
function withStamps(messages) {
  let last = 0;
  return messages.flatMap((message) => {
    const stamp = message.at - last > STAMP_S ? [{ stamp: message.at }] : [];
    last = message.at;
    return [...stamp, message];
  });
}
