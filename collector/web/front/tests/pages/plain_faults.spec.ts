// Small things that made people doubt the pages: one thing told in two ways, words that are none, a
// button out of sight.
import { ja } from "../../src/i18n/ja";
import { change } from "./seed";
import { expect, open, test } from "./support";
import { button, dialog } from "./told";

const bars = ".bars > div";

test("the overview and the page of ages name and colour the same ages alike", async ({ page }) => {
  const told = async (): Promise<string[]> => page.locator(bars).evaluateAll((all) =>
    all.map((bar) => [bar.textContent, bar.querySelector("i")?.className].join(" ")));
  await open(page, "/");
  await page.locator(bars).first().waitFor();
  const overview = await told();
  await open(page, "/freshness");
  await page.locator(bars).first().waitFor();
  expect(overview.length).toBe(7);
  expect(await told()).toEqual(overview);
});

test("a device without antivirus software is told so everywhere on its page", async ({ page }) => {
  const { items } = await (await page.request.get("/api/v1/findings?state=open&rule=av_missing&limit=1")).json();
  await open(page, `/devices/${items[0].device_id}`);
  const card = page.locator(".card", { has: page.getByRole("heading", { name: ja.device.protection }) });
  await expect(card).toContainText(`${ja.device.av.none} ${ja.device.av.missing}`);
});

test("the badge of the inbox is the number that the inbox says", async ({ page }) => {
  await open(page, "/inbox");
  const { items } = await (await page.request.get("/api/v1/finding-groups?state=open")).json();
  const info = items.filter(({ severity }: { severity: string }) => severity === "info").length;
  expect(info).toBeGreaterThan(0);
  await expect(page.getByText(ja.findings.kinds(items.length, info))).toBeVisible();
  await expect(page.locator("nav.side .count").first()).toContainText(String(items.length - info));
});

test("a row of the record of changes has its name in one line, and its tools stand in one", async ({ page }) => {
  await open(page, "/audit");
  const name = page.locator("main tbody .who").first();
  await expect(name).toHaveText("admin");
  const lines = await name.evaluate((node) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    return range.getClientRects().length;
  });
  expect(lines).toBe(1);
  const box = await page.locator("main form.find input").boundingBox();
  const menu = await page.getByLabel(ja.audit.action).boundingBox();
  expect(Math.abs((box?.y ?? 0) - (menu?.y ?? 99))).toBeLessThan(2);
});

for (const path of ["/programs", "/media", "/neighbours", "/inbox", "/freshness"])
  test(`what keeps the view of ${path} stands in the line of its tabs`, async ({ page }) => {
    await open(page, path);
    const keep = await button(page, ja.deviceList.views.keep).boundingBox();
    const tab = await page.locator("main .tabs a").first().boundingBox();
    expect(Math.abs((keep?.y ?? 0) + (keep?.height ?? 0) / 2 - (tab?.y ?? 99) - (tab?.height ?? 0) / 2)).toBeLessThan(2);
  });

test("the level in force is marked before anybody chose one", async ({ page }) => {
  await open(page, "/settings/policies");
  await expect(page.locator(".levels .chosen")).toHaveCount(1);
  await expect(page.locator(".levels .chosen")).toContainText(ja.policies.chosen);
});

test("ways and routes of alerts have names of people, not of programs", async ({ page }) => {
  await open(page, "/alerts");
  await expect(page.locator("main tbody").first()).toContainText(ja.alerts.kinds.mail);
  const text = await page.locator("main").innerText();
  expect(text).not.toMatch(/\bav_stale\b|\baction\b/);
});

test("the versions of agents are counted, and each leads to its devices", async ({ page }) => {
  // The collector writes down every few minutes who has which; three shall lag behind.
  change(`UPDATE device_summary SET agent_version = iif(device_no IN (SELECT device_no FROM device_summary
    WHERE class = 'agent' ORDER BY device_no LIMIT 3), '0.0.9', '0.1.0') WHERE class = 'agent'`);
  await open(page, "/agents");
  const card = page.locator(".card", { has: page.getByRole("heading", { name: ja.agents.versions }) });
  const behind = card.locator("tbody tr", { hasText: "0.0.9" });
  await expect(card.locator("tbody tr")).toHaveCount(2);
  await expect(behind).toContainText(ja.devices(3));
  // Of each agent, what it said last.
  await page.locator("main summary", { hasText: ja.agents.list }).click();
  const column = page.locator(`main details td[data-head="${ja.agents.listHeads[1]}"]`);
  await expect(column.first()).toHaveText("0.1.0");
  await behind.getByRole("link").click();
  await expect(page.locator("table.data tbody a")).toHaveCount(3);
});

test("a file is chosen in the page's own language, and what to press is in sight; a look says nothing was done", async ({
  page,
}) => {
  await page.setViewportSize({ width: 1280, height: 600 });
  await open(page, "/devices");
  const name = await page.locator("table.data tbody a").first().innerText();
  await page.getByRole("button", { name: ja.deviceList.import.button, exact: true }).click();
  await expect(dialog(page).getByText(ja.deviceList.import.pick)).toBeVisible();
  // The field itself can be reached by keys, and has no words of the browser's.
  const field = page.getByLabel(ja.deviceList.import.file, { exact: true });
  await expect(field).toBeFocused();
  expect((await field.boundingBox())?.width).toBeLessThan(3);
  const picking = page.waitForEvent("filechooser");
  await dialog(page).getByText(ja.deviceList.import.pick).click();
  await (await picking).setFiles({
    name: "list.csv", mimeType: "text/csv", buffer: Buffer.from(`端末名,メモ\n${name},下見だけ\n`),
  });
  await expect(dialog(page)).toContainText("list.csv");
  const run = dialog(page).getByRole("button", { name: ja.deviceList.import.run(1) });
  await expect(run).toBeInViewport({ ratio: 1 });
  const [inner, outer] = [await run.boundingBox(), await dialog(page).boundingBox()];
  expect((inner?.y ?? 0) + (inner?.height ?? 0)).toBeLessThanOrEqual((outer?.y ?? 0) + (outer?.height ?? 0));
  await page.keyboard.press("Escape");
  // A look at what would be.
  await open(page, "/settings/policies");
  await page.getByRole("button", { name: ja.policies.choose }).first().click();
  const answer = page.waitForResponse((one) => one.url().endsWith("/preview"));
  await dialog(page).getByRole("button", { name: ja.policies.preview.look }).click();
  await answer;
  await expect(dialog(page).locator("[aria-disabled=true]")).toHaveCount(0);
  await expect(page.locator(".done-word")).toHaveCount(0);
});

test("when the collector is away, the page says whom to tell, when it was and under which number", async ({
  page, complaints,
}) => {
  complaints.allowed = /ERR_FAILED/;
  await page.route("**/api/v1/programs?*", (route) => route.abort());
  await page.goto("/programs");
  const note = page.locator("main .note.bad");
  await expect(note).toContainText(ja.errors.collector_unreachable);
  await expect(note).toContainText("情報システム");
  await expect(note).toContainText("collector_unreachable");
  await page.unroute("**/api/v1/programs?*");
  await note.getByRole("button", { name: ja.retry }).click();
  await expect(note).toHaveCount(0);
});
