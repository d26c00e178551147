// The ledger: looked through, changed, saved as files and filled from files.
import { readFileSync } from "node:fs";

import type { Locator, Page } from "@playwright/test";

import { savedAs, sheetOf } from "./files";
import { expect, open, test, violationsOn } from "./support";
import { button, dialog, link, mainStory, sent, story } from "./told";

const rows = (page: Page): Locator => page.locator("table.data tbody tr[data-row]");
const cells = (page: Page, head: string): Locator => page.locator(`table.data td[data-head="${head}"]`);

test("narrows, sorts, keeps that in its address, and a file is what the screen shows", async ({
  page,
}) => {
  await open(page, "/devices");
  await page.locator("main input[type=search]").fill("ｌａｂ");
  await page.getByRole("combobox", { name: /^種別/ }).selectOption("業務用PC");
  await page.getByRole("button", { name: "端末名" }).click();
  await expect(page).toHaveURL(/q=.*kind=.*sort=name/);
  await page.reload();
  await expect(rows(page).first()).toContainText("LAB");
  const names = await cells(page, "端末名").allInnerTexts();
  expect(names.length).toBeGreaterThan(1);
  expect([...names].sort(new Intl.Collator("ja", { numeric: true }).compare)).toEqual(names);
  const heads = (await page.locator("table.data thead th:not(.choose)").allInnerTexts())
    .map((head) => head.replace(/\s*[▲▼]$/, ""));
  await page.getByRole("button", { name: "書き出す" }).click();
  expect(await violationsOn(page)).toEqual([]);
  const csv = (await savedAs(page, "csv")).toString("utf8");
  expect(csv.startsWith("\uFEFF")).toBe(true);
  const lines = csv.slice(1).trim().split("\r\n").map((line) => line.split(","));
  expect(lines[0]).toEqual(heads);
  expect(lines.slice(1).map((line) => line[1])).toEqual(names);
  const owners = await cells(page, "責任者").allInnerTexts();
  expect(lines.slice(1).map((line) => line[heads.indexOf("責任者")])).toEqual(owners);
  const old = new TextDecoder("shift_jis").decode(await savedAs(page, "sjis"));
  // A device may have been heard between the two files.
  const seen = heads.indexOf("最後の連絡");
  const withoutSeen = (all: string[][]) => all.map((cells) => cells.filter((_, i) => i !== seen));
  expect(withoutSeen(old.trim().split("\r\n").map((line) => line.split(",")))).toEqual(withoutSeen(lines));
  expect(withoutSeen(sheetOf(await savedAs(page, "xlsx")))).toEqual(withoutSeen(lines));
  await page.getByRole("button", { name: "閉じる" }).click();
  await page.locator("main input[type=search]").fill("nothing like that");
  await expect(page.getByText("に合う端末はありません")).toBeVisible();
  await page.getByRole("button", { name: "条件を消す" }).last().click();
  await expect(page.locator("main").getByText("408台中 408台を表示")).toBeVisible();
});

test("a value is changed where it stands; who is second is told", async ({ page, complaints }) => {
  complaints.allowed = /412/;
  await open(page, "/devices?sort=name");
  const place = cells(page, "場所").first();
  await place.getByRole("button").click();
  await place.getByRole("textbox").fill("B1 <b>CT</b>");
  await page.keyboard.press("Enter");
  await expect(place).toHaveText("B1 <b>CT</b>");
  await page.reload();
  await expect(place).toHaveText("B1 <b>CT</b>");
  // Escape gives up.
  await place.getByRole("button").click();
  await place.getByRole("textbox").fill("nowhere");
  await page.keyboard.press("Escape");
  await expect(place).toHaveText("B1 <b>CT</b>");
  // Somebody else in another window.
  const other = await page.context().newPage();
  await open(other, "/devices?sort=name");
  await cells(other, "場所").first().getByRole("button").click();
  await cells(other, "場所").first().getByRole("textbox").fill("B2 MR");
  await other.keyboard.press("Enter");
  await expect(cells(other, "場所").first()).toHaveText("B2 MR");
  await place.getByRole("button").click();
  await place.getByRole("textbox").fill("B3 PET");
  await page.keyboard.press("Enter");
  const told = page.getByRole("dialog", { name: "ほかの人が先に変えました" });
  await expect(told).toContainText("「B1 <b>CT</b>」から「B2 MR」に");
  expect(await violationsOn(page)).toEqual([]);
  await told.getByRole("button", { name: "自分の内容で保存する" }).click();
  await expect(place).toHaveText("B3 PET");
  await other.close();
});

