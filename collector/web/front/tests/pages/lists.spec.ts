// Every list is narrowed and sorted, keeps how it is looked at, and saves exactly what it shows.
import type { Locator, Page } from "@playwright/test";

import { ja } from "../../src/i18n/ja";
import type { Words } from "../../src/i18n/ja";
import { saved, seen, words } from "./files";
import type { Hands } from "./hands";
import { expect, open, test } from "./support";
import { button, dialog, sent, story } from "./told";

const listOf = (page: Page, name: string): Locator =>
  page.locator("main table").filter({ has: page.locator("caption").getByText(name, { exact: true }) });

const boxOf = (page: Page, name: string): Locator =>
  page.getByRole("searchbox", { name: `${ja.lists.find} ${name}`, exact: true });

const head = (table: Locator, name: string): Locator =>
  table.locator("thead").getByRole("button", { name, exact: true });

const columnOf = (table: Locator, name: string): Promise<string[]> =>
  table.locator(`tbody td[data-head="${name}"]`).allInnerTexts();

/** As the collector sorts. */
const sorted = (texts: string[]): string[] =>
  [...texts].sort(new Intl.Collator("ja", { numeric: true }).compare);

async function expectFileOf(page: Page, hands: Hands, name: string): Promise<number> {
  const table = listOf(page, name);
  const shown = words(await seen(table));
  const file = await saved(
    page, page.locator(`main .save button[data-saves="${name}"]`), (one) => hands.press(one));
  expect(words(file)).toEqual(shown);
  return shown.length - 1;
}

interface Told {
  path: string;
  caption: (w: Words) => string;
  /** By which it is sorted. */
  column: (w: Words) => string;
}

const told: Told[] = [
  { path: "/media", caption: (w) => w.media.states.unregistered, column: (w) => w.media.heads.serial },
  { path: "/programs", caption: (w) => w.nav.programs, column: (w) => w.programs.heads.devices },
];

for (const { path, ...told_in } of told)
  story(`${path} is narrowed, sorted, kept, opened again and saved`, async (page, hands, w) => {
    const [caption, column] = [told_in.caption(w), told_in.column(w)];
    const view = `見方 ${hands.name}`;
    await open(page, path);
    const table = listOf(page, caption);
    const box = page.locator("main form.find input").first();
    const rows = table.locator("tbody tr");
    await rows.first().waitFor();
    const all = await rows.count();
    // A word of the last row, so that what is found is not what stood first anyway.
    const word = ((await rows.last().locator("td").first().innerText()).trim().split(/\s+/)[0] ?? "").slice(0, 20);
    await hands.write(box, word);
    await expect(page).toHaveURL(/[?&]q=/);
    await expect.poll(() => rows.count()).toBeLessThan(all);
    for (const text of await rows.allTextContents()) expect(text.toLowerCase()).toContain(word.toLowerCase());
    await hands.press(head(table, column));
    await expect(page).toHaveURL(/[?&]sort=/);
    await expect(table.locator("th[aria-sort=ascending]")).toContainText(column);
    await expect.poll(async () => {
      const texts = await columnOf(table, column);
      return texts.join() === sorted(texts).join();
    }).toBe(true);
    await hands.press(head(table, column));
    await expect(table.locator("th[aria-sort=descending]")).toContainText(column);
    await expect.poll(async () => {
      const texts = await columnOf(table, column);
      return texts.join() === sorted(texts).reverse().join();
    }).toBe(true);
    const kept = words(await seen(table));
    await hands.press(button(page, w.deviceList.views.keep));
    await hands.write(dialog(page).getByLabel(w.deviceList.views.name), view);
    await sent(page, hands);
    const link = page.getByRole("link", { name: view, exact: true });
    await expect(link).toHaveAttribute("aria-current", "page");
    // Another day.
    await open(page, path);
    await expect(box).toHaveValue("");
    await expect.poll(() => rows.count()).toBeGreaterThan(kept.length - 1);
    await hands.press(link);
    await expect(box).toHaveValue(word);
    await expect(table.locator("th[aria-sort=descending]")).toContainText(column);
    // What is plugged in meanwhile comes on top of it.
    await expect.poll(async () => (await seen(table)).length).toBeGreaterThan(kept.length - 1);
    expect(await expectFileOf(page, hands, caption)).toBeGreaterThan(kept.length - 2);
    await hands.press(button(page, w.deviceList.views.remove));
    await sent(page, hands);
    await expect(link).toHaveCount(0);
    // The bookmark is as good as the view.
    await page.reload();
    await expect(box).toHaveValue(word);
    await expect.poll(() => rows.count()).toBeGreaterThan(kept.length - 2);
    expect(await rows.count()).toBeLessThan(all);
  });

