// A file holds what the screen shows: every list, row by row and column by column, in both languages.
import type { APIRequestContext, Page } from "@playwright/test";

import { en } from "../../src/i18n/en";
import { ja } from "../../src/i18n/ja";
import type { PagePath } from "../../src/pages/paths";
import { page_paths } from "../../src/pages/paths";
import { file_formats, fitsShiftJis, saved, savedIn, seen, words } from "./files";
import type { FileFormat } from "./files";
import { expect, open, speak, test } from "./support";

/** The lists of each page by their address, and how many of them can be saved there at least. */
const lists: Record<PagePath, Record<string, number>> = {
  "/": {}, // Its file is compared in stories.spec.ts.
  "/inbox": {
    "/inbox?rule=os_unsupported": 1, "/inbox?by=device": 1,
    "/inbox?rule=os_unsupported&q=1&sort=-name": 1, "/inbox?by=device&q=1&sort=opened": 1,
  },
  "/findings/:id": {},
  "/devices": {}, // Below.
  "/devices/:id": { "/devices/:id": 1 },
  "/media": { "/media": 1, "/media?state=registered": 1, "/media?q=1&sort=-serial": 1 },
  "/programs": {
    "/programs": 1, "/programs?state=learned": 1, "/programs?state=approved": 1,
    "/programs?q=1&sort=-name": 1,
  },
  "/neighbours": { "/neighbours": 1, "/neighbours?state=known": 1, "/neighbours?q=1&sort=address": 1 },
  "/os": { "/os": 2 },
  "/freshness": {
    "/freshness": 2, "/freshness?of=patch": 1, "/freshness?of=patch&bar=5": 1,
    "/freshness?sites_sort=-bar5&products_sort=name": 2,
  },
  "/reports": {}, // Paper.
  "/site-events": { "/site-events": 2 },
  "/alerts": { "/alerts": 2 },
  "/agents": { "/agents": 1, "/agents?sort=-name&q=1": 1 },
  "/settings": {},
  "/settings/:part": { "/settings/people": 2, "/settings/sites": 1 },
  "/audit": {}, // Its file is compared in hands.spec.ts.
};

async function expectTablesSaved(page: Page, least: number, formats: readonly FileFormat[]): Promise<number> {
  const buttons = page.locator("main .save button[data-saves]");
  // Its lists come one after the other.
  await expect.poll(() => buttons.count(), page.url()).toBeGreaterThanOrEqual(least);
  await expect(page.locator("main .skeleton")).toHaveCount(0);
  const names = await buttons.evaluateAll((all) =>
    all.map((one) => one.getAttribute("data-saves") ?? ""));
  for (const name of names) {
    const button = page.locator(`main .save button[data-saves="${name}"]`);
    const table = page.locator("main table").filter({
      has: page.locator("caption").getByText(name, { exact: true }),
    });
    await expect(table, `${page.url()}: ${name}`).toHaveCount(1);
    // What is told live may change between the look and the file.
    await expect(async () => {
      const shown = words(await seen(table));
      expect(shown.length).toBeGreaterThan(1);
      const fit = formats.filter((format) => format !== "sjis" || fitsShiftJis(shown));
      for (const file of await savedIn(page, button, fit))
        expect(words(file), `${page.url()}: ${name}`).toEqual(shown);
    }).toPass({ timeout: 15_000 });
  }
  return names.length;
}

async function expectFindingsSaved(page: Page): Promise<number> {
  const button = page.locator("main button[data-saves]");
  // What is told live may change between the look and the file.
  await expect(async () => {
    const shown = await page.locator("main ul.found > li").evaluateAll((items) =>
      items.map((item) => {
        const own = item.querySelector("a b")?.textContent;
        const device = own ?? item.closest(".card")?.querySelector("h2")?.textContent ?? "";
        return [device.trim(), item.textContent ?? ""] as const;
      }));
    const file = (await saved(page, button)).slice(1);
    expect(file.map(([device]) => device)).toEqual(shown.map(([device]) => device));
    for (const [i, [, line = "", since = ""]] of file.entries()) {
      if (page.url().includes("rule=")) expect(shown[i]?.[1]).toContain(line);
      expect(since).toMatch(/^\d{2,4}[/.]\d{1,2}[/.]\d{2,4},? \d{1,2}:\d{2}$/);
    }
  }).toPass({ timeout: 15_000 });
  return 1;
}