mainStory("devices are chosen, one is edited, some are changed together and put back", async (page, hands, w) => {
  const { bulk, heads } = w.deviceList;
  const [own, owner] = [`4F ${hands.name}`, `検査部 主任 ${hands.name}`];
  await open(page, "/devices?q=lab&sort=name");
  const place = cells(page, heads.place).nth(1);
  await hands.press(place.getByRole("button"));
  await hands.keep(place.getByRole("textbox"), own);
  await expect(place).toHaveText(own);
  if (hands.kind === "keyboard") await expect(place.getByRole("button")).toBeFocused();
  for (const i of [0, 1, 2]) await hands.tick(page.locator("table.data tbody input[type=checkbox]").nth(i));
  const bar = page.locator(".chosen-bar");
  await expect(bar).toContainText(w.deviceList.chosen(3));
  await hands.press(button(bar, bulk.change));
  await hands.pick(dialog(page).getByLabel(bulk.field), heads.owner);
  await hands.write(dialog(page).getByRole("textbox", { name: bulk.value }), owner);
  await hands.press(button(dialog(page), bulk.look));
  await expect(dialog(page)).toContainText(bulk.preview(3, 0));
  expect(await violationsOn(page)).toEqual([]);
  await hands.press(button(dialog(page), bulk.run(3)));
  await expect(page.locator("dialog")).toHaveCount(0);
  const changed = cells(page, heads.owner).filter({ hasText: owner });
  await expect(changed).toHaveCount(3);
  await hands.press(button(page.locator(".note", { hasText: bulk.done(3) }), bulk.undo));
  await expect(page.getByText(bulk.undone(3, 0))).toBeVisible();
  await expect(changed).toHaveCount(0);
  await expect(place).toHaveText(own);
});

story("a file is understood, shown, taken in and undone", async (page, hands, w) => {
  const { heads, bulk, jobs, import: words } = w.deviceList;
  const file = `old list ${hands.name}.csv`;
  await open(page, "/devices?q=lab&sort=name");
  const name = await cells(page, heads.name).first().innerText();
  const place = cells(page, heads.place).first();
  const was = await place.innerText();
  await hands.press(button(page, words.button));
  const importing = dialog(page);
  await hands.file(importing.getByLabel(words.file, { exact: true }), {
    name: file,
    mimeType: "text/csv",
    buffer: Buffer.from(`コンピュータ名,設置場所,色\n${name},4F 検体,赤\n${name},4F,\nポンプ1,ICU,\n`),
  });
  await expect(importing).toContainText(words.read("UTF-8", 3));
  await expect(importing).toContainText(words.plan(0, 1, 0));
  await expect(importing.locator("summary")).toHaveText(words.refused(2));
  await hands.press(importing.locator("summary"));
  await expect(importing).toContainText(words.reasons.twice);
  await hands.tick(importing.getByLabel(words.add));
  await expect(importing).toContainText(words.plan(1, 1, 0));
  await hands.pick(importing.getByLabel(`${words.meaning}: 色`), heads.note);
  await expect(importing.locator(".plan").last()).toContainText("赤");
  await expect(importing).toContainText(words.plan(1, 1, 0));
  expect(await violationsOn(page)).toEqual([]);
  await hands.press(button(importing, words.run(2)));
  await expect(page.locator("dialog")).toHaveCount(0);
  const job = page.locator(".jobs .note", { hasText: jobs.done(jobs.file(file), 1, 1) });
  await expect(job).toContainText(jobs.refused(1));
  expect(await violationsOn(page)).toEqual([]);
  await expect(place).toHaveText("4F 検体");
  // It can be left, and is there again.
  await open(page, "/inbox");
  await open(page, "/devices?q=lab&sort=name");
  await hands.press(button(job, bulk.undo));
  await expect(job).toHaveCount(0);
  await expect(place).toHaveText(was);
});

test("a file that cannot be read is told with row and column", async ({ page, complaints }) => {
  complaints.allowed = /400/;
  await open(page, "/devices");
  await page.getByRole("button", { name: "取り込む" }).click();
  await page.getByLabel("ファイル", { exact: true }).setInputFiles({
    name: "broken.csv",
    mimeType: "text/csv",
    buffer: Buffer.from([0x6e, 0x61, 0x6d, 0x65, 0x0a, 0x81, 0x20, 0x0a]),
  });
  await expect(page.locator("dialog [role=alert]").first()).toContainText(
    "2行目の1列目が Shift_JIS の文字ではありません");
});

