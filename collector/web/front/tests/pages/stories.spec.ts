// What people do with the pages, from their first look to the end.

import { ja } from "../../src/i18n/ja";
import { saved } from "./files";
import { printed } from "./print";
import { admin, viewer } from "./seed";
import { expect, open, test } from "./support";

test("from the overview to a finding that is put off, and back again", async ({ page }) => {
  await open(page, "/");
  await expect(page.locator(".headline")).toContainText("対応が必要な端末が");
  expect(await page.locator("table.sites tbody tr").count()).toBeGreaterThan(7);
  await page.locator(".tasks a.button").first().click();
  await expect(page.getByText("次にすること")).toBeVisible();
  const first = page.locator(".found > li").first();
  const device = await first.locator("a").innerText();
  await first.locator("input").check();
  await page.getByRole("button", { name: "後で見る" }).click();
  await page.locator("dialog button.main").click();
  await expect(page.locator("dialog")).toHaveCount(0);
  await expect(page.locator(".found > li").first().locator("a")).not.toHaveText(device);
  await page.getByRole("link", { name: "後で見る" }).click();
  const put_off = page.locator(".found > li", { hasText: device });
  await expect(put_off).toContainText("後で見る");
  await put_off.getByRole("link").click();
  await expect(page.locator(".history")).toContainText("後で見ることにしました");
  await page.getByRole("button", { name: "未対応に戻す" }).click();
  await page.locator("dialog button.main").click();
  await expect(page.locator(".history")).toContainText("未対応に戻しました");
});

test("the overview compares with last week, and its file says what it shows", async ({ page }) => {
  await open(page, "/");
  const sites = page.locator("table.sites tbody tr");
  await expect(page.locator(".aims")).toContainText(/先週から.*[+−±]/);
  await expect(sites.first().locator("td[data-head='先週比']")).toHaveText(/^(上がった|下がった)?[+−±]\d+$/);
  await expect(page.locator(".trend")).toContainText("目標 90");
  await expect(page.locator(".systems li").first()).toContainText(/Windows.*台/);
  const csv = await saved(page, page.getByRole("button", { name: "書き出す" }));
  const shown = await sites.evaluateAll((rows) => rows.map((row) => [
    row.querySelector("th")?.textContent ?? "",
    ...["台数", "点数", "いちばん多い理由"].map((head) =>
      row.querySelector(`td[data-head="${head}"]`)?.textContent ?? ""),
  ]));
  const column = (name: string): number => csv[0]?.indexOf(name) ?? -1;
  const in_file = csv.slice(2).map((cells) =>
    ["部署", "台数", "点数", "いちばん多い理由"].map((head) => cells[column(head)]));
  expect(in_file).toEqual(shown);
  expect(csv[1]?.[0]).toBe("全体");
  const counts = await page.locator(".legend a b").allInnerTexts();
  expect(["要対応", "注意", "連絡なし", "不明", "良好"].map((head) => csv[1]?.[column(head)])).toEqual(counts);
});

test("several findings get an owner at once", async ({ page }) => {
  await open(page, "/inbox?rule=os_unsupported");
  await page.locator(".found input").nth(0).check();
  await page.locator(".found input").nth(1).check();
  await page.getByRole("button", { name: "担当を決める" }).click();
  await page.getByLabel("担当の名前").fill("田中 <b>太字</b>");
  await page.locator("dialog button.main").click();
  await expect(page.locator("dialog")).toHaveCount(0);
  await expect(page.locator(".found > li", { hasText: "田中 <b>太字</b>" })).toHaveCount(2);
  await open(page, "/inbox");
  await expect(page.locator(".tasks li", { hasText: "サポート期限が切れ" })).toContainText(
    /担当 田中 <b>太字<\/b> .*未定 \d+件/);
});

test("the inbox by keyboard alone", async ({ page }) => {
  await open(page, "/");
  await page.keyboard.press("Tab");
  await expect(page.locator(".skip")).toBeFocused();
  await page.keyboard.press("Enter");
  await page.keyboard.press("g");
  await page.keyboard.press("i");
  await expect(page.locator("h1")).toHaveText("対応が必要なこと");
  const steps = page.locator(".tasks a.button").nth(1);
  for (let i = 0; i < 40 && !(await steps.evaluate((node) => node === document.activeElement)); ++i)
    await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  const box = page.locator(".found input").first();
  await box.waitFor();
  for (let i = 0; i < 80 && !(await box.evaluate((node) => node === document.activeElement)); ++i)
    await page.keyboard.press("Tab");
  await page.keyboard.press("Space");
  await expect(box).toBeChecked();
  for (let i = 0; i < 4; ++i) await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Enter");
  await expect(page.locator("dialog[open]")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.locator("dialog")).toHaveCount(0);
});

