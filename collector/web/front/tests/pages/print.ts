// A page as it comes out of the printer.
import type { Page } from "@playwright/test";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, open } from "./support";

export interface Paper {
  pages: number;
  text: string;
}

/** Opens a path and prints it; how many sheets, and the words on them. */
export async function printed(page: Page, path: string): Promise<Paper> {
  const folder = mkdtempSync(join(tmpdir(), "pages-"));
  const file = join(folder, "page.pdf");
  await open(page, path);
  await page.waitForTimeout(300);
  // A long list is whole before it is printed.
  await expect(page.locator(".not-whole")).toHaveCount(0);
  writeFileSync(file, await page.pdf({ preferCSSPageSize: true, printBackground: false }));
  const info = execFileSync("pdfinfo", [file], { encoding: "utf8" });
  const text = execFileSync("pdftotext", ["-layout", file, "-"], { encoding: "utf8" });
  rmSync(folder, { recursive: true });
  return { pages: Number(/^Pages:\s+(\d+)/m.exec(info)?.[1]), text };
}
