// What is put together for others: budgets, ages, reports.
import { saved } from "./files";
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
  const rows = await saved(page, page.getByRole("button", { name: "端末の一覧を書き出す" }));
  expect(rows.length).toBe(devices + 1);
  expect(rows[1]).toContain("120000");
  const paper = await printed(page, "/os");
  expect(paper.text).toContain("合計");
  expect(paper.text).not.toContain("単価を決める");
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
  for (const word of ["院長", "総合点", "お決めいただきたいこと", "□ 進める", "来月入れ替えます", "操作の記録"])
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
