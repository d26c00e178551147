// Pictures of every page, when somebody wants them (MIMAMORI_SHOTS: a folder).
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { test } from "@playwright/test";
import type { Page } from "@playwright/test";

import { enrolTwice } from "./seed";

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
  tokens: "/settings/tokens",
  people: "/settings/people",
  sites: "/settings/sites",
  "first-steps": "/settings/setup",
  keyboard: "/settings/keyboard",
  audit: "/audit",
};
const tall_most = 1500; // What fits into a page of a guide.

/** The whole page, or as much of it as a guide has room for. */
async function shoot(page: Page, name: string): Promise<void> {
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  const size = page.viewportSize() ?? { width: 1280, height: 800 };
  // Long tables draw the rows that are in sight: there must be a window for the whole picture.
  await page.setViewportSize({ width: size.width, height: Math.min(height, tall_most) });
  await page.waitForTimeout(300);
  await page.screenshot({ path: `${folder}/${name}.png` });
  await page.setViewportSize(size);
}

for (const [name, path] of Object.entries(pages))
  test(`picture of ${name}`, async ({ page }) => {
    await page.goto(path);
    await page.waitForTimeout(900);
    await shoot(page, `${name}-ja`);
  });

/** The first sheet, as the printer would make it. */
async function shootPaper(page: Page, path: string, name: string): Promise<void> {
  await page.goto(path);
  await page.waitForTimeout(900);
  const file = `${folder}/${name}.pdf`;
  writeFileSync(file, await page.pdf({ preferCSSPageSize: true, printBackground: false }));
  execFileSync("pdftoppm", ["-r", "80", "-png", "-singlefile", file, `${folder}/${name}`]);
  rmSync(file);
}

/** Two pictures beside each other, what was drawn before the first line and what became of it. */
async function shootBeside(page: Page, mock: string, ours: string, name: string): Promise<void> {
  const half = (file: string, title: string): string => {
    const data = readFileSync(file).toString("base64");
    return `<figure><figcaption>${title}</figcaption><img src="data:image/png;base64,${data}"></figure>`;
  };
  await page.goto("about:blank");
  await page.setViewportSize({ width: 1600, height: 1000 });
  await page.setContent(`<style>
      body { display: flex; gap: 16px; margin: 16px; align-items: start; font: 20px sans-serif; background: #ddd }
      figure { flex: 1; margin: 0 } img { width: 100% }
    </style>${half(mock, "mock")}${half(ours, "mimamori")}`);
  await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
}

test("picture of a list that is saved", async ({ page }) => {
  await page.goto("/programs");
  await page.locator("main .save button").first().click();
  await page.locator("dialog .stack-buttons button").first().click();
  await page.locator("dialog [role=status].good").waitFor();
  await page.screenshot({ path: `${folder}/export-ja.png` });
});

test("pictures of paper, and beside the mock", async ({ page }) => {
  const images = join(import.meta.dirname, "../../../../../docs/images");
  await shootPaper(page, "/", "overview-paper-ja");
  await shootPaper(page, "/reports", "report-paper-ja");
  await shootBeside(page, `${images}/mock.png`, `${folder}/overview-ja.png`, "beside-the-mock");
  await shootBeside(
    page, `${images}/mock-paper.png`, `${folder}/overview-paper-ja.png`, "beside-the-mock-paper");
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
  await shoot(page, "device-ja");
  await page.locator(".finding a.button").first().click();
  await page.waitForTimeout(700);
  await shoot(page, "finding-ja");
  await page.goto("/");
  await page.waitForTimeout(500);
  await page.getByRole("button", { name: "English" }).click();
  await shoot(page, "overview-en");
  await page.emulateMedia({ colorScheme: "dark" });
  await shoot(page, "overview-dark");
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize({ width: 320, height: 800 });
  await shoot(page, "overview-320");
  const nobody = await browser.newContext({ storageState: { cookies: [], origins: [] } });
  const other = await nobody.newPage();
  await other.goto("/");
  await other.waitForTimeout(500);
  await other.screenshot({ path: `${folder}/sign-in-ja.png` });
  await nobody.close();
});

test("pictures of devices out of use, of a file that is being taken in, of two records of one PC", async ({
  page,
}) => {
  await page.goto("/");
  const { csrf } = await (await page.request.get("/api/v1/session")).json();
  const headers = { "X-CSRF-Token": csrf };
  const { items } = await (await page.request.get("/api/v1/devices?q=adm&limit=4")).json();
  const notes = [["spare", "総務の棚"], ["repair", "甲医療に預けた"], ["retired", ""], ["disposed", "マニフェスト 1234"]];
  for (const [i, { id, version }] of items.entries()) {
    const [stage, stage_note] = notes[i] ?? [];
    await page.request.post(`/api/v1/devices/${id}/ledger`, {
      data: { set: { stage, stage_note, stage_day: `2026-0${i + 4}-01` } },
      headers: { ...headers, "If-Match": `"ledger-${version}"` },
    });
  }
  const rows = Array.from({ length: 20_000 }, (_, i) => `貸出機 ${i},2F 倉庫`).join("\n");
  const send = async (expect: string) => (await page.request.post(
    `/api/v1/ledger/imports?add=1&file=${encodeURIComponent("台帳 2026.csv")}&expect=${expect}`,
    { data: `端末名,場所\n${rows}`, headers: { ...headers, "Content-Type": "text/csv" }, timeout: 60_000 },
  )).json();
  await send((await send("")).plan.expect);
  await page.goto(`/devices?filter=${encodeURIComponent("-stage:in_use")}&columns=state,name,site,stage,stage_day,stage_note`);
  await page.waitForTimeout(1_500);
  await page.screenshot({ path: `${folder}/ledger-stages-ja.png` });
  await enrolTwice(page.request, "ADM-PC");
  await page.goto("/agents");
  await page.waitForTimeout(900);
  await shoot(page, "twins-ja");
  await page.getByRole("button", { name: "1台にまとめる" }).first().click();
  await page.waitForTimeout(300);
  await page.screenshot({ path: `${folder}/twins-merge-ja.png` });
});

// Last: a way that nobody answers is told above every page.
test("picture of alerts", async ({ page }) => {
  await page.goto("/");
  const { csrf } = await (await page.request.get("/api/v1/session")).json();
  const put = (kind: string, name: string, settings: object) =>
    page.request.post(`/api/v1/alert-settings/${kind}`, {
      data: { name, settings }, headers: { "X-CSRF-Token": csrf },
    });
  await put("channel", "記録サーバ", { kind: "syslog", address: ["udp:", "", "127.0.0.1:9"].join("/") });
  await put("route", "要対応はすぐ知らせる", { least: "action", channels: ["記録サーバ"], repeat_every_min: 60 });
  await put("maintenance", "透析室の入れ替え", {
    from: "2026-12-24T00:00:00Z", until: "2026-12-24T08:00:00Z", reason: "甲医療が機器を入れ替える",
  });
  await page.goto("/alerts");
  await page.waitForTimeout(2_500);
  await shoot(page, "alerts-ja");
});
