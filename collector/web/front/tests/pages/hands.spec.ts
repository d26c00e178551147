// Each page's main story, told twice: with the mouse and with the keyboard alone. What stands on the
// pages is named by the dictionary.
import { readFileSync } from "node:fs";

import type { Locator, Page } from "@playwright/test";

import { ja } from "../../src/i18n/ja";
import { parsed } from "./files";
import type { Hands } from "./hands";
import { expect, open } from "./support";
import { button, dialog, row, sent, story } from "./told";

async function saved(page: Page, hands: Hands, what: Locator): Promise<string> {
  const saving = page.waitForEvent("download");
  await hands.press(what);
  return readFileSync(await (await saving).path(), "utf8");
}

story("a finding is commented and stays where it is", async (page, hands) => {
  await open(page, "/");
  await hands.press(page.locator(".tasks a.button").first());
  await hands.press(page.locator(".found a").first());
  await expect(page.getByText(ja.findings.next)).toBeVisible();
  await hands.press(button(page, ja.findings.actions.comment));
  await hands.write(dialog(page).locator("[name=reason]"), `見てきました（${hands.name}）`);
  await sent(page, hands);
  await expect(page.locator(".history")).toContainText(`見てきました（${hands.name}）`);
});

story("a device's day in the past and the settings of its agent are looked at", async (page, hands) => {
  await open(page, "/devices?sort=name");
  await hands.press(page.locator("table.data tbody a").first());
  const past = page.locator(".card", { hasText: "この日の状態" });
  const today = await page.evaluate(() => new Date().toLocaleDateString("sv"));
  await hands.day(past.getByLabel("日付"), today);
  await expect(past).toContainText("終わりの状態です");
  await hands.day(past.getByLabel("日付"), "2020-01-01");
  await expect(past).toContainText("記録は残っていません");
  await hands.press(page.locator("summary", { hasText: ja.device.settings }));
  await expect(page.getByRole("table", { name: ja.device.settings })).toBeVisible();
});

story("a device's entry in the ledger is changed; who is second is told", async (page, hands, allow) => {
  allow(/412/);
  await open(page, "/devices?sort=-name");
  await hands.press(page.locator("table.data tbody a").first());
  const card = page.locator(".card", { has: page.getByRole("heading", { name: ja.deviceList.entry, exact: true }) });
  await hands.press(button(card, ja.deviceList.editEntry));
  await hands.write(dialog(page).getByLabel(ja.deviceList.heads.owner), `看護師長 ${hands.name}`);
  await hands.write(dialog(page).getByLabel(ja.deviceList.heads.renewal_year), "2031");
  // Somebody else was quicker.
  const id = page.url().split("/").at(-1) ?? "";
  const { csrf } = await (await page.request.get("/api/v1/session")).json();
  const { version } = await (await page.request.get(`/api/v1/devices/${id}/ledger`)).json();
  const quicker = await page.request.post(`/api/v1/devices/${id}/ledger`, {
    data: { set: { owner: `事務 ${hands.name}` } },
    headers: { "X-CSRF-Token": csrf, "If-Match": `"ledger-${version}"` },
  });
  expect(quicker.ok()).toBe(true);
  await hands.press(dialog(page).locator("button.main"));
  await expect(dialog(page).getByRole("alert")).toContainText(`「事務 ${hands.name}」に変えました`);
  await expect(dialog(page).getByLabel(ja.deviceList.heads.owner)).toHaveValue(`看護師長 ${hands.name}`);
  await sent(page, hands);
  await expect(card).toContainText(`看護師長 ${hands.name}`);
  await expect(card).toContainText("2031");
});

story("a USB medium is registered and taken out again", async (page, hands) => {
  await open(page, "/media");
  const first = page.locator("main tbody tr", { has: button(page, ja.media.register) }).first();
  const serial = await first.locator("td").nth(1).innerText();
  await hands.press(button(row(page, serial), ja.media.register));
  await hands.write(page.getByLabel(ja.media.label, { exact: true }), `放射線部 ${hands.name}`);
  await sent(page, hands);
  await hands.press(page.getByRole("link", { name: ja.media.states.registered }));
  const registered = row(page, `放射線部 ${hands.name}`);
  await expect(registered).toContainText(serial);
  await hands.press(button(registered, ja.media.remove));
  await sent(page, hands);
  await expect(registered).toHaveCount(0);
});

