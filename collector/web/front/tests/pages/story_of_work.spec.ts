// What is done about what was found, and what is set up once for it: to the end, by both hands.
import type { Page } from "@playwright/test";

import { expect, open, violationsOn } from "./support";
import { button, card, dialog, like, link, mainStory, row, sent, setupStep, story, unfold } from "./told";

/** Counts what the page sends to the printer, and notes how it looked just then. */
async function watchPrinter(page: Page): Promise<() => Promise<string[]>> {
  await page.addInitScript(() => {
    window.print = () => {
      window.dispatchEvent(new Event("beforeprint"));
      const rows = document.querySelectorAll("main tr[data-row] a").length;
      const state = document.querySelector("main .not-whole, main .skeleton") ? "in part" : "whole";
      const printed = `${document.querySelector("main h1")?.textContent}: ${state}, ${rows} rows`;
      document.documentElement.dataset["printed"] =
        [document.documentElement.dataset["printed"], printed].filter(Boolean).join("|");
      window.dispatchEvent(new Event("afterprint"));
    };
  });
  return async () => ((await page.locator("html").getAttribute("data-printed")) ?? "").split("|").filter(Boolean);
}

mainStory("a finding is taken on, put off, made an exception and closed", async (page, hands, w) => {
  const { actions, happened, states } = w.findings;
  await open(page, "/inbox?rule=os_unsupported");
  const first = page.locator(".found > li").first();
  const device = await first.locator("a").innerText();
  await hands.tick(first.locator("input"));
  await hands.press(button(page, actions.acknowledge));
  await hands.write(dialog(page).getByLabel(w.findings.ownerName), `鈴木 ${hands.name}`);
  await hands.press(dialog(page).locator(".days button").last());
  await expect(dialog(page).getByLabel(w.findings.dueDay)).toHaveValue(/^20\d\d-/);
  await sent(page, hands);
  const of_device = page.locator(".found > li").filter({ has: page.getByRole("link", { name: device, exact: true }) });
  await expect(of_device).toHaveCount(0);
  await hands.press(link(page, states.acknowledged));
  await expect(of_device).toContainText(`鈴木 ${hands.name}`);
  await hands.press(of_device.getByRole("link"));
  const history = page.locator(".history");
  await expect(history).toContainText(happened.acknowledge);

  const ahead = (days: number): string => new Date(Date.now() + days * 86_400_000).toLocaleDateString("sv");
  await hands.press(button(page, actions.snooze));
  await hands.day(dialog(page).getByLabel(w.findings.day), ahead(9));
  await sent(page, hands);
  await expect(history).toContainText(happened.snooze);
  await expect(page.locator("main > p.soft").first()).toContainText(states.snoozed);

  await hands.press(button(page, actions.waive));
  await hands.day(dialog(page).getByLabel(w.findings.day), ahead(40));
  await hands.write(dialog(page).getByLabel(w.findings.reason, { exact: true }), `入れ替えまで ${hands.name}`);
  await hands.tick(dialog(page).getByLabel(w.findings.conditions.no_usb));
  expect(await violationsOn(page)).toEqual([]);
  await sent(page, hands);
  await expect(page.locator("main > p.soft").first()).toContainText(`入れ替えまで ${hands.name}`);
  await expect(page.locator("main > p.soft").first()).toContainText(
    w.findings.onlyWhile(w.findings.conditions.no_usb));

  await hands.press(button(page, actions.resolve));
  await hands.write(dialog(page).getByLabel(w.findings.doneWhat), `入れ替えた ${hands.name}`);
  await sent(page, hands);
  await expect(history).toContainText(`${happened.resolve} (${w.by("admin")}): 入れ替えた ${hands.name}`);
  // It is as bad as before: whether somebody opens it again or the next report does, it stands there.
  const { csrf } = await (await page.request.get("/api/v1/session")).json();
  await page.request.post(`/api/v1/findings/${page.url().split("/").at(-1)}/actions`, {
    data: { action: "reopen" }, headers: { "X-CSRF-Token": csrf },
  });
  await page.reload();
  await expect(button(page, actions.acknowledge)).toBeVisible();
});

story("a program is approved for a year, and the approval is taken back", async (page, hands, w) => {
  const words = w.programs;
  await open(page, "/programs");
  const first = page.locator("main tbody tr").first();
  const name = await first.locator("b").first().innerText();
  await hands.press(button(first, words.decide));
  await hands.tick(dialog(page).getByLabel(words.decisions.allow));
  await hands.tick(dialog(page).getByLabel(words.scopes.site));
  await hands.tick(dialog(page).getByLabel(words.untils[365]));
  await hands.write(dialog(page).getByLabel(words.reason), `乙検査の作業 ${hands.name}`);
  await sent(page, hands);
  await hands.press(link(page, words.states.approved));
  const decided = row(page, `乙検査の作業 ${hands.name}`);
  await expect(decided).toContainText(name);
  await expect(decided).toContainText(`${words.allowed} ${words.everywhere}`);
  await expect(decided).toContainText(like(w.until("@")));
  await hands.press(button(decided, words.takeBack));
  await sent(page, hands);
  await expect(decided).toHaveCount(0);
});

