// What is put together for others: budgets, ages, reports.
import { readFileSync } from "node:fs";

import { printed } from "./print";
import { expect, open, test } from "./support";

test("next year's budget: a price is set, sums follow, the list holds every device", async ({ page }) => {
  await open(page, "/os");
  const budget = page.locator(".card", { hasText: "更新予算" });
  const devices = Number(await budget.locator("tfoot .number").first().innerText());
  expect(devices).toBeGreaterThan(0);
  await page.getByRole("button", { name: "単価を決める" }).click();
  await page.getByLabel("1台あたりの単価（円）").fill("120000");
  await page.locator("dialog button.main").click();
  await expect(budget.locator("tfoot")).toContainText(
    `${(devices * 120_000).toLocaleString("ja-JP")}円`);
  const saving = page.waitForEvent("download");
  await page.getByRole("button", { name: "端末の一覧（CSV）" }).click();
  const rows = readFileSync(await (await saving).path(), "utf8").trim().split("\r\n");
  expect(rows.length).toBe(devices + 1);
  expect(rows[1]).toContain("120000");
  const paper = await printed(page, "/os");
  expect(paper.text).toContain("合計");
  expect(paper.text).not.toContain("単価を決める");
});

test("old updates: a number of a department leads to its devices, and to each of them", async ({ page }) => {
  await open(page, "/freshness");
  const table = page.locator("table.ages").first();
  const old = table.locator("td[data-head='31日〜'] a").first();
  const count = Number(await old.innerText());
  await old.click();
  const rows = page.locator(".card", { hasText: "古い順の端末" }).locator("tbody tr");
  await expect(rows).toHaveCount(count);
  await expect(page.getByRole("button", { name: /31日〜/ })).toBeVisible();
  const age = Number((await rows.first().locator("td").first().innerText()).replace("日", ""));
  expect(age).toBeGreaterThanOrEqual(31);
  await rows.first().getByRole("link").click();
  await expect(page).toHaveURL(/\/devices\//);
});