story("a program is refused with a reason, and the decision is taken back", async (page, hands) => {
  await open(page, "/programs");
  const first = page.locator("main tbody tr").first();
  const name = await first.locator("b").first().innerText();
  await hands.press(button(first, ja.programs.decide));
  await hands.tick(page.getByLabel(ja.programs.decisions.refuse));
  await hands.write(page.getByLabel(ja.programs.reason), `使われていない（${hands.name}）`);
  await sent(page, hands);
  await hands.press(page.getByRole("link", { name: ja.programs.states.approved }));
  const decided = row(page, `使われていない（${hands.name}）`);
  await expect(decided).toContainText(name);
  await hands.press(button(decided, ja.programs.takeBack));
  await sent(page, hands);
  await expect(decided).toHaveCount(0);
});

story("a machine nearby gets a name and loses it", async (page, hands) => {
  await open(page, "/neighbours");
  const mac = await page.locator("main tbody td").first().innerText();
  await hands.press(button(row(page, mac), ja.neighbours.give));
  await hands.write(page.getByLabel(ja.neighbours.name, { exact: true }), `印刷機 ${hands.name}`);
  await sent(page, hands);
  await hands.press(page.getByRole("link", { name: ja.neighbours.states.known }));
  const known = row(page, `印刷機 ${hands.name}`);
  await expect(known).toContainText(mac);
  await hands.press(button(known, ja.neighbours.remove));
  await sent(page, hands);
  await expect(known).toHaveCount(0);
});

story("a price is set, and the sums follow", async (page, hands) => {
  await open(page, "/os");
  const price = hands.name === "mouse" ? 110_000 : 130_000;
  const budget = page.locator(".card", { hasText: "更新予算" });
  const devices = Number(await budget.locator("tfoot .number").first().innerText());
  await hands.press(button(page, ja.support.prices));
  await hands.write(page.getByLabel(ja.support.otherPrice), String(price));
  await sent(page, hands);
  await expect(budget.locator("tfoot")).toContainText(ja.support.yen(devices * price));
});

