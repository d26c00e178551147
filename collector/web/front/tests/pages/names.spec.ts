// Names come from outside: one that turns the direction of writing turns nothing but itself, and the
// longest that the collector takes lies over nothing and pushes nothing aside.
import type { Locator, Page } from "@playwright/test";

import { ja } from "../../src/i18n/ja";
import { change } from "./seed";
import { expect, open, test } from "./support";

const turned = "甲\u202egnp.exe";
const desktop = { width: 1280, height: 800 };

interface Names {
  device: string;
  program: string;
  usb: string;
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const on = "(SELECT min(device_no) FROM device_summary WHERE class = 'agent')";
/** A program that waits for a decision. */
let no = 0;

test.beforeEach(async ({ page }) => {
  no = (await (await page.request.get("/api/v1/programs?state=unknown")).json()).items[0].id;
});

/** A device, a program on it, a USB medium in it and what was found there, as machines would tell them. */
function tell({ device, program, usb }: Names): void {
  const now = Date.now();
  const body = JSON.stringify({
    vendor_id: "0951", product_id: "1666", vendor: usb, product: usb, serial: "NAMES-1",
    device_class: "storage", volume_labels: [usb],
  });
  const evidence = JSON.stringify({ program, devices: "1", devices_total: "408", path: program });
  change(`
    UPDATE program SET path = ${quoted(program)}, parent = path WHERE no = ${no};
    INSERT INTO device_medium VALUES (${on}, '0951', '1666', 'NAMES-1', ${quoted(body)}, ${now});
    INSERT INTO finding (id, device_no, rule, subject, severity, state, evidence, first_seen_ms, opened_at_ms,
                         last_seen_ms, resolved_at_ms, resolved_by, owner)
      VALUES ('names-1', ${on}, 'process_unknown', 'names', 1, 'resolved', ${quoted(evidence)}, ${now}, ${now},
              ${now}, ${now}, 'facts', ${quoted(device.slice(0, 60))});`);
}

function forget(): void {
  change(`
    DELETE FROM finding WHERE id = 'names-1';
    DELETE FROM device_medium WHERE serial = 'NAMES-1';
    UPDATE OR IGNORE program SET path = parent, parent = '' WHERE no = ${no};`);
}

/** Gives the device a name by hand; returns its page and how to take the name back. */
async function rename(page: Page, name: string): Promise<{ device: string; back: () => Promise<void> }> {
  await open(page, "/");
  const { csrf } = await (await page.request.get("/api/v1/session")).json();
  const { finding } = await (await page.request.get("/api/v1/findings/names-1")).json();
  const address = `/api/v1/devices/${finding.device_id}/ledger`;
  const put = async (to: string): Promise<void> => {
    const { version } = await (await page.request.get(address)).json();
    const reply = await page.request.post(address, {
      data: { set: { name: to } },
      headers: { "X-CSRF-Token": csrf, "If-Match": `"ledger-${version}"` },
    });
    expect(reply.status(), await reply.text()).toBe(200);
  };
  await put(name);
  return { device: `/devices/${finding.device_id}`, back: () => put("") };
}

const resolved = "/inbox?state=resolved&rule=process_unknown";

/** Where the names stand. */
const places = (device: string, word: string): [path: string, where: string][] => [
  [resolved, "main .found > li"],
  ["/inbox?by=device&state=resolved&q=names", "main"],
  ["/findings/names-1", "main"],
  [device, "main"],
  [`/devices?q=${word}`, "main tbody"],
  ["/media", "main tbody"],
  ["/programs", "main tbody"],
];

/** Letters that stand left of one before them in their line, the name's own left out. */
async function turnedAround(where: Locator, names: readonly string[]): Promise<string[]> {
  return where.evaluate((root, of) => {
    const found: string[] = [];
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    let block: Element | null = null;
    let before: { left: number; top: number; text: string } | undefined;
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const text = node.textContent ?? "";
      let parent = node.parentElement;
      if (!parent || parent.closest(".unseen, option, svg, details:not([open]) > :not(summary)")) continue;
      while (parent && getComputedStyle(parent).display.startsWith("inline")) parent = parent.parentElement;
      if (parent !== block) before = undefined;
      block = parent;
      const own = new Set<number>();
      for (const name of of)
        for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1))
          for (let i = at; i < at + name.length; ++i) own.add(i);
      for (let i = 0; i < text.length; ++i) {
        const range = document.createRange();
        range.setStart(node, i);
        range.setEnd(node, i + 1);
        const box = range.getClientRects()[0];
        if (own.has(i) || !box || box.width === 0) continue;
        if (before && Math.abs(before.top - box.top) < 6 && box.left < before.left - 1)
          found.push(`${before.text} | ${text.slice(i, i + 12)}`);
        before = { left: box.left, top: box.top, text: text.slice(Math.max(0, i - 12), i + 1) };
      }
    }
    return found;
  }, names);
}

