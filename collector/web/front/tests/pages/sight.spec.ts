// Who sees few colours, or none: the system's high contrast, and paper in black and white.
import type { Page } from "@playwright/test";

import { printed } from "./print";
import { expect, open, speak, test, violationsOn } from "./support";
import { dictionaries } from "./told";

interface Fill {
  pattern: string;
  /** 0 to 1, as WCAG reckons it. */
  light: number;
  border: number;
}

/** How the parts of bars are filled, by their state. */
function fillsOf(page: Page): Promise<Record<string, Fill>> {
  return page.evaluate(() => {
    const linear = (byte: number): number =>
      byte <= 10 ? byte / 3294 : ((byte / 255 + 0.055) / 1.055) ** 2.4;
    const found: Record<string, Fill> = {};
    for (const part of document.querySelectorAll("main [class^=fill-]")) {
      const style = getComputedStyle(part);
      const [red = 0, green = 0, blue = 0] = (style.backgroundColor.match(/[\d.]+/g) ?? []).map(Number);
      const state = part.className.replace("fill-", "");
      found[state] = {
        pattern: style.backgroundImage,
        light: 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue),
        // Of the one that has least of it.
        border: Math.min(found[state]?.border ?? Infinity, parseFloat(style.borderLeftWidth)),
      };
    }
    return found;
  });
}

const contrast = (a: number, b: number): number => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);

/** Without colour a part is told from another by its pattern, or by light and dark. */
function expectToldApart(fills: Record<string, Fill>, what: string): void {
  // What is not known has two words, and one look.
  const states = Object.keys(fills).filter((state) => state !== "unknown");
  expect(states, what).toEqual(expect.arrayContaining(["action", "warning", "good"]));
  for (const [i, one] of states.entries())
    for (const other of states.slice(i + 1)) {
      const [a, b] = [fills[one], fills[other]];
      if (a && b && a.pattern === b.pattern)
        expect(contrast(a.light, b.light), `${what}: ${one}, ${other}`).toBeGreaterThan(1.5);
    }
}

/** Each state has a shape of its own, drawn so that it is seen; by colour alone nothing is said. */
async function expectShapes(page: Page, what: string): Promise<void> {
  const marks = await page.locator("main svg.mark").evaluateAll((all) => all.flatMap((mark) => {
    const { width } = mark.getBoundingClientRect();
    if (width === 0) return [];
    const shape = mark.firstElementChild;
    const said = (mark.getAttribute("aria-label") ?? "") + (mark.parentElement?.textContent ?? "");
    return [{
      state: mark.classList[1] ?? "", shape: mark.innerHTML, said: said.trim(),
      stroke: shape ? getComputedStyle(shape).stroke : "", ground: getComputedStyle(document.body).backgroundColor,
    }];
  }));
  expect(marks.length, what).toBeGreaterThan(0);
  const shapes = new Map<string, string>();
  for (const { state, shape, said, stroke, ground } of marks) {
    expect(shapes.get(shape) ?? state, `${what}: the shape of ${state}`).toBe(state);
    shapes.set(shape, state);
    expect(said, `${what}: beside ${state}`).not.toBe("");
    expect(stroke, `${what}: ${state}`).not.toBe(ground);
  }
}

const pages = ["/", "/inbox", "/devices", "/settings"];

for (const [language, colorScheme] of [["ja", "light"], ["en", "dark"]] as const)
  test(`high contrast, ${colorScheme}, in ${language}: states are told by shapes and words`, async ({ page }) => {
    await speak(page, language);
    await page.emulateMedia({ forcedColors: "active", contrast: "more", colorScheme });
    for (const path of pages) {
      await open(page, path);
      await page.locator("main svg.mark").first().waitFor();
      await expectShapes(page, path);
      // Its colours are the system's.
      const violations = await violationsOn(page);
      expect(violations.filter((one) => !one.startsWith("color-contrast")), path).toEqual([]);
      // Which page is open is told by more than a ground that is gone.
      const here = page.locator("nav.side a[aria-current]");
      if (await here.count()) await expect(here, path).toHaveCSS("outline-style", "solid");
      if (path !== "/") continue;
      const fills = await fillsOf(page);
      expectToldApart(fills, path);
      for (const [state, { border }] of Object.entries(fills)) expect(border, state).toBeGreaterThan(0);
    }
  });

for (const colorScheme of ["light", "dark"] as const)
  test(`whoever tells no red from green reads the bars, ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    await open(page, "/");
    await page.locator("main .bars").first().waitFor();
    expectToldApart(await fillsOf(page), colorScheme);
  });

test("on paper in black and white what is urgent is told by shapes and words", async ({ page }) => {
  const w = dictionaries.ja;
  const { total } = await (await page.request.get("/api/v1/devices?state=action&limit=1")).json();
  const list = await printed(page, "/devices?state=action&columns=state,name,address");
  expect(total).toBeGreaterThan(3);
  // The word in each row, and in no picture of it.
  const rows = list.text.match(new RegExp(`^.*${w.state.action}.*\\d+\\.\\d+\\.\\d+\\.\\d+\\s*$`, "gm")) ?? [];
  expect(rows.length).toBeGreaterThanOrEqual(total - 5);
  const overview = await printed(page, "/");
  for (const state of ["action", "warning", "silent", "unknown", "good"] as const)
    expect(overview.text).toMatch(new RegExp(`${w.state[state]}\\s*\\d+\\s*${w.deviceUnit}`));
  await page.emulateMedia({ media: "print" });
  for (const path of ["/", "/inbox", "/inbox?by=device"]) {
    await open(page, path);
    await page.locator("main svg.mark").first().waitFor();
    await expectShapes(page, path);
  }
  await open(page, "/");
  await page.locator("main .bars").first().waitFor();
  expectToldApart(await fillsOf(page), "on paper");
});
