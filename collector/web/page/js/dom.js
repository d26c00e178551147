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

const shapes = {
  action: [["path", { d: "M3 3 L17 17 M17 3 L3 17", stroke: "currentColor", "stroke-width": "4" }]],
  warning: [["path", { d: "M10 2.5 L18 17 L2 17 Z", fill: "none", stroke: "currentColor", "stroke-width": "2.5", "stroke-linejoin": "round" }]],
  good: [["circle", { cx: "10", cy: "10", r: "6.5", fill: "none", stroke: "currentColor", "stroke-width": "3.5" }]],
  unknown: [["circle", { cx: "10", cy: "10", r: "8", fill: "none", stroke: "currentColor", "stroke-width": "2", "stroke-dasharray": "3 2" }],
    ["path", { d: "M7.5 8 a2.5 2.5 0 1 1 3.2 2.6 q-.7 .3 -.7 1.4 M10 14 v1.4", fill: "none", stroke: "currentColor", "stroke-width": "1.8" }]],
};

/** The shape of a state: × action, △ warning, ○ good, ? unknown or silent. */
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

/** A table with a caption for screen readers; rows are arrays of cells. */
export function table(caption, heads, rows) {
  return el("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": caption },
    el("table", {},
      el("caption", { class: "unseen" }, caption),
      el("thead", {}, el("tr", {}, heads.map((head) => el("th", { scope: "col" }, head)))),
      el("tbody", {}, rows.map((cells) => el("tr", {}, cells.map((cell) =>
        cell instanceof HTMLTableCellElement ? cell : el("td", {}, cell)))))));
}

/** Says a finished action aloud to screen readers. */
export function say(text) {
  document.getElementById("live").textContent = text;
}
