// Reads a file as a spreadsheet would.
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