story("columns are chosen, a view is kept, opened again and removed, and saved as a file", async (page, hands, w) => {
  const { columns, heads, save, usualColumns, views } = w.deviceList;
  const view = `更新の相談 ${hands.name}`;
  await open(page, "/devices?state=action");
  await hands.press(button(page, columns));
  await hands.tick(dialog(page).getByLabel(heads.renewal_year));
  await hands.press(button(dialog(page), save));
  await expect(page.locator("thead")).toContainText(heads.renewal_year);
  await hands.press(button(page, views.keep));
  await hands.write(dialog(page).getByLabel(views.name), view);
  await hands.tick(dialog(page).getByLabel(views.share));
  expect(await violationsOn(page)).toEqual([]);
  await sent(page, hands);
  await open(page, "/devices?q=lab");
  await hands.press(link(page, view));
  await expect(page.locator(".pill")).toContainText(`${heads.state}${w.colon}${w.state.action}`);
  await expect(page.locator("thead")).toContainText(heads.renewal_year);
  await hands.press(button(page, w.files.save));
  const saving = page.waitForEvent("download");
  await hands.press(button(dialog(page), w.files.formats.csv));
  const [head = "", ...lines] = readFileSync(await (await saving).path(), "utf8").slice(1).trim().split("\r\n");
  expect(head.split(",")).toContain(heads.renewal_year);
  expect(lines.length).toBe(Number(await page.locator("table.data").getAttribute("aria-rowcount")) - 1);
  await expect(dialog(page).getByRole("status")).toContainText(".csv");
  await hands.press(button(dialog(page), w.deviceList.close));
  await hands.press(button(page, views.remove));
  await sent(page, hands);
  await expect(link(page, view)).toHaveCount(0);
  await hands.press(button(page, columns));
  await hands.press(button(dialog(page), usualColumns));
  await expect(page.locator("thead")).not.toContainText(heads.renewal_year);
});

story("a device without an agent is added and stands in its view", async (page, hands, w) => {
  const { add, heads, notWatched, views } = w.deviceList;
  await open(page, "/devices");
  await hands.press(button(page, add.button));
  await hands.write(dialog(page).getByLabel(add.name), `輸液ポンプ ${hands.name} \u202e<i>`);
  await hands.write(dialog(page).getByLabel(heads.kind), "輸液ポンプ");
  expect(await violationsOn(page)).toEqual([]);
  await sent(page, hands);
  await hands.press(link(page, views.unwatched));
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page).first()).toContainText(notWatched);
  // It goes again: other tests count the devices.
  const id = (await rows(page).first().locator("a").getAttribute("href"))?.split("/").at(-1);
  const { csrf } = await (await page.request.get("/api/v1/session")).json();
  const gone = await page.request.delete(`/api/v1/ledger/${id}`, { headers: { "X-CSRF-Token": csrf } });
  expect(gone.status()).toBe(204);
});

test("long work goes on while somebody looks elsewhere, shows how far it is, and is undone", async ({
  page,
}) => {
  test.setTimeout(300_000);
  const many = 5_000;
  const rows_of_file = Array.from({ length: many }, (_, i) => `大量 ${i},予備,2F`);
  const total = async (): Promise<number> =>
    (await (await page.request.get("/api/v1/devices?limit=1")).json()).total;
  const before = await total();
  await open(page, "/devices");
  await page.getByRole("button", { name: "取り込む" }).click();
  const dialog = page.locator("dialog");
  await dialog.getByLabel("ファイル", { exact: true }).setInputFiles({
    name: "many.csv", mimeType: "text/csv",
    buffer: Buffer.from(["端末名,使用状況,場所", ...rows_of_file].join("\n")),
  });
  await dialog.getByLabel("見つからない行は").check({ timeout: 60_000 });
  const run = dialog.getByRole("button", { name: `${many}台を取り込む` });
  await expect(run).toBeVisible({ timeout: 60_000 });
  await run.click();
  await expect(dialog).toHaveCount(0, { timeout: 60_000 });
  const note = (text: string): Locator => page.locator(".jobs .note", { hasText: text });
  await expect(note("「many.csv」の取り込みをしています"))
    .toContainText(new RegExp(`${many}台中 [1-9]\\d*台`), { timeout: 60_000 });
  const far = Number(await page.locator(".jobs progress").first().getAttribute("value"));
  expect(await violationsOn(page, { within: ".jobs" })).toEqual([]);
  await open(page, "/os");
  await open(page, "/devices?stage=spare");
  // It has gone on meanwhile.
  const taken_in = note("「many.csv」の取り込みが終わりました");
  const later = page.locator(".jobs progress").first();
  await expect(async () => {
    if (await taken_in.count()) return;
    expect(Number(await later.getAttribute("value"))).toBeGreaterThan(far);
  }).toPass({ timeout: 60_000 });
  await expect(taken_in).toContainText(`加えた ${many}台`, { timeout: 120_000 });
  await expect(page.locator("main").getByText(`台中 ${many}台を表示`)).toBeVisible({ timeout: 30_000 });

  // A change of them all goes the same way.
  await page.locator("tbody tr[data-row] input[type=checkbox]").first().check();
  await page.getByRole("button", { name: `合う ${many}台をすべて選ぶ` }).click();
  await page.getByRole("button", { name: "まとめて変える" }).click();
  await dialog.getByLabel("変える項目").selectOption("place");
  await dialog.getByRole("textbox", { name: "新しい内容" }).fill("倉庫");
  await dialog.getByRole("button", { name: "変わるところを見る" }).click();
  await dialog.getByRole("button", { name: `${many}台を変える` }).click({ timeout: 60_000 });
  const changed = note("まとめての変更が終わりました");
  await expect(changed).toContainText(`変えた ${many}台`, { timeout: 120_000 });
  const places = async (): Promise<string[]> => {
    const rows = await (await page.request.get("/api/v1/devices?filter=stage:spare&limit=50")).json();
    return [...new Set<string>(rows.items.map(({ place }: { place: string }) => place))];
  };
  expect(await places()).toEqual(["倉庫"]);
  await changed.getByRole("button", { name: "元に戻す" }).click();
  await expect(note(`${many}台を元に戻しました`)).toBeVisible({ timeout: 120_000 });
  expect(await places()).toEqual(["2F"]);

  await taken_in.getByRole("button", { name: "元に戻す" }).click();
  await expect(taken_in).toHaveCount(0, { timeout: 120_000 });
  await expect(page.getByText("に合う端末はありません")).toBeVisible({ timeout: 60_000 });
  await expect.poll(total, { timeout: 60_000 }).toBe(before);
});

