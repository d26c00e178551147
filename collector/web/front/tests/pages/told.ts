// How stories are told by mouse and by keyboard, and what they often name.
import type { Locator, Page } from "@playwright/test";

import { Keyboard, Mouse } from "./hands";
import type { Hands } from "./hands";
import { expect, test } from "./support";

type Body = (page: Page, hands: Hands, allow: (what: RegExp) => void) => Promise<void>;

export function story(name: string, body: Body): void {
  for (const kind of ["mouse", "keyboard"])
    test(`${name}, by ${kind}`, async ({ page, complaints }) => {
      const hands = kind === "mouse" ? new Mouse() : new Keyboard(page);
      await body(page, hands, (what) => {
        complaints.allowed = what;
      });
    });
}

export const button = (within: Page | Locator, name: string): Locator =>
  within.getByRole("button", { name, exact: true }).first();
export const dialog = (page: Page): Locator => page.locator("dialog[open]");
export const row = (page: Page, text: string): Locator => page.locator("main tbody tr", { hasText: text });

/** The form that is open is sent, and closes. */
export async function sent(page: Page, hands: Hands): Promise<void> {
  await hands.press(dialog(page).locator("button.main, button.danger"));
  await expect(page.locator("dialog")).toHaveCount(0);
}
