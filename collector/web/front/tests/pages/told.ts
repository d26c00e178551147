// How stories are told: by mouse and by keyboard, in Japanese and in English; and what they often name.
import type { Locator, Page } from "@playwright/test";

import { en } from "../../src/i18n/en";
import { ja } from "../../src/i18n/ja";
import type { Words } from "../../src/i18n/ja";
import type { Language } from "../../src/i18n/words";
import { Keyboard, Mouse } from "./hands";
import type { Hands } from "./hands";
import { expect, speak, test } from "./support";

export const dictionaries: Record<Language, Words> = { ja, en };

type Body = (page: Page, hands: Hands, w: Words, allow: (what: RegExp) => void) => Promise<void>;
type Telling = readonly [kind: "mouse" | "keyboard", language: Language];

/** Both hands and both languages; what is told twice only is told by these. */
const twice: readonly Telling[] = [["mouse", "ja"], ["keyboard", "en"]];
const four_times: readonly Telling[] = [...twice, ["mouse", "en"], ["keyboard", "ja"]];

function tell(tellings: readonly Telling[], name: string, body: Body): void {
  for (const [kind, language] of tellings)
    test(`${name}, by ${kind}, in ${language}`, async ({ page, complaints }) => {
      await speak(page, language);
      // What a telling makes has its name, so that the others do not find it.
      const own = tellings === twice ? kind : `${kind} ${language}`;
      const hands = kind === "mouse" ? new Mouse(own) : new Keyboard(own, page);
      await body(page, hands, dictionaries[language], (what) => {
        complaints.allowed = what;
      });
    });
}

/** By mouse in Japanese, and by keyboard in English. */
export const story = (name: string, body: Body): void => tell(twice, name, body);
/** By both hands in both languages: what clerks do every day. */
export const mainStory = (name: string, body: Body): void => tell(four_times, name, body);

export const button = (within: Page | Locator, name: string): Locator =>
  within.getByRole("button", { name, exact: true }).first();
export const link = (within: Page | Locator, name: string): Locator =>
  within.getByRole("link", { name, exact: true }).first();
export const dialog = (page: Page): Locator => page.locator("dialog[open]");
export const row = (page: Page, text: string): Locator => page.locator("main tbody tr", { hasText: text });
/** The card below a heading. */
export const card = (page: Page, title: string): Locator =>
  page.locator(".card", { has: page.getByRole("heading", { name: title, exact: true }) });

/** A sentence of the dictionary around what stands in it: made with "@" for words and 0 for numbers. */
export const like = (sentence: string): RegExp =>
  new RegExp(sentence.split(/[@0]/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join(".*"));

/** The form that is open is sent, and closes. */
export async function sent(page: Page, hands: Hands): Promise<void> {
  await hands.press(dialog(page).locator("button.main, button.danger"));
  await expect(page.locator("dialog")).toHaveCount(0);
}