test("the long list by keyboard: End, Home, arrows, Enter", async ({ page }) => {
  await open(page, "/devices?sort=name");
  const link = (row: number) => page.locator(`tr[data-row="${row}"] a`);
  await link(0).focus();
  await page.keyboard.press("End");
  await expect(link(407)).toBeFocused();
  await page.keyboard.press("ArrowUp");
  await expect(link(406)).toBeFocused();
  await page.keyboard.press("Home");
  await expect(link(0)).toBeFocused();
  await page.keyboard.press("ArrowDown");
  const name = await link(1).innerText();
  await page.keyboard.press("Enter");
  await expect(page.locator("h1")).toContainText(name);
});

test("a sign-in that ends in the middle of a form loses nothing", async ({ page, complaints }) => {
  complaints.allowed = /401/;
  await open(page, "/settings/people");
  await page.getByRole("button", { name: "人を加える" }).click();
  const adding = page.getByRole("dialog", { name: "人を加える" });
  await adding.getByLabel("名前").fill("half-done");
  const cookies = await page.context().cookies();
  await page.context().clearCookies();
  await page.getByLabel("はじめのパスワード").fill("Yama no ue ni 3 nin");
  await page.locator("dialog button.main").click();
  const again = page.getByRole("dialog", { name: "サインイン" });
  await expect(again).toBeVisible();
  await again.getByLabel("パスワード").fill(admin.password);
  await again.getByRole("button", { name: "サインイン" }).click();
  await expect(page.locator("dialog")).toHaveCount(1);
  await expect(adding.getByLabel("名前")).toHaveValue("half-done");
  await page.locator("dialog button.main").click();
  await expect(page.locator("tr", { hasText: "half-done" })).toBeVisible();
  await page.context().addCookies(cookies);
});

test("a viewer sees and may not act", async ({ browser, complaints }) => {
  complaints.allowed = /401/;
  const context = await browser.newContext({ storageState: { cookies: [], origins: [] } });
  const page = await context.newPage();
  await page.goto("/inbox?rule=patch_behind");
  await page.getByLabel("名前").fill(viewer.name);
  await page.getByLabel("パスワード").fill(viewer.password);
  await page.keyboard.press("Enter");
  await expect(page.getByText("次にすること")).toBeVisible();
  await expect(page.locator("main input:not([type=search])")).toHaveCount(0);
  await expect(page.getByRole("link", { name: "エージェント" })).toHaveCount(0);
  await page.goto("/agents");
  await expect(page.getByRole("alert").first()).toContainText(ja.forbiddenBut([ja.roles.administrator]));
  await context.close();
});

test("the overview is one sheet of A4, the list of devices whole on paper", async ({ page }) => {
  const overview = await printed(page, "/");
  expect(overview.text).toContain("院長");
  expect(overview.text).toContain("医事課");
  expect(overview.pages).toBe(1);
  const address = "/devices?sort=name&columns=name,todo,site,place,owner,os,address";
  await open(page, address);
  await expect(page.locator("tr[data-row]").first()).toContainText(/\d/);
  const list = await printed(page, address);
  const rows = list.text.match(/^.*\d+\.\d+\.\d+\.\d+\s*$/gm) ?? [];
  expect(rows.length).toBe(408);
  // Each further sheet begins with the heads of the columns.
  expect(list.pages).toBeGreaterThan(3);
  expect((list.text.match(/責任者/g) ?? []).length).toBeGreaterThanOrEqual(list.pages - 1);
});

test("a collector that stops is told, and what was shown stays", async ({ page, complaints }) => {
  complaints.allowed = /ERR_|Failed to load/;
  await open(page, "/devices");
  await page.route("**/api/**", (route) => route.abort());
  await expect(page.locator(".bar .age")).toContainText("コレクターに接続できません", { timeout: 40_000 });
  await expect(page.locator("table.data tbody tr").first()).toBeVisible();
  await page.unroute("**/api/**");
  await expect(page.locator(".bar .age")).toContainText("の情報です", { timeout: 40_000 });
});
