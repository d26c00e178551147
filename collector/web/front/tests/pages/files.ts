// Files that pages save, and what stands on the screen meanwhile.
import { readFileSync } from "node:fs";

import type { Locator, Page } from "@playwright/test";

import { expect } from "./support";

/** CSV as RFC 4180 has it, with the mark in front that a Japanese Excel wants. */
export function parsed(csv: string): string[][] {
  expect(csv.startsWith("\uFEFF")).toBe(true);
  const rows: string[][] = [[]];
  let cell = "";
  let quoted = false;
  for (let i = 1; i < csv.length; ++i) {
    const c = csv[i] ?? "";
    if (quoted) {
      if (c !== '"') cell += c;
      else if (csv[i + 1] === '"') cell += csv[++i];
      else quoted = false;
    } else if (c === '"') quoted = true;
    else if (c === "," || c === "\n") {
      rows.at(-1)?.push(cell);
      cell = "";
      if (c === "\n") rows.push([]);
    } else if (c !== "\r") cell += c;
  }
  expect(quoted).toBe(false);
  rows.pop();
  // What a spreadsheet would run stands behind an apostrophe.
  for (const row of rows) for (const one of row) expect(one).not.toMatch(/^[=+\-@]/);
  return rows.map((row) => row.map((one) => one.replace(/^'(?=[=+\-@\t])/, "").trim()));
}

export async function saved(
  page: Page, button: Locator, press: (button: Locator) => Promise<void> = (one) => one.click(),
): Promise<string[][]> {
  const saving = page.waitForEvent("download");
  await press(button);
  return parsed(readFileSync(await (await saving).path(), "utf8"));
}

/** What somebody reads in a table, as the browser lays it out, without what is for acting. */
export function seen(table: Locator): Promise<string[][]> {
  return table.evaluate((node) => {
    const textOf = (cell: Element): string => {
      const said = cell.getAttribute("data-text");
      if (said !== null) return said;
      const inside = cell.querySelector("time, [data-text='']");
      const marks = [...cell.querySelectorAll("svg[aria-label]")]
        .map((mark) => mark.getAttribute("aria-label"));
      const copy = cell.cloneNode(true) as HTMLElement;
      if (inside)
        for (const part of copy.querySelectorAll("[data-text]"))
          part.textContent = part.getAttribute("data-text");
      // A head that sorts says its name on paper once more.
      const acts = cell.closest("thead") ? ".on-paper" : "button";
      for (const part of copy.querySelectorAll(`${acts}, details, .unseen, [aria-hidden=true]`))
        part.remove();
      // Laid out where nobody sees it: lines of a cell are words beside each other.
      document.body.append(copy);
      const text = copy.innerText;
      copy.remove();
      return [...marks, text].join(" ").replace(/\s+/g, " ").trim();
    };
    const rows = [...(node as HTMLTableElement).rows].map((row) => [...row.cells].map(textOf));
    const heads = rows[0] ?? [];
    return rows.map((cells) => cells.filter((_, i) => heads[i] !== ""));
  });
}

/** Blanks between parts of a cell depend on how they are laid out; what is said does not. */
export const words = (rows: string[][]): string[][] =>
  rows.map((row) => row.map((cell) => cell.replace(/\s+/g, "")));
