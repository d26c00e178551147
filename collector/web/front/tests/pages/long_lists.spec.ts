// Lists longer than a page of the collector: every row can be reached and comes onto paper, and what is
// not whole says so.
import type { Locator, Page } from "@playwright/test";

import { ja } from "../../src/i18n/ja";
import { change } from "./seed";
import { expect, open, test } from "./support";
import { button, story } from "./told";

const many = 1_234;
const first = 100;
const mark = "long-list";
const kind = "/inbox?state=resolved&rule=usb_unregistered&q=";

const count = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${many})`;

test.beforeAll(() => {
  const now = Date.now();
  change(`
    INSERT INTO finding (id, device_no, rule, subject, severity, state, evidence, first_seen_ms,
                         opened_at_ms, last_seen_ms, resolved_at_ms, resolved_by)
      ${count} SELECT printf('${mark}-%d', i), (SELECT min(device_no) FROM device_summary WHERE class = 'agent'),
        'usb_unregistered', printf('${mark}-%d', i), 1, 'resolved', '{}', ${now}, ${now}, ${now}, ${now}, 'facts'
      FROM n;
    INSERT INTO medium (vendor_id, product_id, serial, label, registered_by, registered_at_ms)
      ${count} SELECT '0951', '1666', printf('${mark}-%05d', i), printf('${mark} %d', i), 'admin', ${now} FROM n;`);
});

test.afterAll(() => {
  change(`DELETE FROM finding WHERE id LIKE '${mark}-%'; DELETE FROM medium WHERE serial LIKE '${mark}-%';`);
});

/** What the printer would get: how many rows stand in the page when it is asked for. */
async function watchPrinter(page: Page, rows: string): Promise<() => Promise<number | undefined>> {
  await page.addInitScript((of) => {
    window.print = () => {
      (window as { sheets?: number }).sheets = document.querySelectorAll(of).length;
    };
  }, rows);
  return () => page.evaluate(() => (window as { sheets?: number }).sheets);
}

/** Presses "more" until nobody offers more. */
async function toTheEnd(press: (what: Locator) => Promise<void>, rows: Locator, more: Locator): Promise<void> {
  for (let before = 0; await more.count(); ) {
    before = await rows.count();
    await press(more);
    await expect.poll(() => rows.count()).toBeGreaterThan(before);
  }
}

async function totalOf(page: Page, path: string): Promise<number> {
  return (await (await page.request.get(`${path}&limit=1`)).json()).total;
}

test("all devices of a kind are reached, chosen and printed, however many they are", async ({ page }) => {
  const total = await totalOf(page, "/api/v1/findings?state=resolved&rule=usb_unregistered");
  expect(total).toBeGreaterThanOrEqual(many);
  const printed = await watchPrinter(page, "main .found > li");
  await open(page, kind);
  const rows = page.locator("main .found > li");
  await expect(rows).toHaveCount(first);
  // What is chosen, and what a sheet has, is what stands there: both say so.
  const all = page.getByLabel(ja.findings.chooseShown(first, total));
  await all.check();
  await expect(page.getByText(ja.findings.chosen(first))).toBeVisible();
  const note = page.locator(".not-whole");
  await expect(note).toBeHidden();
  await page.emulateMedia({ media: "print" });
  await expect(note).toBeVisible();
  await expect(note).toHaveText(ja.onPaper(first, total));
  await page.emulateMedia({ media: "screen" });
  await page.getByRole("button", { name: ja.findings.printSteps }).click();
  await expect.poll(printed).toBe(total);
  await expect(rows).toHaveCount(total);
  await expect(note).toHaveCount(0);
  await page.getByLabel(ja.findings.chooseAll).check();
  await expect(page.getByText(ja.findings.chosen(total))).toBeVisible();
  // Step by step as well.
  await open(page, kind);
  await toTheEnd((what) => what.click(), rows, page.getByRole("button", { name: new RegExp(`^${ja.more}`) }));
  await expect(rows).toHaveCount(total);
});

test("findings by device go on, and all of them are printed", async ({ page }) => {
  const total = await totalOf(page, "/api/v1/findings?state=resolved");
  const printed = await watchPrinter(page, "main .found > li");
  await open(page, "/inbox?by=device&state=resolved");
  const rows = page.locator("main .found > li");
  await expect(rows).toHaveCount(1000);
  await page.getByRole("button", { name: ja.print }).click();
  await expect.poll(printed).toBe(total);
});

story("registered media go on until the last one", async (page, hands, w) => {
  const total = await totalOf(page, "/api/v1/usb-media?state=registered");
  expect(total).toBeGreaterThanOrEqual(many);
  const printed = await watchPrinter(page, "main table:first-of-type tbody tr");
  await open(page, "/media?state=registered");
  await hands.press(button(page, w.print));
  await expect.poll(printed).toBeGreaterThanOrEqual(total);
  await open(page, "/media?state=registered");
  const rows = page.locator("main table").first().locator("tbody tr");
  await expect(rows).toHaveCount(first);
  await page.emulateMedia({ media: "print" });
  await expect(page.getByText(w.onPaper(first, total))).toBeVisible();
  await page.emulateMedia({ media: "screen" });
  await hands.press(button(page, w.showAll(total)));
  await expect(rows).toHaveCount(total);
  await expect(button(page, w.showAll(total))).toHaveCount(0);
});
