// The collector is slow, refuses, hangs or has nothing to say: what the pages say then.
import type { Route } from "@playwright/test";

import type { Language } from "../../src/i18n/words";
import { goOn, hang } from "./collector";
import { expect, open, speak, test, violationsOn } from "./support";
import { button, card, dialog, dictionaries, like, link, row, story } from "./told";

test("a failure has the number of the collector's log, on the page and in a form", async ({ page, complaints }) => {
  complaints.allowed = /500/;
  let number = "";
  // The collector's own. Of refusals of one address some a minute have a line in the log, and a number.
  await expect.poll(async () => {
    number = (await page.request.get("/api/v1/findings/nowhere")).headers()["x-request-id"] ?? "";
    return number;
  }, { timeout: 70_000 }).toMatch(/^[0-9A-F]{8}$/);
  const w = dictionaries.ja;
  const json = { code: "unexpected", status: 500, title: "no" };
  const fail = (route: Route): Promise<void> =>
    route.fulfill({ status: 500, headers: { "X-Request-Id": number }, json });
  await page.route("**/api/v1/usb-media?*", fail);
  await open(page, "/media");
  const told = page.locator("main [role=alert]").first();
  await expect(told).toContainText(w.errors.unexpected);
  await expect(told).toContainText(`500 unexpected ${number}`);
  await open(page, "/settings/sites");
  await page.route("**/api/v1/sites", fail);
  await page.getByRole("button", { name: w.sites.add }).click();
  const form = page.locator("dialog[open]");
  await form.getByLabel(w.sites.name).fill("番号の部署");
  await form.locator("button.main").click();
  await expect(form.getByRole("alert").first()).toHaveText(`${w.errors.unexpected}${w.withNumber(number)}`);
  await expect(form.getByLabel(w.sites.name)).toHaveValue("番号の部署");
});

test("a collector that hangs in the middle of a save is told; nothing is lost, and it goes on", async ({
  page, complaints,
}) => {
  complaints.allowed = /ERR_|Failed to load/;
  const w = dictionaries.ja;
  await open(page, "/settings/sites");
  await button(page, w.sites.add).click();
  await dialog(page).getByLabel(w.sites.name).fill("途中の部署");
  hang();
  try {
    await dialog(page).locator("button.main").click();
    await expect(dialog(page).getByText(w.waiting)).toBeVisible();
    await expect(page.locator(".bar .age")).toContainText(like(w.header.stale("@")), { timeout: 40_000 });
    await expect(page.locator("main [role=alert]").first()).toContainText(w.errors.collector_unreachable);
    await expect(dialog(page).getByLabel(w.sites.name)).toHaveValue("途中の部署");
    // What was shown is still there.
    await expect(row(page, "透析室").first()).toBeVisible();
    expect(await violationsOn(page)).toEqual([]);
  } finally {
    goOn();
  }
  await expect(page.locator("dialog")).toHaveCount(0);
  await expect(page.locator(".bar .age")).toContainText(like(w.header.updated("@")), { timeout: 40_000 });
  await expect(row(page, "途中の部署")).toHaveCount(1);
  await button(row(page, "途中の部署"), w.sites.remove).click();
  await dialog(page).locator("button.danger").click();
  await expect(row(page, "途中の部署")).toHaveCount(0);
});

test("who goes to another page meanwhile finds it when the collector is back", async ({ page, complaints }) => {
  complaints.allowed = /ERR_|Failed to|error loading|preload/i;
  await open(page, "/");
  await page.route("**/*", (route) => route.abort());
  await link(page, dictionaries.ja.nav.neighbours).click();
  // The page itself is not here yet; the frame is, and says so.
  await expect(page.locator("main").getByText(dictionaries.ja.loading)).toBeAttached();
  await expect(link(page, dictionaries.ja.nav.neighbours)).toHaveAttribute("aria-current", "page");
  await page.unroute("**/*");
  await expect(page.locator("main tbody tr").first()).toBeVisible();
});

story("what failed is told, and a button tries again", async (page, hands, w, allow) => {
  allow(/503|ERR_FAILED/);
  // Else what happens meanwhile would have the page ask again by itself.
  await page.route("**/api/v1/live", (route) => route.abort());
  const list = "/api/v1/usb-media?*";
  await page.route(`**${list}`, (route) =>
    route.fulfill({ status: 503, json: { code: "unavailable", title: "busy", status: 503 } }));
  await open(page, "/media");
  const told = page.locator("main [role=alert]").first();
  await expect(told).toContainText(w.errors.unavailable);
  expect(await violationsOn(page)).toEqual([]);
  await page.unroute(`**${list}`);
  await hands.press(button(told, w.retry));
  await expect(page.locator("main tbody tr").first()).toBeVisible();
  await expect(page.locator("main [role=alert]", { hasText: w.errors.unavailable })).toHaveCount(0);
});

