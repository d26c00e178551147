// Somebody who was told only the address and a task tries the pages (docs/trials.md). Their hand is
// tests/web/trial_hand.sh: each command gives a picture. MIMAMORI_TRIAL: the folder between the two.
import {
  appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync,
} from "node:fs";
import { join } from "node:path";

import { test } from "@playwright/test";
import type { Page } from "@playwright/test";

const folder = process.env["MIMAMORI_TRIAL"] ?? "";
test.skip(!folder, "nobody tries");

const trial_longest_ms = 40 * 60_000;
const look_every_ms = 100;
const settles_ms = 700;

/** What a hand can do. Places are in pixels of the picture before. */
async function act(page: Page, command: string, paper: string): Promise<void> {
  const [verb = "", ...words] = command.trim().split(" ");
  const [x = 0, y = 0] = words.map(Number);
  const rest = words.join(" ");
  if (verb === "click") await page.mouse.click(x, y);
  else if (verb === "type") await page.keyboard.type(rest);
  else if (verb === "press") await page.keyboard.press(rest);
  else if (verb === "wheel") await page.mouse.wheel(0, x);
  else if (verb === "choose") await page.locator("select:focus").selectOption({ label: rest });
  else if (verb === "paper") await page.pdf({ path: paper, preferCSSPageSize: true, printBackground: false });
  else if (verb !== "look") throw new Error(`click X Y, type TEXT, press KEY, wheel PIXELS, choose NAME, paper, look: ${verb}`);
}

test("a person tries", async ({ browser }) => {
  test.setTimeout(trial_longest_ms + 60_000);
  mkdirSync(folder, { recursive: true });
  // What a colleague tells: the account of a site that lives as long as this test.
  writeFileSync(join(folder, "account.txt"), `admin ${process.env["MIMAMORI_PASSWORD"]}\n`);
  const context = await browser.newContext({
    storageState: { cookies: [], origins: [] }, viewport: { width: 1280, height: 900 },
  });
  const page = await context.newPage();
  // A browser without a window does not show its print dialogue; the paper is what is asked for.
  await page.exposeFunction("printed", () => {
    appendFileSync(join(folder, "steps.txt"), "        the print dialogue opened\n");
  });
  await page.addInitScript("window.print = () => window.printed()");
  await page.goto("/");
  const began = Date.now();
  const next = join(folder, "next");
  for (let step = 0; Date.now() - began < trial_longest_ms;) {
    const command = step === 0 ? "look" : existsSync(next) ? readFileSync(next, "utf8").trim() : "";
    if (command === "end") break;
    if (command === "") {
      await page.waitForTimeout(look_every_ms);
      continue;
    }
    const name = String(step).padStart(2, "0");
    let outcome = "";
    try {
      await act(page, command, join(folder, `${name}.pdf`));
    } catch (error) {
      outcome = ` (failed: ${String(error).split("\n")[0]})`;
    }
    await page.waitForTimeout(settles_ms);
    await page.screenshot({ path: join(folder, `${name}.png`) });
    const seconds = Math.round((Date.now() - began) / 1000);
    appendFileSync(join(folder, "steps.txt"),
      `${name} ${String(seconds).padStart(4)} s  ${command}${outcome}  ${new URL(page.url()).pathname}\n`);
    if (step > 0) renameSync(next, join(folder, "done"));
    step += 1;
  }
  await context.close();
});
