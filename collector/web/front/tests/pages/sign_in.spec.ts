// Signing in: with a second factor, with a new password, and again in the middle of something.
import type { Route } from "@playwright/test";

import { codeOf, letSignInEnd, makePerson, signIn, signInAgain, signOut } from "./people";
import { admin } from "./seed";
import { expect, open, violationsOn } from "./support";
import { button, card, dialog, like, mainStoryAlone, sent, storyAlone } from "./told";

mainStoryAlone("who is not signed in is asked, a wrong password is told from a right one, and out again", async (
  page, hands, w, allow,
) => {
  allow(/401/);
  const person = await makePerson(page.request, `comes-${hands.name}`, "viewer");
  await letSignInEnd(page);
  await page.goto("/neighbours?state=known");
  await expect(button(page, w.signIn.submit)).toBeVisible();
  await signIn(page, hands, w, { ...person, password: "not this one" });
  await expect(page.getByRole("alert")).toHaveText(w.signIn.wrong);
  await hands.write(page.getByLabel(w.signIn.password, { exact: true }), person.password);
  await hands.press(button(page, w.signIn.submit));
  await expect(page).toHaveURL(/neighbours\?state=known$/);
  await expect(page.locator("h1")).toHaveText(w.nav.neighbours);
  await signOut(page, hands, w);
});

storyAlone("a second factor is set up and asked for, a recovery code stands in, the password is changed", async (
  page, hands, w, allow,
) => {
  allow(/401/);
  const person = await makePerson(page.request, `factor-${hands.name}`, "operator");
  await letSignInEnd(page);
  await page.goto("/settings");
  await expect(button(page, w.signIn.submit)).toBeVisible();
  expect(await violationsOn(page)).toEqual([]);
  await signIn(page, hands, w, person);
  const factor = card(page, w.factor.title);
  await expect(factor).toContainText(w.factor.notInForce);

  await hands.press(button(factor, w.factor.on));
  expect(await violationsOn(page)).toEqual([]);
  await hands.write(dialog(page).getByLabel(w.account.old), person.password);
  await hands.press(button(dialog(page), w.factor.next));
  await expect(dialog(page).getByRole("img", { name: w.factor.qr })).toBeVisible();
  expect(await violationsOn(page)).toEqual([]);
  const secret = await dialog(page).locator("code.key").innerText();
  await hands.write(dialog(page).getByLabel(w.signIn.code, { exact: true }), codeOf(secret, -1));
  await hands.press(button(dialog(page), w.factor.confirm));
  const codes = dialog(page).locator(".codes code");
  await expect(codes.first()).toBeVisible();
  expect(await violationsOn(page)).toEqual([]);
  const [recovery = "", another = "", third = ""] = await codes.allInnerTexts();
  const left = await codes.count();
  await hands.press(button(dialog(page), w.written));
  await expect(factor).toContainText(w.factor.inForce);
  await expect(factor).toContainText(w.factor.codesLeft(left));

  // With the telephone.
  await signOut(page, hands, w);
  await signIn(page, hands, w, person);
  const code = page.getByLabel(w.signIn.code, { exact: true });
  await expect(code).toBeFocused();
  await expect(page.getByRole("alert")).toHaveText(w.errors.code_required);
  expect(await violationsOn(page)).toEqual([]);
  await hands.write(code, "not it");
  await hands.press(button(page, w.signIn.submit));
  await expect(page.getByRole("alert")).toHaveText(w.signIn.wrong);
  await hands.write(code, codeOf(secret));
  await hands.press(button(page, w.signIn.submit));
  const signed_in = page.locator("details.menu > summary");
  await expect(signed_in).toHaveText(person.name);

  // Without it; the code that was used is gone.
  await signOut(page, hands, w);
  await signIn(page, hands, w, person);
  await hands.write(code, recovery);
  await hands.press(button(page, w.signIn.submit));
  await expect(signed_in).toHaveText(person.name);
  await open(page, "/settings");
  await expect(factor).toContainText(w.factor.codesLeft(left - 1));

  const next = `${person.password} no ato`;
  const own = card(page, w.account.title);
  await hands.write(own.getByLabel(w.account.old), person.password);
  await hands.write(own.getByLabel(w.account.new, { exact: true }), next);
  await hands.write(own.getByLabel(w.account.again), next);
  await hands.press(button(own, w.account.submit));
  await expect(own).toContainText(w.account.changed);
  await signOut(page, hands, w);
  await signIn(page, hands, w, person);
  await expect(page.getByRole("alert")).toHaveText(w.signIn.wrong);
  await signIn(page, hands, w, { ...person, password: next });
  await hands.write(code, another);
  await hands.press(button(page, w.signIn.submit));
  await expect(signed_in).toHaveText(person.name);

  // In the middle of a form, with the code asked for there as well.
  await open(page, "/neighbours");
  await hands.press(button(page.locator("main tbody"), w.neighbours.give));
  await hands.write(dialog(page).getByLabel(w.neighbours.name, { exact: true }), `印刷機 ${hands.name}`);
  await letSignInEnd(page);
  await hands.press(dialog(page).locator("button.main"));
  await signInAgain(page, hands, w, next, third);
  await expect(dialog(page).getByLabel(w.neighbours.name, { exact: true })).toHaveValue(`印刷機 ${hands.name}`);
});

