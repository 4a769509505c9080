// Each kind of message as WeChat draws it.
import { fill, icon, make } from "./dom.js";

/** Words, links and entries to tap, in order. */
function text(pieces, ways) {
  return pieces.map((piece) => {
    if (piece.id) return make("button.entry", { onclick: () => ways.tap(piece.id, piece.text) }, piece.label || piece.text);
    if (piece.url) return make("a", { href: piece.url, onclick: (event) => ways.open(event, piece.url) }, piece.text);
    return piece.text;
  });
}

const bubble = (message, ways) => make("div.bubble", {}, message.pieces ? text(message.pieces, ways) : message.text);

/** Entries are lines to tap, whatever is above and below them. */
function msgmenu(message, ways) {
  return make("div.bubble.msgmenu", {},
    make("div.words", {}, text(message.pieces, ways)),
    message.choices.map((choice) => make("button.entry", { onclick: () => ways.tap(choice.id, choice.label) }, choice.label)),
    message.tail_pieces.length > 0 && make("div.words", {}, text(message.tail_pieces, ways)));
}

/** One article: a picture above where there is one, else title, words and a small picture beside them. */
function news(message, ways, picture = message.picture) {
  return make("a.card.news", { href: message.url, onclick: (event) => ways.open(event, message.url) },
    picture && make("img.cover", { src: picture, alt: "" }),
    make("b", {}, message.title), make("span.beside", {}, make("span.words", {}, message.text), !picture && thumb(message)));
}

const thumb = (message) => (message.picture ? make("img.thumb", { src: message.picture, alt: "" }) : make("span.thumb", {}, icon("link")));

/** Of 微信客服: its picture is always the small one. */
const link = (message, ways) => news(message, ways, "");

/** A page of a mini-program: its name, the title, a picture of 5:4. */
function page(message, ways) {
  const cover = message.picture;
  return make("button.card.mini", { onclick: () => ways.page(message.url || "") },
    make("span.name", {}, make("span.dot", {}, icon("mini")), ways.words.page.mini_name), make("b", {}, message.title || message.text),
    cover ? make("img.cover", { src: cover, alt: "" }) : make("span.cover", {}, icon("mini")),
    make("span.foot", {}, icon("mini"), ways.words.page.mini));
}

function subscribe(message, ways) {
  return make("button.card.subscribe", { onclick: () => ways.page(message.url || "") },
    make("span.name", {}, ways.words.page.subscribe), message.title && make("b", {}, message.title), make("span.words", {}, message.text));
}

const image = (message, ways) => make("img.picture", { src: message.url, alt: message.side === "in" ? ways.words.page.picture_of_theirs : ways.words.page.picture_of_mine });

function voice(message, ways) {
  const seconds = fill(ways.words.page.seconds, message.seconds);
  return make("div.voicing", {}, make("div.bubble.voice", { "data-seconds": message.seconds }, seconds, icon("voice")), make("small", {}, message.text));
}

function location(message, ways) {
  return make("div.card.location", {}, make("b", {}, message.title), make("small", {}, message.text), make("span.map", { "aria-label": ways.words.page.map }, icon("pin")));
}

const DRAWN = { text: bubble, msgmenu, news, link, miniprogrampage: page, miniprogram: page, image, voice, location, subscribe };

/** One message with its face, as a list item. */
export function drawn(message, ways) {
  const { detail, page: words } = ways.words;
  if (message.side === "out" && message.kind === "event") return make("li.event", {}, make("span", {}, message.text));
  if (message.via === "platform") return make("li.event", { "data-via": "platform" }, make("span", {}, message.text));
  const draw = DRAWN[message.kind] || (() => make("div.bubble", {}, words.unknown));
  const notes = message.side === "in" ? [detail.via[message.via], message.to && fill(detail.to, message.to)] : [message.tries > 1 && fill(detail.tries, message.tries), detail.answers[message.answer]];
  return make(`li.${message.side}`, { "data-kind": message.kind },
    make("span.face", { "data-channel": message.side === "in" ? ways.key : "me", "aria-hidden": "true" }),
    make("div.what", {}, draw(message, ways), make("small.note", {}, notes.filter(Boolean).join(" · "))),
    message.side === "out" && !message.done && make("span.sending", { role: "img", "aria-label": words.sending }));
}
