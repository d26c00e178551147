// What every test of a page watches: nothing in the console, no broken policy, no other host.
import { expect, test as base } from "@playwright/test";
import type { Page } from "@playwright/test";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What a browser complained about. */
export class Complaints {
  readonly texts: string[] = [];
  /** A test that provokes a refusal expects the browser to note it. */
  allowed: RegExp | undefined;
}

export const test = base.extend<{ complaints: Complaints }>({
  complaints: [
    async ({ page }, use) => {
      const complaints = new Complaints();
      page.on("console", (message) => complaints.texts.push(message.text()));
      page.on("pageerror", (error) => complaints.texts.push(String(error)));
      page.on("request", (request) => {
        const own = new URL(process.env["MIMAMORI_PAGES"] ?? "").origin;
        if (!/^(data|blob):/.test(request.url()) && new URL(request.url()).origin !== own)
          complaints.texts.push(`asks another host: ${request.url()}`);
      });
      await use(complaints);
      const rest = complaints.texts.filter((text) => !complaints.allowed?.test(text));
      expect(rest).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

interface Violation {
  id: string;
  nodes: { html: string; failureSummary: string }[];
}

interface Look {
  /** Only that part of the page. */
  within?: string;
  /** Only what the colours decide: the rest is the same in another scheme. */
  colours?: boolean;
}

/** What axe finds against WCAG 2.2 AA. It is put in beside the page's policy, which forbids it. */
export async function violationsOn(page: Page, look: Look = {}): Promise<string[]> {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe);
  const found = await page.evaluate(async ({ within, colours }) => {
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
    const { run } = (window as unknown as {
      axe: { run: (where: unknown, how: object) => Promise<{ violations: Violation[] }> };
    }).axe;
    const runOnly = colours ? ["color-contrast", "link-in-text-block"] : { type: "tag", values: tags };
    return (await run(within ?? document, { runOnly, resultTypes: ["violations"] })).violations;
  }, look);
  return found.map(({ id, nodes }) => `${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`);
}

/** Goes to a page and waits until it shows what it is about. */
export async function open(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await page.locator("main h1").waitFor();
  await expect(page.locator(".skeleton")).toHaveCount(0);
}

/** The page in another language than the browser's. */
export async function speak(page: Page, language: "ja" | "en"): Promise<void> {
  await page.addInitScript((name) => localStorage.setItem("mimamori.language", name), language);
}