/** Something in each list that may be empty; what was made is taken away again. */
async function oneOfEach(
  api: APIRequestContext, language: string,
): Promise<{ remove: () => Promise<void> }> {
  const { csrf } = await (await api.get("/api/v1/session")).json();
  const headers = { "X-CSRF-Token": csrf };
  const made: string[] = [];
  const put = async (path: string, data: object): Promise<void> => {
    const reply = await api.post(path, { data, headers });
    if (!reply.ok()) throw new Error(`${path}: ${reply.status()} ${await reply.text()}`);
    const { id } = await reply.json().catch(() => ({}));
    made.push(`${path}/${id}`);
  };
  await put("/api/v1/usb-media", {
    vendor_id: "0781", product_id: "5567", serial: `S-${language}`, label: `=検査 "1", ${language}`,
  });
  await put("/api/v1/neighbours", { mac: `02:00:00:00:00:0${language === "ja" ? 1 : 2}`, name: "プリンタ" });
  await put("/api/v1/alert-settings/channel", {
    name: `記録 ${language}`, settings: { kind: "syslog", address: ["udp:", "", "127.0.0.1:9"].join("/") },
  });
  await put("/api/v1/alert-settings/route", {
    name: `要対応 ${language}`, settings: { least: "action", channels: [`記録 ${language}`] },
  });
  const { items } = await (await api.get("/api/v1/programs?state=unknown&limit=100")).json();
  const { id, found_on } = items.find(({ sha256 }: { sha256: string }) => sha256 !== "");
  await put("/api/v1/programs/approvals", {
    program: id, decision: "allow", by: "hash", scope: "device", device: found_on[0].device_id,
    reason: "確かめた",
  });
  return {
    remove: async () => {
      for (const address of made.reverse()) {
        const gone = await api.delete(address, { headers });
        if (!gone.ok()) throw new Error(`${address}: ${gone.status()} ${await gone.text()}`);
      }
    },
  };
}

for (const language of ["ja", "en"] as const)
  test(`a file of each list holds what the screen shows, in ${language}`, async ({ page }) => {
    test.setTimeout(300_000);
    await speak(page, language);
    // One that something happened on.
    const device = (await (await page.request.get("/api/v1/events?limit=1")).json()).items[0].device_id;
    const made = await oneOfEach(page.request, language);
    for (const path of page_paths)
      for (const [i, [address, least]] of Object.entries(lists[path]).entries()) {
        // One list of each page in every form. Of English texts Shift_JIS does not have all signs.
        const all = language === "ja" ? file_formats : (["csv", "xlsx"] as const);
        const formats = i === 0 ? all : (["csv"] as const);
        await open(page, address.replace(":id", device));
        await page.locator("main details").evaluateAll((all) => {
          for (const one of all) if (!one.closest("td, th")) one.setAttribute("open", "");
        });
        if (address === "/agents")
          await expect(page.locator("main details table tbody tr").first()).toBeVisible();
        const count = address.startsWith("/inbox")
          ? await expectFindingsSaved(page) : await expectTablesSaved(page, least, formats);
        expect(count, address).toBeGreaterThanOrEqual(least);
      }
    await made.remove();
  });

for (const language of ["ja", "en"] as const)
  test(`the ledger's file has the columns, order and words of its screen, in ${language}`, async ({
    page,
  }) => {
    await speak(page, language);
    const columns = "state,name,todo,site,kind,place,owner,stage,os,supplier,contract_until,bought_year,"
      + "renewal_year,asset_number,me_number,pattern,seen";
    await open(page, `/devices?sort=-name&kind=${encodeURIComponent("画像PC")}&columns=${columns}`);
    await expect(page.locator("table.data tr[data-row]").first()).toContainText(/\d/);
    const shown = await page.locator("table.data").evaluate((table) =>
      [...table.querySelectorAll("tbody tr[data-row]")].map((row) =>
        [...row.querySelectorAll("td:not(.choose)")].map((cell) => {
          const copy = cell.cloneNode(true) as HTMLElement;
          for (const part of copy.querySelectorAll("[data-text='']")) part.remove();
          return (copy.textContent ?? "").trim();
        })));
    const heads = await page.locator("table.data thead th:not(.choose)").evaluateAll((all) =>
      all.map((one) => ((one.querySelector(".on-paper") ?? one).textContent ?? "").trim()));
    const button = page.getByRole("button", { name: { ja, en }[language].files.save, exact: true });
    const file = await saved(page, button);
    expect(file[0]).toEqual(heads);
    expect(shown.length).toBeGreaterThan(3);
    expect(file.length).toBe(shown.length + 1);
    const { pattern, seen: heard } = { ja, en }[language].deviceList.heads;
    const told_otherwise = new Set([heads.indexOf(pattern), heads.indexOf(heard)]);
    for (const [i, row] of shown.entries()) {
      const other = file[i + 1] ?? [];
      for (const [column, cell] of row.entries())
        if (!told_otherwise.has(column)) expect(other[column], `${row[1]}: ${heads[column]}`).toBe(cell);
        // A file has days and times that a spreadsheet can count with.
        else expect(other[column]).toMatch(/^(\d{4}-\d{2}-\d{2}( \d{2}:\d{2})?)?$/);
    }
  });
