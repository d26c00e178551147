// Building pages from elements: no HTML strings anywhere, so no text can become markup.

/** el("a", {href: "/", class: "x", onclick: f}, "text", child, [more]) */
export function el(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "width") node.style.width = value;
    else if (name === "height") node.style.height = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  add(node, children);
  return node;
}

function add(node, children) {
  for (const child of children.flat(Infinity)) {
    if (child === undefined || child === null || child === false) continue;
    node.append(child);
  }
}

const stroke = { fill: "none", stroke: "currentColor" };

/** Shapes in a square of 20: a state is told by its shape first. */
const shapes = {
  action: [["path", { ...stroke, d: "M3 3 L17 17 M17 3 L3 17", "stroke-width": "4" }]],
  warning: [
    ["path", { ...stroke, d: "M10 2.5 L18 17 L2 17 Z", "stroke-width": "2.5",
      "stroke-linejoin": "round" }],
  ],
  good: [["circle", { ...stroke, cx: "10", cy: "10", r: "6.5", "stroke-width": "3.5" }]],
  info: [
    ["circle", { ...stroke, cx: "10", cy: "10", r: "8", "stroke-width": "2" }],
    ["path", { ...stroke, d: "M10 9 v6 M10 5.5 v1.5", "stroke-width": "2" }],
  ],
  none: [["path", { ...stroke, d: "M4 10 H16", "stroke-width": "2.5" }]],
  silent: [
    ["circle", { ...stroke, cx: "10", cy: "10", r: "8", "stroke-width": "2",
      "stroke-dasharray": "3 2" }],
    ["path", { ...stroke, d: "M6 10 H14", "stroke-width": "2" }],
  ],
  unknown: [
    ["circle", { ...stroke, cx: "10", cy: "10", r: "8", "stroke-width": "2",
      "stroke-dasharray": "3 2" }],
    ["path", { ...stroke, d: "M7.5 8 a2.5 2.5 0 1 1 3.2 2.6 q-.7 .3 -.7 1.4 M10 14 v1.4",
      "stroke-width": "1.8" }],
  ],
};

/** The shape of a state: × action, △ warning, ○ good, ? unknown. Named only when no word follows. */
export function mark(state, name) {
  const svgns = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(svgns, "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("class", `mark ${state}`);
  if (name) {
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", name);
  } else {
    svg.setAttribute("aria-hidden", "true");
  }
  for (const [tag, attributes] of shapes[state] ?? shapes.unknown) {
    const part = document.createElementNS(svgns, tag);
    for (const [key, value] of Object.entries(attributes)) part.setAttribute(key, value);
    svg.append(part);
  }
  return svg;
}

/** A card with a heading. */
export function card(title, ...children) {
  return el("section", { class: "card" }, title ? el("h2", {}, title) : null, children);
}

/**
 * A table with a caption for screen readers; rows are arrays of cells. On narrow screens each row
 * becomes a block whose cells are named by their heads.
 */
export function table(caption, heads, rows) {
  const cellOf = (cell, i) => {
    const made = cell instanceof HTMLTableCellElement ? cell : el("td", {}, cell);
    if (heads[i]) made.setAttribute("data-head", heads[i]);
    return made;
  };
  return el("table", {},
    el("caption", { class: "unseen" }, caption),
    el("thead", {}, el("tr", {}, heads.map((head) => el("th", { scope: "col" }, head)))),
    el("tbody", {}, rows.map((cells) => el("tr", {}, cells.map(cellOf)))));
}

/** Names and values below each other. */
export function facts(pairs) {
  const shown = pairs.filter(([, value]) => value !== undefined && value !== null && value !== "");
  return el("dl", { class: "facts" },
    shown.map(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
}

/** Says a finished action aloud to screen readers. */
export function say(text) {
  document.getElementById("live").textContent = text;
}