story("the report goes to somebody by mail each month, and no more", async (page, hands, w) => {
  const words = w.reports;
  const way = `院長室 ${hands.name}`;
  const { csrf } = await (await page.request.get("/api/v1/session")).json();
  const headers = { "X-CSRF-Token": csrf };
  const made = await page.request.post("/api/v1/alert-settings/channel", {
    data: { name: way, settings: { kind: "mail", to: ["director@byoin.example"] } }, headers,
  });
  expect(made.ok(), await made.text()).toBe(true);
  await open(page, "/reports");
  const mail = card(page, words.mailTitle);
  await hands.press(button(mail, words.mail));
  await hands.pick(dialog(page).getByLabel(words.mailBy), way);
  await hands.day(dialog(page).getByLabel(words.mailAt), "07:30");
  await sent(page, hands);
  const line = mail.locator("li", { hasText: words.mailed(way, "07:30") });
  await hands.press(button(line, words.endMail));
  await sent(page, hands);
  await expect(line).toHaveCount(0);
  const { id } = await made.json();
  expect((await page.request.delete(`/api/v1/alert-settings/channel/${id}`, { headers })).ok()).toBe(true);
});

story("what a button prints is the whole page", async (page, hands, w) => {
  const sheets = await watchPrinter(page);
  const { total } = await (await page.request.get("/api/v1/devices?limit=1")).json();
  for (const [path, name, rows] of [
    ["/", w.print, 0], ["/reports", w.print, 0], ["/devices?sort=name", w.print, total],
    ["/inbox?rule=os_unsupported", w.findings.printSteps, 0], ["/media", w.print, 0],
    ["/programs", w.print, 0], ["/neighbours", w.print, 0], ["/audit", w.print, 0],
    ["/os", w.print, 0], ["/freshness", w.print, 0],
  ] as const) {
    await open(page, path);
    const title = await page.locator("h1").innerText();
    await hands.press(button(page, name));
    await expect.poll(sheets, path).toEqual([`${title}: whole, ${rows} rows`]);
  }
});

story("the first steps are gone through, one after the other", async (page, hands, w) => {
  const { steps, ...words } = w.setup;
  await open(page, "/settings/setup");
  await unfold(page, hands, steps.hospital[0]);
  await expect(setupStep(page, steps.hospital[0]).getByRole("textbox")).not.toHaveValue("");
  await unfold(page, hands, steps.level[0]);
  // Any but the one in force.
  const other = page.locator(".levels li", { has: page.getByRole("button", { name: w.policies.choose }) }).first();
  const level = await other.getByRole("heading").innerText();
  const chosen = page.locator(".levels li", { has: page.getByRole("heading", { name: level, exact: true }) });
  await hands.press(button(chosen, w.policies.choose));
  await hands.write(dialog(page).getByLabel(w.policies.reason, { exact: true }), "はじめの設定");
  await sent(page, hands);
  await expect(chosen).toContainText(w.policies.chosen);
  await expect(setupStep(page, steps.level[0]).getByRole("img", { name: words.done, exact: true })).toBeVisible();
  await unfold(page, hands, steps.key[0]);
  await hands.press(button(setupStep(page, steps.key[0]), w.agents.newKey));
  await hands.write(dialog(page).getByLabel(w.agents.note), `はじめの鍵 ${hands.name}`);
  await hands.press(dialog(page).locator("button.main"));
  await expect(page.locator("code.key")).not.toBeEmpty();
  await hands.press(button(dialog(page), w.written));
  await unfold(page, hands, steps.mail[0]);
  await expect(setupStep(page, steps.mail[0])).toContainText(w.mail.none);
  await unfold(page, hands, steps.device[0]);
  await hands.press(link(setupStep(page, steps.device[0]), words.openAgents));
  const key = row(page, `はじめの鍵 ${hands.name}`).first();
  await hands.press(button(key, w.agents.revoke));
  await sent(page, hands);
  await expect(key).toContainText(w.agents.revoked);
  await open(page, "/settings/setup");
  await unfold(page, hands, steps.own[0]);
  await hands.press(link(setupStep(page, steps.own[0]), words.openOwn));
  await expect(card(page, w.account.title)).toBeVisible();
});