test("a device goes out of use, counts nowhere, and comes back", async ({ page }) => {
  const total = async (): Promise<number> =>
    (await (await page.request.get("/api/v1/overview")).json()).counts.total;
  const before = await total();
  await open(page, "/devices?q=lab&sort=name&columns=state,name,stage,stage_day,stage_note");
  const stage = cells(page, "使用状況").first();
  const name = await cells(page, "端末名").first().innerText();
  // In the row where it stands.
  await stage.getByRole("button").click();
  await stage.getByRole("combobox").selectOption("予備");
  await page.keyboard.press("Enter");
  await expect(stage).toHaveText("予備");
  await expect(cells(page, "状態").first()).toHaveText("予備");
  await expect(cells(page, "使用状況の日付").first()).toHaveText(/^\d{4}-\d{2}-\d{2}$/);
  expect(await total()).toBe(before - 1);
  // Several together, with the day and a word about it.
  const boxes = page.locator("table.data tbody input[type=checkbox]");
  await boxes.nth(0).click();
  await boxes.nth(1).click({ modifiers: ["Shift"] });
  await page.locator(".chosen-bar").getByRole("button", { name: "まとめて変える" }).click();
  const dialog = page.locator("dialog");
  await dialog.getByLabel("変える項目").selectOption("stage");
  await dialog.getByRole("combobox", { name: "新しい内容" }).selectOption("廃止");
  await dialog.getByLabel("いつから").fill("2026-10-31");
  await dialog.getByLabel("メモ（書かなくてもよい）").fill("乙検査が引き取った");
  await expect(dialog).toContainText("台数と点数に入りません");
  expect(await violationsOn(page)).toEqual([]);
  await dialog.getByRole("button", { name: "変わるところを見る" }).click();
  await expect(dialog.locator("tbody tr", { hasText: name }).filter({ hasText: "使用状況" }).first())
    .toContainText(/予備.*廃止/);
  await dialog.getByRole("button", { name: "2台を変える" }).click();
  await expect(page.locator("dialog")).toHaveCount(0);
  await expect(cells(page, "使用状況").filter({ hasText: "廃止" })).toHaveCount(2);
  expect(await total()).toBe(before - 2);
  // They have a view of their own, which says what it means.
  await page.getByRole("link", { name: "使用中でないもの" }).click();
  await expect(rows(page)).toHaveCount(2);
  await expect(page.locator("main")).toContainText("連絡がなくても知らせません");
  await rows(page).first().locator("a").click();
  await expect(page.locator("main .note").first()).toContainText("この端末は「廃止」です");
  expect(await violationsOn(page)).toEqual([]);
  await page.goBack();
  await rows(page).first().locator("input[type=checkbox]").click();
  await rows(page).nth(1).locator("input[type=checkbox]").click();
  await page.locator(".chosen-bar").getByRole("button", { name: "まとめて変える" }).click();
  await dialog.getByLabel("変える項目").selectOption("stage");
  await dialog.getByRole("button", { name: "変わるところを見る" }).click();
  await dialog.getByRole("button", { name: "2台を変える" }).click();
  await expect(page.locator("dialog")).toHaveCount(0);
  expect(await total()).toBe(before);
});