test("machines nearby are found and sorted among all, not among those that the page has", async ({
  page,
}) => {
  await open(page, "/neighbours");
  const caption = ja.neighbours.states.unknown;
  const table = listOf(page, caption);
  const { total } = await (await page.request.get("/api/v1/neighbours?state=unknown&limit=1")).json();
  const last = (await (await page.request.get(
    "/api/v1/neighbours?state=unknown&sort=-address&limit=1")).json()).items[0];
  await head(table, ja.neighbours.heads.address).click();
  await head(table, ja.neighbours.heads.address).click();
  await expect(table.locator("tbody tr").first()).toContainText(last.mac);
  await boxOf(page, caption).fill(last.mac);
  await expect(table.locator("tbody tr")).toHaveCount(1);
  expect(total).toBeGreaterThan(1);
  const file = await saved(page, page.locator(`main .save button[data-saves="${caption}"]`));
  expect(file.length).toBe(2);
  expect(file[1]?.[0]).toBe(last.mac);
  await boxOf(page, caption).fill("そんなものはない");
  await expect(page.getByText(ja.lists.noneFor("そんなものはない"))).toBeVisible();
  await page.getByRole("button", { name: ja.deviceList.clear }).click();
  await expect(table.locator("tbody tr").first()).toBeVisible();
});

test("findings of a kind and by device are narrowed and sorted, and the file follows", async ({ page }) => {
  const groups = await (await page.request.get("/api/v1/finding-groups?state=open")).json();
  const [kind] = [...groups.items].sort((a, b) => b.devices - a.devices);
  for (const address of [`/inbox?rule=${kind.rule}`, "/inbox?by=device"]) {
    await open(page, address);
    const items = page.locator("main ul.found > li");
    await items.first().waitFor();
    const all = await items.count();
    const button_of_file = page.locator("main button[data-saves]");
    await page.getByLabel(ja.lists.sort).selectOption({ label: ja.findings.orders.name });
    await expect(page).toHaveURL(/sort=name/);
    const devices = async (): Promise<string[]> => (await saved(page, button_of_file)).slice(1).map(([one]) => one ?? "");
    // One file: what is told live may change between two.
    await expect(async () => {
      const names = await devices();
      expect(names).toEqual(sorted(names));
    }).toPass({ timeout: 15_000 });
    const by_name = await devices();
    const word = by_name.at(-1) ?? "";
    await page.getByRole("searchbox", { name: `${ja.lists.find} ${ja.nav.findings}` }).fill(word);
    await expect.poll(() => items.count()).toBeLessThan(all);
    for (const name of await devices()) expect(name).toContain(word);
    expect((await devices()).length).toBe(await items.count());
  }
  // The kinds themselves.
  await open(page, "/inbox");
  const kinds = page.locator("main ul.tasks > li");
  await page.getByLabel(ja.lists.sort).selectOption({ label: ja.findings.orders.devices });
  const counts = (await kinds.locator("b.nowrap:not(.good)").allInnerTexts()).map((text) => parseInt(text, 10));
  expect(counts).toEqual([...counts].sort((a, b) => a - b));
  const title = (await kinds.last().locator("b").first().innerText()).trim();
  await page.getByRole("searchbox", { name: `${ja.lists.find} ${ja.nav.findings}` }).fill(title);
  await expect(kinds.first()).toContainText(title);
  await expect.poll(() => kinds.count()).toBeLessThan(groups.items.length);
});

test("lists that are whole on their page are sorted and narrowed there", async ({ page }) => {
  await open(page, "/settings/sites");
  const caption = ja.settings.parts.sites;
  const table = listOf(page, caption);
  const devices = ja.sites.heads[1] ?? "";
  await head(table, devices).click();
  await head(table, devices).click();
  const counts = (await columnOf(table, devices)).map((text) => parseInt(text, 10));
  expect(counts).toEqual([...counts].sort((a, b) => b - a));
  expect(await expectFileOf(page, { press: (one: Locator) => one.click() } as Hands, caption)).toBe(counts.length);
  await boxOf(page, caption).fill("透析");
  await expect(table.locator("tbody tr")).toHaveCount(1);
  await expect(page).toHaveURL(/q=/);
});

test("on a narrow screen a menu sorts in place of the heads", async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  await open(page, "/neighbours");
  const table = listOf(page, ja.neighbours.states.unknown);
  await expect(head(table, ja.neighbours.heads.mac)).toBeHidden();
  await page.getByLabel(ja.lists.sort).selectOption({ label: `${ja.neighbours.heads.mac} ▼` });
  await expect.poll(async () => {
    const macs = await columnOf(table, ja.neighbours.heads.mac);
    return macs.length > 1 && macs.join() === sorted(macs).reverse().join();
  }).toBe(true);
});
