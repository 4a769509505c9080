// Elements made without markup: what a message says can never become a part of the page.

/** An element: `make("button.entry", {onclick, title}, child, "words", …)`; children that are null or false are left out. */
export function make(kind, given = {}, ...children) {
  const [tag, ...classes] = kind.split(".");
  const element = document.createElement(tag || "div");
  element.className = classes.join(" ");
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  if (tag === "button" && !given.type) element.type = "button";
  return element;
}

/** Line drawings in the manner of the client's own. */
const PATHS = {
  back: "M15 4l-8 8 8 8", more: "M5 12h.01M12 12h.01M19 12h.01", voice: "M8 9.5a4 4 0 010 5M11 7a8 8 0 010 10M14 4.5a12 12 0 010 15",
  plus: "M12 7v10M7 12h10M12 3a9 9 0 100 18 9 9 0 000-18", keys: "M4 7h16v10H4zM7 10h.01M11 10h.01M15 10h.01M8 14h8",
  bars: "M5 8h14M5 12h14M5 16h9", pin: "M12 21s7-6.2 7-11a7 7 0 10-14 0c0 4.800 7 11 7 11zM12 12.500a2.500 2.500 0 100-5 2.500 2.500 0 000 5",
  picture: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.500 9h.01", photo: "M4 8h4l2-3h4l2 3h4v11H4zM12 16.500a3.500 3.500 0 100-7 3.500 3.500 0 000 7",
  scan: "M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M4 12h16", leave: "M14 4h5v16h-5M10 8l-4 4 4 4M6 12h9", link: "M9 15l6-6M10 6l2-2a4 4 0 016 6l-2 2M14 18l-2 2a4 4 0 01-6-6l2-2",
  mini: "M9.500 14.500a2.500 2.500 0 102.500-2.500 2.500 2.500 0 112.500-2.500M12 3a9 9 0 100 18 9 9 0 000-18",
  down: "M6 9l6 6 6-6",
};

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

/** `{}` and `{name}` in words. */
export function fill(words, ...values) {
  const named = typeof values[0] === "object" ? values[0] : {};
  let next = 0;
  return words.replace(/\{(\w*)\}/g, (_, name) => (name ? named[name] : values[next++]));
}

/** Keeps a list of elements like a list of things: what has not changed keeps its element. */
export function keep(parent, things, draw) {
  const old = [...parent.children];
  things.forEach((thing, k) => {
    const sign = JSON.stringify(thing);
    if (old[k]?.dataset.sign === sign) return;
    const made = draw(thing, k);
    made.dataset.sign = sign;
    if (old[k]) old[k].replaceWith(made);
    else parent.append(made);
  });
  old.slice(things.length).forEach((element) => element.remove());
}
