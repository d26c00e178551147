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

test("the monthly report: a remark is written, and all of it is one sheet of A4", async ({ page }) => {
  await open(page, "/reports");
  await expect(page.locator(".paper h2").first()).toContainText("月次報告");
  await page.getByRole("button", { name: "書く", exact: true }).click();
  await page.getByRole("textbox", { name: "まとめ・連絡" }).fill("透析室の端末は来月入れ替えます。\n委員会に報告済み。");
  await page.locator("dialog button.main").click();
  await expect(page.locator(".comment")).toContainText("来月入れ替えます");
  const paper = await printed(page, "/reports");
  expect(paper.pages).toBe(1);
  for (const word of ["院長", "総合点", "来月入れ替えます", "操作の記録"])
    expect(paper.text).toContain(word);
  expect(paper.text).toMatch(/[0-9a-f]{64}/);
  expect(paper.text).not.toContain("毎月メールで送る");
});

test("what somebody else does shows on an open page without a reload", async ({ page, request }) => {
  await open(page, "/inbox?by=device&state=open");
  const { csrf } = await (await request.get("/api/v1/session")).json();
  const { items } = await (await request.get("/api/v1/findings?state=open&limit=1")).json();
  const streamed = page.waitForResponse((answer) => answer.url().endsWith("/api/v1/live"));
  await page.reload();
  expect((await streamed).headers()["content-type"]).toContain("text/event-stream");
  await page.waitForTimeout(1_500);
  const asked = page.waitForRequest(/\/api\/v1\/(findings|finding-groups)/, { timeout: 12_000 });
  const done = await request.post(`/api/v1/findings/${items[0].id}/actions`, {
    data: { action: "comment", reason: "見ました" }, headers: { "X-CSRF-Token": csrf },
  });
  expect(done.ok()).toBe(true);
  await asked;
});

test("a policy: a level is chosen with its reason, a department gets its own value", async ({ page }) => {
  await open(page, "/settings/policies");
  const take = page.locator(".levels li", { hasText: "竹" });
  await take.getByRole("button", { name: "この強さにする" }).click();
  await page.getByLabel("理由").fill("委員会で決定");
  await page.locator("dialog button.main").click();
  await expect(take).toContainText("今の決まり");
  await page.getByRole("button", { name: "場所ごとに決める" }).click();
  await page.getByLabel("部署・病院", { exact: true }).selectOption({ label: "透析室" });
  await page.getByLabel("理由").fill("機器の検証が要る");
  await page.getByLabel("ウイルス定義：要対応にするまで（日）").fill("21");
  await page.locator("dialog button.main").click();
  const row = page.locator(".card > table tr", { hasText: "機器の検証が要る" });
  await expect(row).toContainText("透析室");
  await expect(row).toContainText("21");
  await row.getByRole("button", { name: "やめる" }).click();
  await page.getByLabel("理由").fill("検証が終わった");
  await page.locator("dialog button.danger").click();
  await expect(row).toHaveCount(0);
});

test("the first steps go on where they were left", async ({ page }) => {
  await open(page, "/settings/setup");
  await expect(page.locator(".sentence")).toContainText("つのうち");
  const device = page.locator(".setup li", { hasText: "最初の1台" });
  await expect(device.getByRole("img", { name: "終わった" })).toBeVisible();
  await expect(page.locator(".setup details[open]")).toHaveCount(1);
});

test("a device as it was on a day", async ({ page }) => {
  await open(page, "/devices");
  await page.locator("table.data tbody a").first().click();
  const past = page.locator(".card", { hasText: "この日の状態" });
  const today = await page.evaluate(() => new Date().toLocaleDateString("sv"));
  await past.getByLabel("日付").fill(today);
  await expect(past).toContainText("終わりの状態です");
  await past.getByLabel("日付").fill("2020-01-01");
  await expect(past).toContainText("記録は残っていません");
});
