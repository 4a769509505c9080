// The list of chats, and what the platform's weather is.
import { fill, make } from "./dom.js";

export class Side {
  constructor(app, element) {
    this.app = app;
    const { page, sky } = app.words;
    this.chats = new Map();
    this.list = make("ul.chats");
    this.links = make("p.links");
    this.sky = new Map();
    this.counts = make("p.counts");
    this.ahead = make("p.counts");
    element.append(
      make("h1", {}, page.list), this.list, this.links, make("p.about", {}, page.about),
      make("section.sky", { "aria-label": page.weather }, make("h2", {}, page.weather),
        make("h3", {}, sky.network),
        this._switch("copies", (on) => ({ do: "copies", number: on ? 1 : 0 })), this._switch("slow", (on) => ({ do: "slow", number: on ? 3 : 0 })),
        this._switch("held", (on) => ({ do: on ? "hold" : "release" })),
        make("div.row", {}, this._button("release_backwards"), this._button("lose_answers", 2)),
        make("h3", {}, sky.interface), make("div.row", {}, this._button("expire"), this._button("lose_sent"), this._button("busy", -1, "fail")),
        make("h3", {}, sky.allowance),
        make("div.row", {}, this._button("spend"), this._button("minute", 60, "advance"), this._button("hour", 3600, "advance"), this._button("days", 48 * 3600, "advance")),
        make("div.row", {}, this._button("calm")), this.ahead, this.counts,
      ),
      make("label.switch", {}, this.details = make("input", { type: "checkbox", onchange: () => app.setDetails(this.details.checked) }), page.details),
    );
    this.details.checked = app.details;
  }

  _switch(name, change) {
    const box = make("input", { type: "checkbox", onchange: () => this.app.weather(change(box.checked)) });
    this.sky.set(name, box);
    return make("label.switch", {}, box, this.app.words.sky[name]);
  }

  _button(name, number = 0, deed = name) {
    return make("button.small", { onclick: () => this.app.weather({ do: deed, number }) }, this.app.words.sky[name]);
  }

  draw(state) {
    const { page, channels, sky } = this.app.words;
    for (const chat of state.chats) {
      if (!this.chats.has(chat.key)) this._add(chat.key, channels[chat.key]);
      const row = this.chats.get(chat.key), last = chat.messages.at(-1);
      row.last.textContent = chat.connected === "off" ? page.off : chat.connected === "refused" ? page.refused : last ? (last.text || last.title || channels[chat.key].about) : page.empty;
      row.button.disabled = chat.connected === "off";
    }
    if (state.product.ready && !this.links.childElementCount) {
      this.links.append(
        make("a", { href: `${state.product.url}/desk/`, target: "_blank", rel: "noopener" }, page.desk), " ",
        make("a", { href: `${state.product.url}/`, target: "_blank", rel: "noopener" }, page.pages),
      );
    }
    const weather = state.weather, refused = Object.entries(weather.refused).map(([code, times]) => `${code}×${times}`).join(" ");
    this.sky.get("copies").checked = weather.copies > 0;
    this.sky.get("slow").checked = weather.slow > 0;
    this.sky.get("held").checked = weather.held;
    this.ahead.textContent = weather.ahead_s ? fill(sky.ahead, span(weather.ahead_s)) : "";
    this.counts.textContent = fill(sky.counts, { pushes: weather.pushes, calls: weather.calls, refused: refused || sky.none });
    this.arrange();
  }

  arrange() {
    for (const [key, row] of this.chats) row.button.setAttribute("aria-pressed", String(this.app.shown(key)));
  }

  _add(key, channel) {
    const last = make("small");
    const toggle = () => this.app.show(key, !this.app.shown(key) || document.body.clientWidth <= 560);
    const button = make("button.chat", { onclick: toggle }, make("span.face", { "data-channel": key }), make("span.who", {}, make("b", {}, channel.name), make("i", {}, channel.about), last));
    this.chats.set(key, { button, last });
    this.list.append(make("li", {}, button));
  }
}

/** Seconds as 1:02:03. */
export function span(seconds) {
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, Math.floor(seconds) % 60];
  return parts.map((part, k) => (k ? String(part).padStart(2, "0") : part)).join(":");
}
