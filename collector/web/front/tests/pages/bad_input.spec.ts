// What should not be, and happens: odd names, wrong clocks, files beyond all measure.
import { readFileSync } from "node:fs";

import type { APIRequestContext } from "@playwright/test";

import { en } from "../../src/i18n/en";
import { ja } from "../../src/i18n/ja";
import { askToEnrol } from "./seed";
import { expect, open, speak, test } from "./support";

// Markup, an emoji, a mark that turns the writing around, and a formula.
const odd = '=<img src=x onerror=alert(1)>😀 \u202egnp.exe <script>x</script>"\'&amp;';
const size = { width: 1280, height: 800 };

interface Sent {
  csrf: string;
  post: (path: string, data: object) => Promise<{ status: () => number; json: () => Promise<{ id: string }> }>;
}

async function asAdmin(request: APIRequestContext): Promise<Sent> {
  const { csrf } = await (await request.get("/api/v1/session")).json();
  return { csrf, post: (path, data) => request.post(path, { data, headers: { "X-CSRF-Token": csrf } }) };
}

test("names with markup, emoji and marks that turn the writing stay text, on every list and in files", async ({
  page,
}) => {
  const { csrf, post } = await asAdmin(page.request);
  // Whoever names a department may not turn the writing around.
  expect((await post("/api/v1/sites", { name: odd })).status()).toBe(400);
  const of_site = odd.replace(/[\u202e"']/g, "");
  const site = (await (await post("/api/v1/sites", { name: of_site })).json()).id;
  const device = (await (await post("/api/v1/ledger", {
    set: { name: odd, site, owner: odd, note: `=cmd|' /C calc'!A0 ${odd}` },
  })).json()).id;
  await askToEnrol(page.request, odd);
  const asked: string[] = [];
  page.on("dialog", (one) => {
    asked.push(one.message());
    void one.dismiss();
  });
  for (const path of [`/devices?q=gnp.exe`, `/devices/${device}`, "/agents", "/settings/sites", "/audit", "/"]) {
    await open(page, path);
    const said = path === "/settings/sites" ? of_site : odd;
    if (path !== "/" && path !== "/audit") await expect(page.locator("main").getByText(said).first(), path).toBeAttached();
    expect(await page.locator("main img, main script").count(), path).toBe(0);
    for (const width of [320, 1280]) {
      await page.setViewportSize({ ...size, width });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(wide, `${path}, ${width} wide`).toBeLessThanOrEqual(width);
    }
  }
  expect(asked).toEqual([]);
  await open(page, "/devices?q=gnp.exe&columns=name,owner,note");
  await page.getByRole("button", { name: ja.files.save }).click();
  const saving = page.waitForEvent("download");
  await page.getByRole("button", { name: "CSV（いまのExcel向け、UTF-8）" }).click();
  const csv = readFileSync(await (await saving).path(), "utf8");
  expect(csv).toContain(`"'${odd.replaceAll('"', '""')}"`);
  expect(csv).toContain("'=cmd|");
  expect(csv).not.toMatch(/(^|,|\n)"?=/);
  await page.request.delete(`/api/v1/ledger/${device}`, { headers: { "X-CSRF-Token": csrf } });
  await page.request.delete(`/api/v1/sites/${site}`, { headers: { "X-CSRF-Token": csrf } });
});

test("a name of 10,000 letters is refused where people write it, and breaks no page where a machine says it", async ({
  page,
}) => {
  const long = `長い名前${"W".repeat(10_000)}`;
  const { post } = await asAdmin(page.request);
  for (const [path, data] of [
    ["/api/v1/sites", { name: long }],
    ["/api/v1/ledger", { set: { name: long } }],
    ["/api/v1/people", { name: long, password: "Yama no ue ni 3 nin", role: "viewer", sites: [] }],
  ] as const)
    expect((await post(path, data)).status(), path).toBe(400);
  // The machine's words are cut or refused before anybody sees them.
  const told = await askToEnrol(page.request, long).catch((error: Error) => error.message);
  expect(told).toMatch(/^[0-9A-Z]{6}$|enrol: 4\d\d|enrolment-keys: 400/);
  await open(page, "/agents");
  for (const width of [320, 1280]) {
    await page.setViewportSize({ ...size, width });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  }
});

for (const [name, days] of [["a day ahead", 1], ["a day behind", -1]] as const)
  test(`a console whose clock is ${name} tells ages by the collector's`, async ({ page }) => {
    await page.clock.install({ time: Date.now() + days * 86_400_000 });
    await open(page, "/devices?state=good&sort=-seen");
    const seen = page.locator("td[data-head='最後の連絡']").first();
    await expect(seen).toHaveText(/たった今|\d分前/);
    await expect(page.locator(".bar .age")).toHaveClass(/soft/);
    await open(page, "/");
    await expect(page.locator(".recent li").first()).toContainText(/たった今|分前|時間前/);
  });

const day_ms = 86_400_000;
/** The hospital's day so many days from now, as fields of dates have it. */
const dayOf = (days: number): string =>
  new Date(Date.now() + days * day_ms).toLocaleDateString("sv", { timeZone: "Asia/Tokyo" });
const shownDay = (day: string): string => new Date(`${day}T12:00:00+09:00`).toLocaleDateString("ja-JP", {
  timeZone: "Asia/Tokyo",
});

for (const [name, days] of [["a day ahead", 1], ["two days behind", -2]] as const)
  test(`a console whose clock is ${name} proposes, allows and sends the collector's days`, async ({
    page,
  }) => {
    // Midnight would change the day between two looks.
    const left = day_ms - ((Date.now() + 9 * 3_600_000) % day_ms);
    test.skip(left < 60_000, "the day is about to end");
    await page.clock.install({ time: Date.now() + days * day_ms });
    await open(page, "/inbox?rule=av_stale");
    await expect(page.locator(".bar .age")).toContainText(shownDay(dayOf(0)));
    await page.locator(".found input").first().check();
    const field = page.locator("dialog[open] input[type=date]");
    for (const [action, least, first, most] of [
      ["snooze", 1, 7, 89], ["waive", 1, 90, 365], ["assign", 0, null, null],
    ] as const) {
      await page.getByRole("button", { name: ja.findings.actions[action], exact: true }).click();
      await expect(field).toHaveAttribute("min", dayOf(least));
      await expect(field).toHaveValue(first === null ? "" : dayOf(first));
      if (most !== null) await expect(field).toHaveAttribute("max", dayOf(most));
      await page.keyboard.press("Escape");
    }
    // A decision about a program ends as many days ahead as was chosen.
    await open(page, "/programs");
    const reason = `時計 ${name}`;
    await page.getByRole("button", { name: ja.programs.decide }).first().click();
    await page.getByLabel(ja.programs.untils[90]).check();
    await page.getByLabel(ja.programs.reason, { exact: true }).fill(reason);
    await page.getByRole("button", { name: ja.programs.submit }).click();
    await expect(page.locator("dialog")).toHaveCount(0);
    await open(page, "/programs?state=approved");
    const decided = page.locator("main tbody tr", { hasText: reason });
    await expect(decided).toContainText(ja.until(shownDay(dayOf(90))));
    await decided.getByRole("button", { name: ja.programs.takeBack }).click();
    await page.locator("dialog[open] button.danger").click();
    await expect(decided).toHaveCount(0);
    // Today is a day that a device has a state of; tomorrow is none.
    await open(page, "/devices?state=good");
    await page.locator("table.data tbody a").first().click();
    const past = page.getByLabel(ja.device.past.day, { exact: true });
    await expect(past).toHaveAttribute("max", dayOf(0));
    await past.fill(dayOf(0));
    await expect(page.getByText(ja.device.past.as(shownDay(dayOf(0))))).toBeVisible();
  });

test("a file of 50,000 rows is read and told; one of 100,000 is refused with what to do", async ({
  page, complaints,
}) => {
  test.setTimeout(240_000);
  complaints.allowed = /400|413/;
  const rows = (count: number): Buffer =>
    Buffer.from(["端末名,場所", ...Array.from({ length: count }, (_, i) => `PC-${i},${i % 9}F`)].join("\r\n"));
  await open(page, "/devices");
  await page.getByRole("button", { name: ja.deviceList.import.button, exact: true }).click();
  const file = page.getByLabel(ja.deviceList.import.file, { exact: true });
  const dialog = page.locator("dialog");
  await file.setInputFiles({ name: "all.csv", mimeType: "text/csv", buffer: rows(50_000) });
  await expect(dialog).toContainText("50000行", { timeout: 120_000 });
  await expect(dialog).toContainText(ja.deviceList.import.refused(50_000));
  await file.setInputFiles({ name: "more.csv", mimeType: "text/csv", buffer: rows(100_000) });
  await expect(dialog.getByRole("alert").first()).toHaveText(ja.deviceList.import.problems.rows, { timeout: 60_000 });
});

/** UTF-16 with the lower byte first, as Windows writes it; the higher one first as others do. */
const wide = (text: string): Buffer => Buffer.from(text, "utf16le");
const wideTheOtherWay = (text: string): Buffer => wide(text).swap16();
const mark = "\uFEFF";

for (const [language, w] of [["ja", ja], ["en", en]] as const)
  test(`a file is read however it was written, or the clerk hears what to do, in ${language}`, async ({
    page, complaints,
  }) => {
    complaints.allowed = /400/;
    await speak(page, language);
    const { import: words, close } = w.deviceList;
    const { save, formats } = w.files;
    const { problems } = words;
    await open(page, "/devices?q=lab&columns=name,place");
    const name = await page.locator("table.data tbody tr[data-row] a").first().innerText();
    await page.getByRole("button", { name: save, exact: true }).click();
    const saving = page.waitForEvent("download");
    await page.getByRole("button", { name: formats.xlsx }).click();
    const book = readFileSync(await (await saving).path());
    await page.getByRole("button", { name: close, exact: true }).click();
    const file = `端末名,場所\r\n${name},検査室 一　号\r\n`;
    // 端末名,場所 and 検査室 as these write them.
    const euc = Buffer.concat([
      Buffer.from("c3bccbf6ccbe2cbeecbdea0d0a", "hex"), Buffer.from(`${name},`),
      Buffer.from("b8a1bababcbc0d0a", "hex"),
    ]);
    const mail = Buffer.from(
      `\u001b$BC<KvL>\u001b(B,\u001b$B>l=j\u001b(B\r\n${name},\u001b$B8!::<<\u001b(B\r\n`);
    const jobs = async (): Promise<number> =>
      (await (await page.request.get("/api/v1/ledger/jobs")).json()).items.length;
    const before = await jobs();
    const files: [file: string, bytes: Buffer, says: string][] = [
      ["marked.csv", wide(mark + file), words.read("UTF-16", 1)],
      ["unmarked.csv", wide(file), words.read("UTF-16", 1)],
      ["other.csv", wideTheOtherWay(file), words.read("UTF-16", 1)],
      ["unix.csv", euc, words.read("EUC-JP", 1)],
      ["mail.csv", mail, words.read("ISO-2022-JP", 1)],
      ["book.csv", book, "XLSX"],
      ["list.xlsx", Buffer.from(file), words.read("UTF-8", 1)],
      ["picture.csv", Buffer.from("89504e470d0a1a0a0000000d49484452", "hex"), problems.binary],
      ["program.csv", Buffer.from([...Array(256).keys()]), problems.binary],
      ["torn.csv", wide(mark + file).subarray(0, -1), problems.torn("UTF-16")],
      ["zero.csv", Buffer.from(`端末名,場所\n${name},\0 4F\n`), problems.zero("2", "2")],
      ["long.csv", Buffer.from(`端末名,場所\n${name},${"長".repeat(2_000)}\n`), problems.cell("2", "2")],
      ["broad.csv", Buffer.from(`端末名${",列".repeat(100)}\n${name}\n`), problems.columns("1")],
    ];
    await page.getByRole("button", { name: words.button, exact: true }).click();
    const dialog = page.locator("dialog");
    for (const [called, buffer, says] of files) {
      await dialog.getByLabel(words.file, { exact: true }).setInputFiles({ name: called, mimeType: "text/csv", buffer });
      await expect(dialog, called).toContainText(says);
      if (called === "unmarked.csv") await expect(dialog.locator("tbody").first()).toContainText("検査室 一　号");
      if (called === "unix.csv" || called === "mail.csv") await expect(dialog.locator("tbody").first()).toContainText("検査");
    }
    // What was refused offers nothing to take in, and nothing was taken in on the way.
    await expect(dialog.getByRole("alert").first()).toHaveText(problems.columns("1"));
    await expect(dialog.locator("button.main")).toHaveCount(0);
    expect(await jobs()).toBe(before);
  });
