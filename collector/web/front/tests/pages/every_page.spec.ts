// What holds for every page and every dialog: readable by everybody, in both languages, light and dark,
// on a phone and enlarged. The pages come from the table of pages, their views from the tabs on them.
import type { APIRequestContext, Page } from "@playwright/test";

import { page_paths, settings_parts } from "../../src/pages/paths";
import { expect, open, test, violationsOn } from "./support";

/** Views that no tab leads to. */
const further = ["/inbox?rule=patch_behind", "/inbox?by=device", "/freshness?of=patch&bar=6", "/nothing"];
const window_size = { width: 1280, height: 800 };

/** The addresses of all pages, with something that is there in each place of a path. */
async function addresses(request: APIRequestContext): Promise<string[]> {
  const first = async (list: string): Promise<string> =>
    (await (await request.get(`/api/v1/${list}&limit=1`)).json()).items[0].id;
  const ids: Record<string, string> = {
    "/devices/:id": await first("devices?state=action"),
    "/findings/:id": await first("findings?state=open"),
  };
  return page_paths.flatMap((path): string[] => {
    if (path === "/settings/:part")
      return settings_parts.filter((part) => part !== "own").map((part) => `/settings/${part}`);
    const id = ids[path];
    if (path.includes(":") && !id) throw new Error(`nothing is known to stand in ${path}`);
    return [path.replace(":id", encodeURIComponent(id ?? ""))];
  });
}

/** Visits each page, then each view that a tab leads to; `act` has it open. */
async function walk(page: Page, act: (path: string) => Promise<void>): Promise<number> {
  const left = [...(await addresses(page.request)), ...further];
  const seen = new Set(left);
  for (let path = left.shift(); path !== undefined; path = left.shift()) {
    await open(page, path);
    for (const tab of await page.locator("main .tabs a").evaluateAll((links) =>
      links.map((link) => link.getAttribute("href") ?? ""))) {
      // The tabs of one kind of finding are those of all.
      if (seen.has(tab) || tab.includes("rule=") || tab === "") continue;
      seen.add(tab);
      left.push(tab);
    }
    await act(path);
  }
  return seen.size;
}

async function expectReadable(page: Page, path: string, language: string): Promise<void> {
  await expect(page.locator("html")).toHaveAttribute("lang", language);
  const what = `${path} in ${language}`;
  expect(await page.locator("h1").count(), what).toBe(1);
  expect(await violationsOn(page), what).toEqual([]);
  // A phone, and a window that is enlarged to 200 %.
  for (const width of [320, 640]) {
    await page.setViewportSize({ width, height: 640 });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(wide, `${what}, ${width} wide`).toBeLessThanOrEqual(width);
  }
  await page.setViewportSize(window_size);
}

/** What the colours decide; the words do not change it. */
async function expectReadableInDark(page: Page, path: string): Promise<void> {
  await page.emulateMedia({ colorScheme: "dark" });
  expect(await violationsOn(page, { colours: true }), `${path}, dark`).toEqual([]);
  await page.emulateMedia({ colorScheme: "light" });
}

/** Opens each dialog of the page; closes it by Escape. Returns the texts of the buttons that open them. */
async function expectReadableDialogs(page: Page, path: string, known: Set<string>): Promise<void> {
  const language = await page.locator("html").getAttribute("lang");
  const openers = page.locator("main button[aria-haspopup=dialog]");
  // What stands in folded parts, and what works once something is chosen.
  await page.locator("main details").evaluateAll((all) => all.forEach((one) => one.setAttribute("open", "")));
  if (await page.locator("main button[aria-haspopup=dialog]:disabled").count())
    await page.locator(".found input").first().check();
  const rows = page.locator("table.data tbody input[type=checkbox]");
  if (path === "/devices" && !(await rows.first().isChecked())) await rows.first().click();
  for (const [i, text] of (await openers.allInnerTexts()).entries()) {
    const key = `${path.replace(/\?.*/, "")} ${text}`;
    if (known.has(key)) continue;
    known.add(key);
    const opener = openers.nth(i);
    await opener.click();
    await expect(page.locator("dialog[open]"), key).toBeVisible();
    await expect(page.locator("dialog .skeleton"), key).toHaveCount(0);
    const look = { within: "dialog[open]" };
    expect(await violationsOn(page, look), `${key} in ${language}`).toEqual([]);
    if (language === "ja") {
      await page.emulateMedia({ colorScheme: "dark" });
      expect(await violationsOn(page, { ...look, colours: true }), `${key}, dark`).toEqual([]);
      await page.emulateMedia({ colorScheme: "light" });
    }
    await page.keyboard.press("Escape");
    await expect(page.locator("dialog"), key).toHaveCount(0);
    await expect(opener, key).toBeFocused();
  }
}

test("every page and every dialog is readable, in both languages, light and dark, narrow", async ({
  page,
}) => {
  test.setTimeout(1_200_000);
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
  const dialogs = new Set<string>();
  const pages = new Set<string>();
  const views = await walk(page, async (path) => {
    await expectReadable(page, path, "ja");
    await expectReadableInDark(page, path);
    const known = dialogs.size;
    await expectReadableDialogs(page, path, dialogs);
    // Views of one page say the same things with other rows, but for what can be done there.
    const itself = path.replace(/\?.*/, "");
    if (pages.has(itself) && dialogs.size === known) return;
    pages.add(itself);
    await page.getByRole("button", { name: "English" }).click();
    await expectReadable(page, path, "en");
    await expectReadableDialogs(page, path, dialogs);
    await page.getByRole("button", { name: "日本語" }).click();
  });
  // So that a change of how tabs and dialogs are marked does not empty this test.
  expect(views).toBeGreaterThan(page_paths.length + 10);
  for (const name of [
    "/inbox 後で見る", "/programs 承認する・使わない", "/agents 鍵を作る", "/settings/people 人を加える",
    "/devices まとめて変える", "/devices 取り込む", "/settings/policies この強さにする",
    "/settings/people グループを加える", "/media この見方を保存", "/inbox この見方を保存",
    "/inbox Later", "/devices Change together", "/devices Import", "/settings/people Add a group",
  ])
    expect([...dialogs]).toContain(name);
});

test("nothing runs that the page's policy does not name", async ({ page, complaints }) => {
  complaints.allowed = /Content Security Policy|TrustedHTML|requires 'Trusted/;
  await open(page, "/");
  const refused = await page.evaluate(() => {
    try {
      document.body.innerHTML = "<img src=x>";
      return false;
    } catch {
      return true;
    }
  });
  expect(refused).toBe(true);
  await page.evaluate(() => {
    const script = document.createElement("script");
    script.src = ["https:", "", "127.0.0.1:1", "x.js"].join("/");
    try {
      document.head.append(script);
    } catch {
      // Refused at once is refused.
    }
  }).catch(() => undefined);
});