storyAlone("a cell of the ledger is kept by who has to sign in again", async (page, hands, w, allow) => {
  allow(/401/);
  await open(page, "/devices?q=lab&sort=name");
  const place = page.locator(`table.data td[data-head="${w.deviceList.heads.place}"]`).nth(3);
  await hands.press(place.getByRole("button"));
  await letSignInEnd(page);
  await hands.keep(place.getByRole("textbox"), `途中 ${hands.name}`);
  const again = page.getByRole("dialog", { name: w.signIn.title, exact: true });
  await expect(again).toContainText(w.errors.session_required);
  expect(await violationsOn(page)).toEqual([]);
  // It cannot be put away.
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await expect(again).toBeVisible();
  await signInAgain(page, hands, w, admin.password);
  await expect(place.getByRole("textbox")).toHaveValue(`途中 ${hands.name}`);
  await hands.keep(place.getByRole("textbox"), `途中 ${hands.name}`);
  await expect(place).toHaveText(`途中 ${hands.name}`);
  await page.reload();
  await expect(place).toHaveText(`途中 ${hands.name}`);
});

storyAlone("a file to be taken in is kept by who has to sign in again", async (page, hands, w, allow) => {
  allow(/401/);
  const { bulk, heads, import: words, jobs } = w.deviceList;
  const file = `again ${hands.name}.csv`;
  await open(page, "/devices?q=lab&sort=name");
  const name = await page.locator(`table.data td[data-head="${heads.name}"]`).nth(4).innerText();
  await hands.press(button(page, words.button));
  await hands.file(dialog(page).getByLabel(words.file, { exact: true }), {
    name: file, mimeType: "text/csv", buffer: Buffer.from(`端末名,場所\n${name},5F ${hands.name}\n`),
  });
  await expect(dialog(page)).toContainText(words.plan(0, 1, 0));
  await letSignInEnd(page);
  await hands.press(button(dialog(page), words.run(1)));
  await signInAgain(page, hands, w, admin.password);
  await expect(dialog(page)).toContainText(words.plan(0, 1, 0));
  await hands.press(button(dialog(page), words.run(1)));
  await expect(page.locator("dialog")).toHaveCount(0);
  const job = page.locator(".jobs .note", { hasText: jobs.done(jobs.file(file), 0, 1) });
  await hands.press(button(job, bulk.undo));
  await expect(job).toHaveCount(0);
});

storyAlone("a remark on the report is kept by who has to sign in again", async (page, hands, w, allow) => {
  allow(/401/);
  await open(page, "/reports");
  await hands.press(button(page, w.reports.writeComment));
  const remark = page.getByRole("textbox", { name: w.reports.comment });
  const text = `長い文章を書いている途中（${hands.name}）`;
  await hands.write(remark, text);
  await letSignInEnd(page);
  // The page reads itself anew meanwhile, as it does when somebody comes back to its window.
  let refused = false;
  page.on("response", (answer) => {
    refused ||= answer.url().includes("/reports/") && answer.status() === 401;
  });
  await expect(async () => {
    await page.evaluate(() => window.dispatchEvent(new Event("visibilitychange")));
    expect(refused).toBe(true);
  }).toPass();
  await signInAgain(page, hands, w, admin.password);
  await expect(remark).toHaveValue(text);
  await sent(page, hands);
  await expect(page.locator(".comment")).toHaveText(text);
  await expect(page.locator("main")).toContainText(like(w.reports.writtenBy("@")));
});

storyAlone("an answer from before does not ask whoever has signed in again", async (page, hands, w, allow) => {
  allow(/401/);
  await open(page, "/neighbours");
  await letSignInEnd(page);
  const again = page.getByRole("dialog", { name: w.signIn.title, exact: true });
  const comeBack = () => page.evaluate(() => window.dispatchEvent(new Event("visibilitychange")));
  await expect(async () => {
    await comeBack();
    await expect(again).toBeVisible({ timeout: 500 });
  }).toPass();
  // What is asked for now is answered when the sign-in is over.
  const held: Route[] = [];
  await page.route("**/api/v1/session", async (route) => {
    if (route.request().method() === "GET") held.push(route);
    else await route.continue();
  });
  await expect(async () => {
    await comeBack();
    expect(held).not.toEqual([]);
  }).toPass();
  await signInAgain(page, hands, w, admin.password);
  for (const route of held) {
    const answered = page.waitForEvent("requestfinished", (request) => request === route.request());
    await route.fulfill({ status: 401, json: { code: "session_required" } });
    await answered;
  }
  // Long enough for it to be drawn.
  await page.evaluate(() => new Promise((go) => setTimeout(go, 500)));
  await expect(again).toHaveCount(0);
});
