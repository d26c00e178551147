// Somebody of their own for stories about signing in, and the numbers of their telephone.
import { createHmac } from "node:crypto";

import type { APIRequestContext, Page } from "@playwright/test";

import type { Words } from "../../src/i18n/ja";
import type { Hands } from "./hands";
import { expect } from "./support";
import { button } from "./told";

export interface Person {
  name: string;
  password: string;
}

export async function makePerson(api: APIRequestContext, name: string, role: string): Promise<Person> {
  const { csrf } = await (await api.get("/api/v1/session")).json();
  const person = { name, password: `Ame no hi ni 4 hon ${name}` };
  const made = await api.post("/api/v1/people", {
    data: { ...person, role, sites: [] }, headers: { "X-CSRF-Token": csrf },
  });
  expect(made.ok(), await made.text()).toBe(true);
  return person;
}

const step_ms = 30_000;

/** What an authenticator shows (RFC 6238), so many steps of 30 seconds from now. */
export function codeOf(secret: string, steps = 0): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret.replace(/[\s=]/g, "")]
    .map((letter) => letters.indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / step_ms) + steps));
  const hash = createHmac("sha1", key).update(counter).digest();
  const at = (hash.at(-1) ?? 0) & 15;
  return String((hash.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

/** Writes name and password, and sends them. */
export async function signIn(page: Page, hands: Hands, w: Words, person: Person): Promise<void> {
  const form = page.locator("form", { has: page.locator("[name=password]") });
  await hands.write(form.getByLabel(w.signIn.name, { exact: true }), person.name);
  await hands.write(form.getByLabel(w.signIn.password, { exact: true }), person.password);
  await hands.press(button(form, w.signIn.submit));
}

export async function signOut(page: Page, hands: Hands, w: Words): Promise<void> {
  await hands.press(page.locator("details.menu > summary"));
  await hands.press(button(page, w.header.signOut));
  await expect(button(page, w.signIn.submit)).toBeVisible();
}

/** As if the sign-in had ended by itself; what is shown asks again and hears that. */
export async function letSignInEnd(page: Page): Promise<void> {
  await page.context().clearCookies();
}

/** Signs in again where the page asks for it, with everything below as it was. */
export async function signInAgain(
  page: Page, hands: Hands, w: Words, password: string, code = "",
): Promise<void> {
  const again = page.getByRole("dialog", { name: w.signIn.title, exact: true });
  await hands.write(again.getByLabel(w.signIn.password, { exact: true }), password);
  await hands.press(button(again, w.signIn.submit));
  if (code) {
    await hands.write(again.getByLabel(w.signIn.code, { exact: true }), code);
    await hands.press(button(again, w.signIn.submit));
  }
  await expect(again).toHaveCount(0);
}