for (const language of ["ja", "en"] as const)
  test(`what loads has its place, and what is old says how old, in ${language}`, async ({ page, complaints }) => {
    complaints.allowed = /ERR_|Failed to load/;
    const w = dictionaries[language];
    await speak(page, language);
    let go = (): void => undefined;
    const held = new Promise<void>((done) => {
      go = done;
    });
    await page.route("**/api/v1/neighbours?*", async (route) => {
      await held;
      await route.continue();
    });
    await page.clock.install();
    await page.goto("/neighbours");
    const skeleton = page.locator(".skeleton");
    await expect(skeleton).toHaveAttribute("role", "status");
    await expect(skeleton).toContainText(w.loading);
    await expect(page.locator("h1")).toHaveText(w.nav.neighbours);
    expect(await violationsOn(page)).toEqual([]);
    go();
    await expect(page.locator("main tbody tr").first()).toBeVisible();
    await expect(skeleton).toHaveCount(0);

    await page.route("**/api/**", (route) => route.abort());
    await page.clock.fastForward("00:20");
    const age = page.locator(".bar .age");
    await expect(age).toContainText(like(w.header.stale("@")));
    await page.clock.runFor("05:10");
    await expect(age).toContainText(w.header.stale(w.ago.minutes(5)));
    await expect(age.locator("svg.warning")).toBeVisible();
    await expect(page.locator("main [role=alert]").first()).toContainText(w.errors.collector_unreachable);
    await expect(page.locator("main tbody tr").first()).toBeVisible();
    expect(await violationsOn(page)).toEqual([]);
  });

const nothing = { items: [], next: null, total: 0 };

/** What each page says when it has nothing: never nothing. */
function emptyPages(language: Language): [path: string, list: string, says: string][] {
  const w = dictionaries[language];
  return [
    ["/inbox", "/api/v1/finding-groups", w.findings.noneOpen],
    ["/devices", "/api/v1/devices", w.overview.headline.none],
    ["/devices?q=x", "/api/v1/devices", w.deviceList.noneFor("x")],
    ["/media", "/api/v1/usb-media", w.media.noneUnregistered],
    ["/media?state=registered", "/api/v1/usb-media", w.media.noneRegistered],
    ["/programs", "/api/v1/programs", w.programs.noneUnknown],
    ["/programs?state=approved", "/api/v1/programs", w.programs.noneApproved],
    ["/neighbours", "/api/v1/neighbours", w.neighbours.noneUnknown],
    ["/neighbours?state=known", "/api/v1/neighbours", w.neighbours.noneKnown],
    ["/site-events", "/api/v1/site-events", w.siteEvents.none],
    ["/agents", "/api/v1/enrolment-", w.agents.noKeys],
    ["/settings/tokens", "/api/v1/tokens", w.tokens.none],
  ];
}

for (const language of ["ja", "en"] as const)
  test(`where there is nothing, that is said, in ${language}`, async ({ page }) => {
    await speak(page, language);
    const w = dictionaries[language];
    let empty = "nowhere";
    await page.route("**/api/v1/**", async (route) =>
      new URL(route.request().url()).pathname.startsWith(empty) ? route.fulfill({ json: nothing }) : route.continue());
    for (const [path, list, says] of emptyPages(language)) {
      empty = list;
      await open(page, path);
      await expect(page.locator("main").getByText(says).first(), path).toBeVisible();
      if (language === "ja") expect(await violationsOn(page), path).toEqual([]);
    }
    empty = "nowhere";
    const view = await (await page.request.get("/api/v1/overview")).json();
    const show = async (json: object): Promise<void> => {
      await page.route("**/api/v1/overview", (route) => route.fulfill({ json }));
    };
    await show({ ...view, today: [], tasks_total: 0 });
    await open(page, "/");
    const today = card(page, w.overview.today);
    await expect(today).toContainText(w.overview.nothing);
    // And when that was looked at.
    await expect(today).toContainText(like(w.header.updated("@")));
    expect(await violationsOn(page)).toEqual([]);
    const counts = Object.fromEntries(Object.keys(view.counts).map((name) => [name, 0]));
    await show({ ...view, score: null, today: [], counts });
    await open(page, "/");
    await expect(page.locator(".headline")).toHaveText(w.overview.headline.none);
    await link(page, w.overview.firstDevice).click();
    await expect(page.locator(".setup")).toBeVisible();
  });
