// What holds for every page: readable by everybody, in both languages, light and dark, on a phone.
import { expect, open, speak, test, violationsOn } from "./support";

const pages = [
  "/", "/inbox", "/inbox?by=device&state=open", "/inbox?rule=patch_behind", "/devices", "/media",
  "/media?state=registered", "/programs", "/programs?state=learned", "/neighbours", "/os", "/freshness",
  "/freshness?of=patch&bar=6", "/reports", "/alerts", "/agents",
  "/settings", "/settings/tokens", "/settings/people", "/settings/sites", "/settings/policies", "/settings/setup", "/site-events", "/settings/keyboard",
  "/audit", "/nothing",
];

for (const language of ["ja", "en"] as const)
  for (const colorScheme of ["light", "dark"] as const)
    test(`every page is accessible in ${language}, ${colorScheme}`, async ({ page }) => {
      test.setTimeout(180_000);
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await speak(page, language);
      for (const path of pages) {
        await open(page, path);
        await expect(page.locator("html")).toHaveAttribute("lang", language);
        expect(await page.locator("h1").count(), path).toBe(1);
        expect(await violationsOn(page), path).toEqual([]);
      }
    });

test("a device and a finding are accessible, light and dark", async ({ page }) => {
  await open(page, "/devices");
  const device = await page.locator("table.data tbody a").first().getAttribute("href");
  await open(page, device ?? "");
  const finding = await page.locator(".finding a.button").first().getAttribute("href");
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    for (const path of [device, finding]) {
      await open(page, path ?? "");
      expect(await violationsOn(page), path ?? "").toEqual([]);
    }
  }
});

test("dialogs are accessible and give the focus back", async ({ page }) => {
  const dialogs: [string, string][] = [
    ["/inbox?rule=patch_behind", "後で見る"], ["/programs", "承認する・使わない"],
    ["/agents", "鍵を作る"], ["/settings", "使い始める"], ["/settings/people", "人を加える"],
  ];
  for (const [path, name] of dialogs) {
    await open(page, path);
    if (path.startsWith("/inbox")) await page.locator(".found input").first().check();
    const button = page.getByRole("button", { name, exact: true }).first();
    await button.click();
    await expect(page.locator("dialog[open]")).toBeVisible();
    expect(await violationsOn(page), name).toEqual([]);
    await page.keyboard.press("Escape");
    await expect(page.locator("dialog")).toHaveCount(0);
    await expect(button, name).toBeFocused();
  }
});

test("no page is wider than a phone of 320 pixels", async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  for (const path of pages) {
    await open(page, path);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width, path).toBeLessThanOrEqual(320);
  }
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
