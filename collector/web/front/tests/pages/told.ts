// How stories are told: by mouse and by keyboard, in Japanese and in English; and what they often name.
import type { BrowserContext, BrowserContextOptions, Locator, Page } from "@playwright/test";

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

/** Stories share a browser's memory and its sign-in: what a page is made of is fetched once. */
const together = test.extend<object, { shared: BrowserContext }>({
  shared: [async ({ browser }, use, { project }) => {
    const { actionTimeout = 0, navigationTimeout = 0 } = project.use;
    const context = await browser.newContext(project.use as BrowserContextOptions);
    context.setDefaultTimeout(actionTimeout);
    context.setDefaultNavigationTimeout(navigationTimeout);
    await use(context);
    await context.close();
  }, { scope: "worker" }],
  page: async ({ shared }, use) => {
    const page = await shared.newPage();
    await use(page);
    // What a story chose for its browser is not the next one's.
    await page.evaluate(() => localStorage.clear());
    await page.close();
  },
});

function tell(by: typeof test, tellings: readonly Telling[], name: string, body: Body): void {
  for (const [kind, language] of tellings)
    by(`${name}, by ${kind}, in ${language}`, async ({ page, complaints }) => {
      await speak(page, language);
      // What a telling makes has its name, so that the others do not find it.
      const own = `${kind}-${language}`;
      const hands = kind === "mouse" ? new Mouse(own) : new Keyboard(own, page);
      await body(page, hands, dictionaries[language], (what) => {
        complaints.allowed = what;
      });
    });
}

/** A page's main story: by both hands in both languages. */
export const mainStory = (name: string, body: Body): void => tell(together, four_times, name, body);
/** What else is done there: by mouse in Japanese, and by keyboard in English. */
export const story = (name: string, body: Body): void => tell(together, twice, name, body);

/** The same for who signs in or out: with a browser of one's own. */
export const mainStoryAlone = (name: string, body: Body): void => tell(test, four_times, name, body);
export const storyAlone = (name: string, body: Body): void => tell(test, twice, name, body);

export const button = (within: Page | Locator, name: string): Locator =>
  within.getByRole("button", { name, exact: true }).first();
export const link = (within: Page | Locator, name: string): Locator =>
  within.getByRole("link", { name, exact: true }).first();
export const dialog = (page: Page): Locator => page.locator("dialog[open]");
export const row = (page: Page, text: string): Locator => page.locator("main tbody tr", { hasText: text });
/** The card below a heading. */
export const card = (page: Page, title: string): Locator =>
  page.locator(".card", { has: page.getByRole("heading", { name: title, exact: true }) });

/** The step of the first-run assistant with that title. */
export const setupStep = (page: Page, title: string | undefined): Locator =>
  page.locator(".setup > li", {
    has: page.locator("summary").getByText(title ?? "", { exact: true }),
  });

/** Opens it, unless the page has. */
export async function unfold(page: Page, hands: Hands, title: string | undefined): Promise<void> {
  const details = setupStep(page, title).locator("details").first();
  await details.waitFor();
  const folded = setupStep(page, title).locator("details:not([open]) > summary").first();
  if (await folded.count()) await hands.press(folded);
  await expect(details).toHaveAttribute("open");
}

/** A sentence of the dictionary around what stands in it: made with "@" for words and 0 for numbers. */
export const like = (sentence: string): RegExp =>
  new RegExp(sentence.split(/[@0]/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join(".*"));

/** The form that is open is sent, and closes. */
export async function sent(page: Page, hands: Hands): Promise<void> {
  await hands.press(dialog(page).locator("button.main, button.danger"));
  await expect(page.locator("dialog")).toHaveCount(0);
}
