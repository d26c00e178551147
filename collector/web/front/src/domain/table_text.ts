import { plain } from "./isolate";

/** What a file does not have: what is for acting, for screen readers, for looking behind. */
const left_out = "button, select, input, details, .unseen, .no-print, [aria-hidden=true]";
const blocks = "p, div, li, dt, dd, br";

/**
 * The text of a part of the page as it is seen. `data-text` says what stands for a picture or for a
 * time that is told as an age.
 */
function textIn(node: Node): string {
  if (node.nodeType === node.TEXT_NODE) return node.textContent ?? "";
  if (node.nodeType !== node.ELEMENT_NODE) return "";
  const element = node as Element;
  const said = element.getAttribute("data-text");
  if (said !== null) return said;
  if (element.matches(left_out)) return "";
  if (element.matches("svg")) return element.getAttribute("aria-label") ?? "";
  const text = [...element.childNodes].map(textIn).join("");
  return element.matches(blocks) ? ` ${text} ` : text;
}

export const textOf = (node: Node): string => plain(textIn(node)).replace(/\s+/g, " ").trim();

/** Heads and rows of a table as they stand there; columns without a head are for acting. */
export function rowsOfTable(table: HTMLTableElement): string[][] {
  const heads = [...(table.tHead?.rows[0]?.cells ?? [])].map(textOf);
  const body = [...table.tBodies, ...(table.tFoot ? [table.tFoot] : [])];
  const rows = body.flatMap((part) => [...part.rows]).map((row) => [...row.cells].map(textOf));
  return [heads, ...rows].map((cells) => cells.filter((_, i) => heads[i] !== ""));
}