story("from a number of old devices to one of them", async (page, hands) => {
  await open(page, "/freshness");
  const old = page.locator("table.ages").first().locator("td[data-head='31日〜'] a").first();
  const count = Number(await old.innerText());
  await hands.press(old);
  const rows = page.locator(".card", { hasText: ja.freshness.oldest }).locator("tbody tr");
  await expect(rows).toHaveCount(count);
  await expect(page.locator("button.pill", { hasText: "31日〜" })).toBeVisible();
  const age = Number((await rows.first().locator("td").first().innerText()).replace("日", ""));
  expect(age).toBeGreaterThanOrEqual(31);
  await hands.press(rows.first().getByRole("link"));
  await expect(page).toHaveURL(/\/devices\//);
});

story("a remark is written on the monthly report", async (page, hands) => {
  await open(page, "/reports");
  const text = `委員会に報告済み（${hands.name}）。\n来月も続けます。`;
  await hands.press(button(page, "書く"));
  await hands.write(page.getByRole("textbox", { name: "まとめ・連絡" }), text);
  await sent(page, hands);
  await expect(page.locator(".comment")).toContainText(`（${hands.name}）`);
});

story("who is back after a power cut is looked up", async (page, hands) => {
  await open(page, "/site-events");
  const older = page.getByRole("link", { name: ja.siteEvents.list }).first();
  await hands.press(older);
  await expect(page.getByRole("table", { name: ja.siteEvents.list })).toContainText(ja.siteEvents.back);
  await expect(row(page, ja.siteEvents.shown)).toHaveCount(1);
  await hands.press(page.getByRole("table", { name: ja.siteEvents.list }).getByRole("link").first());
  await expect(page).toHaveURL(/\/devices\//);
});

// Written so that nothing takes it for an address that a page asks.
const nowhere = ["udp:", "", "127.0.0.1:9"].join("/");

story("a way and a route for alerts are made, changed and removed", async (page, hands) => {
  const words = ja.alerts.form;
  const [way, route] = [`記録係 ${hands.name}`, `要対応はすぐ ${hands.name}`];
  await open(page, "/alerts");
  await hands.press(button(page, words.addChannel));
  await hands.write(dialog(page).getByLabel(ja.alerts.heads.name, { exact: true }), way);
  await hands.pick(page.getByLabel(ja.alerts.heads.kind, { exact: true }), ja.alerts.kinds.syslog);
  await hands.write(dialog(page).getByLabel(ja.alerts.heads.to, { exact: true }), nowhere);
  await sent(page, hands);
  await expect(row(page, way)).toContainText(nowhere);
  await hands.press(button(page, words.addRoute));
  await hands.write(dialog(page).getByLabel(ja.alerts.heads.name, { exact: true }), route);
  await hands.pick(page.getByLabel(ja.alerts.heads.site, { exact: true }), "透析室");
  await hands.tick(dialog(page).getByLabel(way));
  await hands.pick(page.getByLabel(ja.alerts.heads.hours, { exact: true }), words.weekdays);
  await sent(page, hands);
  await expect(row(page, route)).toContainText(ja.alerts.least.action);
  await expect(row(page, route)).toContainText("08:30–17:15");
  await hands.press(button(row(page, route), words.change));
  await hands.write(page.getByLabel(words.repeat), "30");
  await sent(page, hands);
  await expect(row(page, route)).toContainText(ja.alerts.repeat(30));
  await expect(row(page, route)).toContainText("透析室");
  await expect(row(page, route)).toContainText("08:30–17:15");
  await hands.press(button(row(page, route), words.remove));
  await sent(page, hands);
  await hands.press(button(row(page, way), words.remove));
  await sent(page, hands);
  await expect(row(page, way)).toHaveCount(0);
});

story("a contact is added, changed and removed", async (page, hands) => {
  const { contact, form } = ja.alerts;
  const name = `甲医療 ${hands.name}`;
  await open(page, "/alerts");
  await hands.press(button(page, contact.add));
  await hands.write(dialog(page).getByLabel(contact.name, { exact: true }), name);
  await hands.write(dialog(page).getByLabel(contact.phone), "内線 2301");
  await sent(page, hands);
  await expect(row(page, name)).toContainText("内線 2301");
  await hands.press(button(row(page, name), form.change));
  await hands.write(dialog(page).getByLabel(contact.phone), "内線 2302");
  await sent(page, hands);
  await expect(row(page, name)).toContainText("内線 2302");
  await hands.press(button(row(page, name), form.remove));
  await sent(page, hands);
  await expect(row(page, name)).toHaveCount(0);
});

story("work is planned and ends", async (page, hands) => {
  await open(page, "/alerts");
  await hands.press(button(page, ja.alerts.addMaintenance));
  await hands.write(page.getByLabel(ja.alerts.maintenanceName), `入れ替え ${hands.name}`);
  await hands.pick(page.getByLabel(ja.alerts.heads.site), "透析室");
  await hands.day(page.getByLabel(ja.alerts.heads.from), "2026-12-24T08:30");
  await hands.day(page.getByLabel(ja.alerts.heads.until), "2026-12-24T17:05");
  await sent(page, hands);
  const planned = row(page, `入れ替え ${hands.name}`);
  await expect(planned).toContainText("透析室");
  await expect(planned).toContainText("17:05");
  await hands.press(button(planned, ja.alerts.remove));
  await sent(page, hands);
  await expect(planned).toHaveCount(0);
});

story("a key is made, shown once, and revoked", async (page, hands, allow) => {
  allow(/400/);
  await open(page, "/agents");
  await hands.press(button(page, ja.agents.newKey));
  await hands.write(page.getByLabel(ja.agents.note), `=${hands.name}(1)`);
  await hands.write(page.getByLabel(ja.agents.range), "nowhere");
  await hands.press(dialog(page).locator("button.main"));
  await expect(dialog(page).getByRole("alert")).toContainText("アドレス範囲の形");
  await expect(page.getByLabel(ja.agents.note)).toHaveValue(`=${hands.name}(1)`);
  await hands.write(page.getByLabel(ja.agents.range), "10.20.0.0/16");
  await hands.press(dialog(page).locator("button.main"));
  await expect(page.locator("code.key")).not.toBeEmpty();
  await hands.press(button(page, "控えました"));
  const key = row(page, `=${hands.name}(1)`);
  await hands.press(button(key, ja.agents.revoke));
  await sent(page, hands);
  await expect(key).toContainText(ja.agents.revoked);
});

story("somebody is let in, gets another role, and is shut out", async (page, hands) => {
  const name = `hand-${hands.name}`;
  await open(page, "/settings/people");
  await hands.press(button(page, ja.people.add));
  await hands.write(dialog(page).getByLabel(ja.signIn.name, { exact: true }), name);
  await hands.write(page.getByLabel(ja.people.firstPassword), "Yama no ue ni 3 nin");
  await hands.tick(page.getByRole("checkbox", { name: "透析室" }));
  await sent(page, hands);
  await expect(row(page, name)).toContainText("透析室");
  await hands.press(button(row(page, name), ja.people.change));
  await hands.pick(page.getByLabel(ja.people.role, { exact: true }), ja.roles.operator);
  await sent(page, hands);
  await expect(row(page, name)).toContainText(ja.roles.operator);
  await hands.press(button(row(page, name), ja.people.disable));
  await sent(page, hands);
  await expect(row(page, name)).toContainText(ja.people.disabled);
});

story("groups of the directory get roles, and what somebody would get is tried", async (page, hands) => {
  const words = ja.directory.groups;
  await open(page, "/settings/people");
  const card = page.locator(".card", { has: page.getByRole("heading", { name: words.title, exact: true }) });
  await expect(card).toContainText("CN=mimamori,OU=groups,DC=byoin,DC=example");
  await expect(card).toContainText(words.fromSettings);
  await hands.press(button(card, words.add));
  const group = `CN=${hands.name},OU=groups,DC=byoin,DC=example`;
  await hands.write(dialog(page).getByLabel(words.group), group);
  await hands.pick(dialog(page).getByLabel(ja.people.role), ja.roles.department);
  await hands.tick(dialog(page).getByLabel("透析室"));
  await sent(page, hands);
  await expect(row(page, group)).toContainText(ja.roles.department);
  await expect(row(page, group)).toContainText("透析室");
  await expect(card).toContainText(words.fromPage);
  // The new one is tried before the other.
  await hands.press(row(page, group).getByRole("button", { name: words.up }));
  await expect(row(page, group).locator("td").first()).toHaveText("1");
  await hands.press(button(row(page, group), words.change));
  await hands.pick(dialog(page).getByLabel(ja.people.role), ja.roles.viewer);
  await sent(page, hands);
  await expect(row(page, group)).toContainText(ja.roles.viewer);
  const trial = page.locator(".card", { has: page.getByRole("heading", { name: ja.directory.title }) });
  await hands.write(trial.getByLabel(ja.directory.name), "sato");
  await hands.press(button(trial, ja.directory.test));
  // Nobody answers at the address of the tests' directory, and that is what is told.
  await expect(trial.locator("tbody tr").first()).toContainText(ja.directory.steps.connect);
  await expect(trial.getByRole("img", { name: ja.directory.bad }).first()).toBeVisible();
  await hands.press(button(card, words.back));
  await sent(page, hands);
  await expect(row(page, group)).toHaveCount(0);
  await expect(card).toContainText(words.fromSettings);
});

story("a department is added, renamed and removed", async (page, hands) => {
  await open(page, "/settings/sites");
  await hands.press(button(page, ja.sites.add));
  await hands.write(page.getByLabel(ja.sites.name), `売店 ${hands.name}`);
  await sent(page, hands);
  await hands.press(button(row(page, `売店 ${hands.name}`), ja.sites.change));
  await hands.write(page.getByLabel(ja.sites.name), `図書室 ${hands.name}`);
  await sent(page, hands);
  await hands.press(button(row(page, `図書室 ${hands.name}`), ja.sites.remove));
  await sent(page, hands);
  await expect(row(page, `図書室 ${hands.name}`)).toHaveCount(0);
});

story("a level is chosen with its reason, a department gets its own value", async (page, hands) => {
  const [level, other] = hands.name === "mouse" ? ["松", "99"] : ["竹", "98"];
  await open(page, "/settings/policies");
  const chosen = page.locator(".levels li", { hasText: level });
  await hands.press(button(chosen, ja.policies.choose));
  await hands.write(page.getByLabel(ja.policies.reason, { exact: true }), "委員会で決定");
  await sent(page, hands);
  await expect(chosen).toContainText(ja.policies.chosen);
  await hands.press(button(page, ja.policies.add));
  await hands.pick(page.getByLabel(ja.policies.site, { exact: true }), "透析室");
  await hands.write(page.getByLabel(ja.policies.reason, { exact: true }), "機器の検証が要る");
  await hands.write(page.getByLabel(ja.policies.fields.av_stale_action_days), other ?? "");
  await hands.press(button(dialog(page), ja.policies.preview.look));
  await expect(dialog(page).getByRole("status")).toContainText(/→|変わりません/);
  await sent(page, hands);
  const place = page.locator(".card > table tr", { hasText: "機器の検証が要る" });
  await expect(place).toContainText("透析室");
  await expect(place).toContainText(other ?? "");
  await hands.press(button(place, ja.policies.remove));
  await hands.write(page.getByLabel(ja.policies.reason, { exact: true }), "検証が終わった");
  await sent(page, hands);
  await expect(place).toHaveCount(0);
});

story("the first steps: departments out of a spreadsheet", async (page, hands) => {
  await open(page, "/settings/setup");
  await expect(page.locator(".sentence")).toContainText("つのうち");
  const device = page.locator(".setup li", { hasText: ja.setup.steps.device[0] ?? "" });
  await expect(device.getByRole("img", { name: ja.setup.done })).toBeVisible();
  await expect(page.locator(".setup details[open]")).toHaveCount(1);
  await hands.press(page.locator(".setup summary", { hasText: ja.setup.steps.sites[0] ?? "" }));
  await hands.write(page.getByLabel(ja.setup.sitesLabel), `栄養科 ${hands.name}\n売店 ${hands.name}`);
  await hands.press(button(page, ja.setup.makeSites));
  await expect(page.locator("[role=status]", { hasText: ja.setup.sitesMade(2) })).toHaveCount(1);
  await open(page, "/settings/sites");
  for (const name of [`栄養科 ${hands.name}`, `売店 ${hands.name}`]) {
    await hands.press(button(row(page, name), ja.sites.remove));
    await sent(page, hands);
  }
});

story("a key for a program is made and revoked", async (page, hands) => {
  await open(page, "/settings/tokens");
  await hands.press(button(page, ja.tokens.make));
  await hands.write(page.getByLabel(ja.tokens.name), `月次の集計 ${hands.name}`);
  await hands.press(dialog(page).locator("button.main"));
  await expect(page.locator("code.key")).not.toBeEmpty();
  await hands.press(button(page, "控えました"));
  const token = row(page, `月次の集計 ${hands.name}`).first();
  await hands.press(button(token, ja.agents.revoke));
  await sent(page, hands);
  await expect(token).toContainText(ja.agents.revoked);
});

story("a new password that is written in two ways is not taken", async (page, hands) => {
  await open(page, "/settings");
  const card = page.locator(".card", { hasText: ja.account.title });
  await hands.write(card.getByLabel(ja.account.old), "what it was");
  await hands.write(card.getByLabel(ja.account.new, { exact: true }), "Kawa no soba 5 hon");
  await hands.write(card.getByLabel(ja.account.again), "Kawa no soba 6 hon");
  await hands.press(card.locator("button.main"));
  await expect(card.getByRole("alert")).toHaveText(ja.account.differ);
});

story("the record of changes is narrowed, saved as it is shown, and checked", async (page, hands) => {
  await open(page, "/audit");
  await hands.write(page.locator("main input[type=search]"), "admin");
  await hands.pick(page.getByLabel(ja.audit.action), ja.audit.actions["site.create"]);
  await expect(page).toHaveURL(/q=admin.*action=site\.create/);
  const table = page.getByRole("table", { name: ja.nav.audit });
  await expect(table.locator("tbody tr").first()).toContainText(ja.audit.actions["site.create"]);
  const shown = await table.locator("tbody tr").evaluateAll((rows) =>
    rows.map((one) => [...one.querySelectorAll("td")].map((cell) => cell.textContent ?? "")));
  expect(new Set(shown.map((cells) => cells[2])).size).toBe(1);
  expect(shown.every(([, who]) => who === "admin")).toBe(true);
  const csv = await saved(page, hands, page.locator(".page-head button", { hasText: "CSV" }));
  expect(parsed(csv).slice(1)).toEqual(shown.map((cells) => cells.map((cell) => cell.trim())));
  await hands.press(button(page, ja.audit.check));
  await expect(page.locator(".note.good")).toContainText("すべてつながっています");
});
