// Pictures of every page, when somebody wants them (MIMAMORI_SHOTS: a folder).
import { test } from "@playwright/test";

const folder = process.env["MIMAMORI_SHOTS"];
test.skip(!folder, "no folder for pictures was named");

const pages: Record<string, string> = {
  overview: "/",
  inbox: "/inbox",
  kind: "/inbox?rule=av_stale",
  devices: "/devices",
  usb: "/media",
  programs: "/programs",
  neighbours: "/neighbours",
  os: "/os",
  freshness: "/freshness",
  reports: "/reports",
  policies: "/settings/policies",
  "site-events": "/site-events",
  agents: "/agents",
  settings: "/settings",
  people: "/settings/people",
  audit: "/audit",
};

const tall = ["overview", "os", "freshness", "reports", "policies"];

for (const [name, path] of Object.entries(pages))
  test(`picture of ${name}`, async ({ page }) => {
    await page.goto(path);
    await page.waitForTimeout(900);
    await page.screenshot({ path: `${folder}/${name}-ja.png`, fullPage: tall.includes(name) });
  });

test("pictures of what is done in the ledger", async ({ page }) => {
  await page.goto("/devices?sort=name&columns=state,name,site,kind,place,owner,supplier,contract_until");
  await page.locator("table.data tbody input[type=checkbox]").nth(1).click();
  await page.locator("table.data tbody input[type=checkbox]").nth(4).click({ modifiers: ["Shift"] });
  await page.getByRole("button", { name: "まとめて変える" }).click();
  await page.getByLabel("変える項目").selectOption("supplier");
  await page.getByRole("textbox", { name: "新しい内容" }).fill("丁システム");
  await page.getByRole("button", { name: "変わるところを見る" }).click();
  await page.waitForTimeout(500);
  await page.screenshot({ path: `${folder}/ledger-bulk-ja.png` });
  await page.keyboard.press("Escape");
  const name = await page.locator("table.data tbody a").first().innerText();
  await page.getByRole("button", { name: "取り込む" }).click();
  await page.getByLabel("ファイル", { exact: true }).setInputFiles({
    name: "list.csv",
    mimeType: "text/csv",
    buffer: Buffer.from(`コンピュータ名,設置場所,保守業者,備考\n${name},4F 検体,丁システム,\n輸液ポンプ1,ICU,,\n`),
  });
  await page.waitForTimeout(700);
  await page.screenshot({ path: `${folder}/ledger-import-ja.png` });
});

test("pictures of a device, a finding, English, dark, narrow", async ({ page, browser }) => {
  await page.goto("/devices");
  await page.locator("table.data tbody a").first().click();
  await page.waitForTimeout(700);
  await page.screenshot({ path: `${folder}/device-ja.png`, fullPage: true });
  await page.locator(".finding a.button").first().click();
  await page.waitForTimeout(700);
  await page.screenshot({ path: `${folder}/finding-ja.png`, fullPage: true });
  await page.goto("/");
  await page.waitForTimeout(500);
  await page.getByRole("button", { name: "English" }).click();
  await page.screenshot({ path: `${folder}/overview-en.png`, fullPage: true });
  await page.emulateMedia({ colorScheme: "dark" });
  await page.screenshot({ path: `${folder}/overview-dark.png`, fullPage: true });
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize({ width: 320, height: 800 });
  await page.screenshot({ path: `${folder}/overview-320.png`, fullPage: true });
  const nobody = await browser.newContext({ storageState: { cookies: [], origins: [] } });
  const other = await nobody.newPage();
  await other.goto("/");
  await other.waitForTimeout(500);
  await other.screenshot({ path: `${folder}/sign-in-ja.png` });
  await nobody.close();
});
