// Files that pages save, and what stands on the screen meanwhile.
import { readFileSync } from "node:fs";
import { inflateRawSync } from "node:zlib";

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

/** The buttons of the dialog that asks for the form of a file, in their order. */
export const file_formats = ["xlsx", "csv", "sjis"] as const;
export type FileFormat = (typeof file_formats)[number];

type Press = (button: Locator) => Promise<void>;
const click: Press = (one) => one.click();

/** What the open dialog saves in that form. */
export async function savedAs(page: Page, format: FileFormat, press = click): Promise<Buffer> {
  const saving = page.waitForEvent("download");
  await press(page.locator("dialog .stack-buttons button").nth(file_formats.indexOf(format)));
  return readFileSync(await (await saving).path());
}

/** What a button saves as CSV; its dialog is closed again. */
export async function saved(page: Page, button: Locator, press = click): Promise<string[][]> {
  await press(button);
  const file = await savedAs(page, "csv", press);
  await page.keyboard.press("Escape");
  await expect(page.locator("dialog")).toHaveCount(0);
  return parsed(file.toString("utf8"));
}

/** One file out of a ZIP archive. */
function unzipped(archive: Buffer, name: string): string {
  for (let at = archive.indexOf("PK\u0001\u0002"); at >= 0; at = archive.indexOf("PK\u0001\u0002", at + 4)) {
    const name_bytes = archive.readUInt16LE(at + 28);
    if (archive.toString("utf8", at + 46, at + 46 + name_bytes) !== name) continue;
    const local = archive.readUInt32LE(at + 42);
    const from = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
    const packed = archive.subarray(from, from + archive.readUInt32LE(at + 20));
    return (archive.readUInt16LE(at + 10) === 8 ? inflateRawSync(packed) : packed).toString("utf8");
  }
  throw new Error(`no ${name} in the archive`);
}

/** The rows of an Excel file, all of whose cells are texts. */
export function sheetOf(file: Buffer): string[][] {
  const sheet = unzipped(file, "xl/worksheets/sheet1.xml");
  const entities: Record<string, string> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };
  const columnOf = (letters: string): number =>
    [...letters].reduce((before, letter) => before * 26 + letter.charCodeAt(0) - 64, 0) - 1;
  const rows = [...sheet.matchAll(/<row .*?<\/row>/gs)].map(([row]) => {
    const cells: string[] = [];
    for (const [cell, letters = "", inside = ""] of row.matchAll(/<c r="([A-Z]+)[^>]*?(?:\/>|>(.*?)<\/c>)/gs)) {
      expect(cell).not.toContain("<f>"); // No formula.
      const text = /<t[^>]*>(.*?)<\/t>/s.exec(inside)?.[1] ?? "";
      cells[columnOf(letters)] = text.replace(/&(\w+);/g, (_, of: string) => entities[of] ?? "?").trim();
    }
    return cells;
  });
  // Cells without a text are not in the file.
  return rows.map((cells) => (rows[0] ?? []).map((_, i) => cells[i] ?? ""));
}

/** Two signs that Shift_JIS has once, and that Windows reads as the other. */
const asWindowsReads = (text: string): string => text.replaceAll("～", "〜").replaceAll("－", "−");

const read: Record<FileFormat, (file: Buffer) => string[][]> = {
  xlsx: sheetOf,
  csv: (file) => parsed(file.toString("utf8")),
  sjis: (file) => parsed(`\uFEFF${asWindowsReads(new TextDecoder("shift_jis").decode(file))}`),
};

/** All that Shift_JIS of Windows has. */
const in_shift_jis = new Set((() => {
  const bytes: number[] = [];
  for (let one = 0x20; one < 0x7f; ++one) bytes.push(one);
  for (let one = 0xa1; one < 0xe0; ++one) bytes.push(one);
  for (let first = 0x81; first < 0xfd; ++first)
    for (let second = 0x40; second < 0xfd; ++second)
      if (first < 0xa0 || first > 0xdf) bytes.push(first, second);
  return new TextDecoder("shift_jis").decode(Uint8Array.from(bytes)).replaceAll("\uFFFD", "");
})());

/** Whether a file in Shift_JIS can say these; stories before may have left names that it cannot. */
export const fitsShiftJis = (rows: readonly (readonly string[])[]): boolean =>
  rows.flat().every((cell) => [...cell.replaceAll("〜", "～").replaceAll("−", "－")]
    .every((sign) => in_shift_jis.has(sign)));

/** What a button saves in each of these forms. */
export async function savedIn(
  page: Page, button: Locator, formats: readonly FileFormat[],
): Promise<string[][][]> {
  await button.click();
  const files: string[][][] = [];
  for (const format of formats) files.push(read[format](await savedAs(page, format)));
  await page.keyboard.press("Escape");
  await expect(page.locator("dialog")).toHaveCount(0);
  return files;
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
