// What somebody does to a page, with a mouse or with nothing but a keyboard: a story is written once
// and told by both.
import type { FileChooser, Locator, Page } from "@playwright/test";

import { expect } from "./support";

export interface SomeFile {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

export interface Hands {
  /** Of this telling; no other one has it. */
  readonly name: string;
  readonly kind: "mouse" | "keyboard";
  press(what: Locator): Promise<void>;
  write(where: Locator, text: string): Promise<void>;
  /** Ticks a box, or takes one of several. */
  tick(what: Locator): Promise<void>;
  pick(where: Locator, text: string): Promise<void>;
  /** A day, a time, or both with a "T" between. */
  day(where: Locator, day: string): Promise<void>;
  /** A file is chosen in the window that the browser opens for it. */
  file(where: Locator, file: SomeFile): Promise<void>;
  /** A cell of the ledger is written and kept. */
  keep(where: Locator, text: string): Promise<void>;
}

async function chooseIn(asking: Promise<FileChooser>, file: SomeFile): Promise<void> {
  await (await asking).setFiles(file);
}

/** With the mouse; letters come from the keyboard, of course. */
export class Mouse implements Hands {
  readonly name: string;
  readonly kind = "mouse";
  constructor(name: string) {
    this.name = name;
  }

  async press(what: Locator): Promise<void> {
    await what.click();
  }
  async write(where: Locator, text: string): Promise<void> {
    await where.click();
    await where.fill(text);
  }
  async tick(what: Locator): Promise<void> {
    await what.check();
  }
  async pick(where: Locator, text: string): Promise<void> {
    await where.selectOption({ label: text });
  }
  async day(where: Locator, day: string): Promise<void> {
    await where.fill(day);
  }
  async file(where: Locator, file: SomeFile): Promise<void> {
    const asking = where.page().waitForEvent("filechooser");
    await where.click();
    await chooseIn(asking, file);
  }
  async keep(where: Locator, text: string): Promise<void> {
    await this.write(where, text);
    // Who clicks elsewhere has finished.
    await where.page().locator("h1").click();
  }
}

const steps_at_most = 400;

/** The key that leads on to a place, none when it is there. Runs in the page. */
function keyTo(node: Element): string {
  const at = document.activeElement;
  if (at === node) return "";
  // One of several is reached by Tab once for all of them, then by arrows.
  const radio = (one: Element | null): string =>
    one instanceof HTMLInputElement && one.type === "radio" ? one.name : "";
  if (radio(node) !== "" && radio(node) === radio(at)) return "";
  // So is the ledger: its rows are one stop.
  const rows = at?.closest("table.data tbody");
  const back = at && at.compareDocumentPosition(node) & Node.DOCUMENT_POSITION_PRECEDING;
  if (!at || !rows?.contains(node)) return back ? "Shift+Tab" : "Tab";
  const rowOf = (one: Element): number => Number(one.closest("tr")?.dataset["row"]);
  const down = rowOf(node) - rowOf(at);
  if (down !== 0) return down > 0 ? "ArrowDown" : "ArrowUp";
  const right = at.compareDocumentPosition(node) & Node.DOCUMENT_POSITION_FOLLOWING;
  return right ? "ArrowRight" : "ArrowLeft";
}

/** How many steps of Tab lie between what has the focus and a place behind it. Runs in the page. */
function stepsTo(node: Element): number {
  const follows = (a: Node, b: Node): boolean =>
    (a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
  const at = document.activeElement;
  // Behind an open dialog nothing is a stop.
  const within = document.querySelector("dialog[open]") ?? document.body;
  if (!at || !within.contains(at) || !follows(at, node)) return 0;
  const stops = [...within.querySelectorAll<HTMLElement>("a[href], button, input, select, textarea, summary, [tabindex]")];
  return stops.filter((one) =>
    one.tabIndex >= 0 && follows(at, one) && follows(one, node) && !(one instanceof HTMLInputElement && one.type === "radio")
      && !(one as HTMLButtonElement).disabled && one.checkVisibility({ visibilityProperty: true })).length;
}

/** With the keyboard alone: the mouse is not moved, and nothing is focused but by keys. */
export class Keyboard implements Hands {
  readonly name: string;
  readonly kind = "keyboard";
  private readonly page: Page;
  constructor(name: string, page: Page) {
    this.name = name;
    this.page = page;
  }

  /** Goes on by Tab or back, and by arrows where they lead on, until it is there. */
  private async reach(what: Locator): Promise<void> {
    await what.waitFor();
    // Most of the way without a look; the rest step by step.
    for (let left = await what.evaluate(stepsTo); left > 0; --left) await this.page.keyboard.press("Tab");
    for (let i = 0; i < steps_at_most; ++i) {
      const key = await what.evaluate(keyTo);
      if (key === "") return;
      await this.page.keyboard.press(key);
    }
    throw new Error(`Tab does not reach ${what}`);
  }

  async press(what: Locator): Promise<void> {
    await this.reach(what);
    await this.page.keyboard.press("Enter");
  }

  async write(where: Locator, text: string): Promise<void> {
    await this.reach(where);
    await this.page.keyboard.press("Control+a");
    for (const [i, line] of text.split("\n").entries()) {
      if (i > 0) await this.page.keyboard.press("Enter");
      await this.page.keyboard.insertText(line);
    }
    await expect(where).toHaveValue(text);
  }

  async tick(what: Locator): Promise<void> {
    await this.reach(what);
    if ((await what.getAttribute("type")) === "radio")
      for (let i = 0; i < 20 && !(await what.isChecked()); ++i)
        await this.page.keyboard.press("ArrowDown");
    else if (!(await what.isChecked())) await this.page.keyboard.press("Space");
    await expect(what).toBeChecked();
  }

  async pick(where: Locator, text: string): Promise<void> {
    await this.reach(where);
    // Letters find an entry, but two may begin alike: from the first one down.
    await this.page.keyboard.press("Home");
    const chosen = (): Promise<string> =>
      where.evaluate((node) => (node as HTMLSelectElement).selectedOptions[0]?.label ?? "");
    for (let i = 0; i < 60 && (await chosen()) !== text; ++i)
      await this.page.keyboard.press("ArrowDown");
    expect(await chosen()).toBe(text);
  }

  async day(where: Locator, day: string): Promise<void> {
    // Tab goes from part to part inside the field; to begin with the first one, come from outside.
    const inside = (): Promise<boolean> => where.evaluate((node) => node === document.activeElement);
    await where.waitFor();
    while (await inside()) await this.page.keyboard.press("Shift+Tab");
    await this.reach(where);
    const [date = "", time = ""] = day.includes("-") ? day.split("T") : ["", day];
    const [year = "", month = "", of_month = ""] = date.split("-");
    // The browser of the tests speaks English: month, day, year, and a clock of twelve hours.
    if (date) await this.page.keyboard.type(`${month}${of_month}${year.padStart(6, "0")}`);
    if (time) {
      const [hour = "", minute = ""] = time.split(":");
      const of_twelve = String(Number(hour) % 12 || 12).padStart(2, "0");
      await this.page.keyboard.type(`${of_twelve}${minute}${Number(hour) < 12 ? "AM" : "PM"}`);
    }
    await expect(where).toHaveValue(day);
  }

  async file(where: Locator, file: SomeFile): Promise<void> {
    await this.reach(where);
    // A dialog that has just come may swallow the key; people press it again.
    await expect(async () => {
      const asking = this.page.waitForEvent("filechooser", { timeout: 3_000 });
      await this.page.keyboard.press("Enter");
      await chooseIn(asking, file);
    }).toPass();
  }

  async keep(where: Locator, text: string): Promise<void> {
    await this.write(where, text);
    await this.page.keyboard.press("Enter");
  }
}