test("a mark that turns the writing turns the name that has it, and nothing beside it", async ({ page }) => {
  tell({ device: turned, program: `C:\\Temp\\${turned}`, usb: turned });
  const { device, back } = await rename(page, turned);
  try {
    for (const [path, where] of places(device, "gnp"))
      for (const media of ["screen", "print"] as const) {
        await open(page, path);
        await page.emulateMedia({ media });
        const name = page.locator("main").getByText(turned).first();
        await expect(name, path).toBeAttached();
        for (const part of await page.locator(where).filter({ hasText: turned }).all())
          expect(await turnedAround(part, [turned]), `${path} on ${media}`).toEqual([]);
        await page.emulateMedia({ media: "screen" });
      }
    // Where somebody decides, the question is in order as well.
    await open(page, "/programs?q=gnp");
    await page.getByRole("button", { name: ja.programs.decide }).first().click();
    expect(await turnedAround(page.locator("dialog[open] form, dialog[open] h2").first(), [turned])).toEqual([]);
    // So it would be, else: the measure sees it.
    await page.evaluate((name) => {
      const line = document.createElement("p");
      line.id = "raw";
      line.textContent = `${name} と、そのあと`;
      document.querySelector("main")?.append(line);
    }, turned);
    await page.keyboard.press("Escape");
    expect(await turnedAround(page.locator("#raw"), [turned])).not.toEqual([]);
  } finally {
    await back();
    forget();
  }
});

/** Parts of the page that stick out of their card, or texts that lie over others. */
async function misplaced(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const wrong: string[] = [];
    const wide = document.documentElement.scrollWidth;
    if (wide > window.innerWidth) wrong.push(`the page is ${wide} wide`);
    const visible = (box: DOMRect): boolean => box.width > 1 && box.height > 1;
    for (const card of document.querySelectorAll(".card, dialog[open]")) {
      const outer = card.getBoundingClientRect();
      for (const part of card.querySelectorAll("a, b, button, td, th, li, p, span, div, h2, input, select")) {
        const box = part.getBoundingClientRect();
        if (part.closest(".unseen, table.data, option") || !visible(box)) continue;
        if (box.right > outer.right + 1 || box.left < outer.left - 1)
          wrong.push(`${part.tagName} ${part.textContent?.slice(0, 20)} sticks out`);
      }
    }
    for (const row of document.querySelectorAll("main tr, main li, main .page-head, main .card-head, dialog .row")) {
      const parts = [...row.children].map((part) => ({ part, box: part.getBoundingClientRect() }))
        .filter(({ part, box }) => visible(box) && !part.matches(".unseen"));
      for (const [i, one] of parts.entries())
        for (const other of parts.slice(i + 1))
          if (one.box.right > other.box.left + 1 && other.box.right > one.box.left + 1
            && one.box.bottom > other.box.top + 1 && other.box.bottom > one.box.top + 1)
            wrong.push(`${one.part.tagName} lies over ${other.part.tagName} ${other.part.textContent?.slice(0, 20)}`);
    }
    return wrong;
  });
}

test("the longest names that the collector takes fit onto every page, wide and narrow", async ({ page }) => {
  // A path of Windows and a text of a report have that many letters at most; a name by hand has 100.
  const program = `C:\\Temp\\${"W".repeat(32_767 - 12)}.exe`;
  tell({ device: "W".repeat(60), program, usb: "M".repeat(10_000) });
  const { device, back } = await rename(page, "W".repeat(100));
  try {
    for (const [path] of places(device, "WWWW")) {
      for (const width of [desktop.width, 320]) {
        await page.setViewportSize({ ...desktop, width });
        await open(page, path);
        await expect(page.locator("main").getByText(/[WM]{50}/).first(), path).toBeAttached();
        expect.soft(await misplaced(page), `${path}, ${width} wide`).toEqual([]);
      }
    }
    await page.setViewportSize({ ...desktop, width: 320 });
    for (const [path, opener] of [["/programs", ja.programs.decide], ["/media", ja.media.register]] as const) {
      await open(page, path);
      const row = page.locator("main tr", { hasText: /[WM]{50}/ }).first();
      await row.getByRole("button", { name: opener }).click();
      expect(await misplaced(page), `${path}, its dialog`).toEqual([]);
    }
  } finally {
    await back();
    forget();
  }
});
