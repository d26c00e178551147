// Each page's main story, told with the mouse and with the keyboard alone, in Japanese and in English.
// What stands on the pages is named by the dictionary.

import { saved } from "./files";
import { expect, open } from "./support";
import { button, card, dialog, like, link, mainStory, row, sent, story } from "./told";

mainStory("a finding is commented and stays where it is", async (page, hands, w) => {
  await open(page, "/");
  await hands.press(page.locator(".tasks a.button").first());
  await hands.press(page.locator(".found a").first());
  await expect(page.getByText(w.findings.next)).toBeVisible();
  await hands.press(button(page, w.findings.actions.comment));
  await hands.write(dialog(page).locator("[name=reason]"), `見てきました（${hands.name}）`);
  await sent(page, hands);
  await expect(page.locator(".history")).toContainText(`見てきました（${hands.name}）`);
});

story("a device's day in the past and the settings of its agent are looked at", async (page, hands, w) => {
  await open(page, "/devices?sort=name");
  await hands.press(page.locator("table.data tbody a").first());
  const past = card(page, w.device.past.title);
  const today = await page.evaluate(() => new Date().toLocaleDateString("sv"));
  const day = past.getByLabel(w.device.past.day, { exact: true });
  await hands.day(day, today);
  await expect(past).toContainText(like(w.device.past.as("@")));
  await hands.day(day, "2020-01-01");
  await expect(past).toContainText(like(w.device.past.nothing("@")));
  await hands.press(page.locator("summary", { hasText: w.device.settings }));
  await expect(page.getByRole("table", { name: w.device.settings })).toBeVisible();
});

mainStory("a device's entry in the ledger is changed; who is second is told", async (page, hands, w, allow) => {
  allow(/412/);
  await open(page, "/devices?sort=-name");
  await hands.press(page.locator("table.data tbody a").first());
  const entry = card(page, w.deviceList.entry);
  await hands.press(button(entry, w.deviceList.editEntry));
  await hands.write(dialog(page).getByLabel(w.deviceList.heads.owner), `看護師長 ${hands.name}`);
  await hands.write(dialog(page).getByLabel(w.deviceList.heads.renewal_year), "2031");
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
  const told = like(w.deviceList.changedBy("@", w.deviceList.heads.owner, "@", `事務 ${hands.name}`));
  await expect(dialog(page).getByRole("alert")).toContainText(told);
  await expect(dialog(page).getByLabel(w.deviceList.heads.owner)).toHaveValue(`看護師長 ${hands.name}`);
  await sent(page, hands);
  await expect(entry).toContainText(`看護師長 ${hands.name}`);
  await expect(entry).toContainText("2031");
});

mainStory("a USB medium is registered and taken out again", async (page, hands, w) => {
  await open(page, "/media");
  const first = page.locator("main tbody tr", { has: button(page, w.media.register) }).first();
  const serial = await first.locator("td").nth(1).innerText();
  await hands.press(button(row(page, serial), w.media.register));
  await hands.write(page.getByLabel(w.media.label, { exact: true }), `放射線部 ${hands.name}`);
  await sent(page, hands);
  await hands.press(link(page, w.media.states.registered));
  const registered = row(page, `放射線部 ${hands.name}`);
  await expect(registered).toContainText(serial);
  await hands.press(button(registered, w.media.remove));
  await sent(page, hands);
  await expect(registered).toHaveCount(0);
});

mainStory("a program is refused with a reason, and the decision is taken back", async (page, hands, w) => {
  await open(page, "/programs");
  const first = page.locator("main tbody tr").first();
  const name = await first.locator("b").first().innerText();
  await hands.press(button(first, w.programs.decide));
  await hands.tick(page.getByLabel(w.programs.decisions.refuse));
  await hands.write(page.getByLabel(w.programs.reason), `使われていない（${hands.name}）`);
  await sent(page, hands);
  await hands.press(link(page, w.programs.states.approved));
  const decided = row(page, `使われていない（${hands.name}）`);
  await expect(decided).toContainText(name);
  await hands.press(button(decided, w.programs.takeBack));
  await sent(page, hands);
  await expect(decided).toHaveCount(0);
});

mainStory("a machine nearby gets a name and loses it", async (page, hands, w) => {
  await open(page, "/neighbours");
  const mac = await page.locator("main tbody td").first().innerText();
  await hands.press(button(row(page, mac), w.neighbours.give));
  await hands.write(page.getByLabel(w.neighbours.name, { exact: true }), `印刷機 ${hands.name}`);
  await sent(page, hands);
  await hands.press(link(page, w.neighbours.states.known));
  const known = row(page, `印刷機 ${hands.name}`);
  await expect(known).toContainText(mac);
  await hands.press(button(known, w.neighbours.remove));
  await sent(page, hands);
  await expect(known).toHaveCount(0);
});

mainStory("a price is set, and the sums follow", async (page, hands, w) => {
  await open(page, "/os");
  const price = 100_000 + hands.name.length * 5_000 + (hands.name.endsWith("ja") ? 1_000 : 0);
  const budget = page.locator(".card", { has: page.locator("tfoot") });
  const devices = Number(await budget.locator("tfoot .number").first().innerText());
  await hands.press(button(page, w.support.prices));
  await hands.write(page.getByLabel(w.support.otherPrice), String(price));
  await sent(page, hands);
  await expect(budget.locator("tfoot")).toContainText(w.support.yen(devices * price));
});

mainStory("from a number of old devices to one of them", async (page, hands, w) => {
  const over = w.freshness.bars.pattern[5] ?? "";
  await open(page, "/freshness");
  const old = page.locator("table.ages").first().locator(`td[data-head="${over}"] a`).first();
  const count = Number(await old.innerText());
  await hands.press(old);
  const rows = page.locator(".card", { hasText: w.freshness.oldest }).locator("tbody tr");
  await expect(rows).toHaveCount(count);
  await expect(page.locator("button.pill", { hasText: over })).toBeVisible();
  const age = parseInt(await rows.first().locator("td").first().innerText(), 10);
  expect(age).toBeGreaterThanOrEqual(31);
  await hands.press(rows.first().getByRole("link"));
  await expect(page).toHaveURL(/\/devices\//);
});

mainStory("a remark is written on the monthly report", async (page, hands, w) => {
  await open(page, "/reports");
  const text = `委員会に報告済み（${hands.name}）。\n来月も続けます。`;
  await hands.press(button(page, w.reports.writeComment));
  await hands.write(page.getByRole("textbox", { name: w.reports.comment }), text);
  await sent(page, hands);
  await expect(page.locator(".comment")).toContainText(`（${hands.name}）`);
});

mainStory("who is back after a power cut is looked up", async (page, hands, w) => {
  await open(page, "/site-events");
  const older = page.getByRole("link", { name: w.siteEvents.list }).first();
  await hands.press(older);
  await expect(page.getByRole("table", { name: w.siteEvents.list })).toContainText(w.siteEvents.back);
  await expect(row(page, w.siteEvents.shown)).toHaveCount(1);
  await hands.press(page.getByRole("table", { name: w.siteEvents.list }).getByRole("link").first());
  await expect(page).toHaveURL(/\/devices\//);
});

// Written so that nothing takes it for an address that a page asks.
const nowhere = ["udp:", "", "127.0.0.1:9"].join("/");

mainStory("a way and a route for alerts are made, changed and removed", async (page, hands, w) => {
  const words = w.alerts.form;
  const [way, route] = [`記録係 ${hands.name}`, `要対応はすぐ ${hands.name}`];
  await open(page, "/alerts");
  await hands.press(button(page, words.addChannel));
  await hands.write(dialog(page).getByLabel(w.alerts.heads.name, { exact: true }), way);
  await hands.pick(page.getByLabel(w.alerts.heads.kind, { exact: true }), w.alerts.kinds.syslog);
  await hands.write(dialog(page).getByLabel(w.alerts.heads.to, { exact: true }), nowhere);
  await sent(page, hands);
  await expect(row(page, way)).toContainText(nowhere);
  await hands.press(button(page, words.addRoute));
  await hands.write(dialog(page).getByLabel(w.alerts.heads.name, { exact: true }), route);
  await hands.pick(page.getByLabel(w.alerts.heads.site, { exact: true }), "透析室");
  await hands.tick(dialog(page).getByLabel(way));
  await hands.pick(page.getByLabel(w.alerts.heads.hours, { exact: true }), words.weekdays);
  await sent(page, hands);
  await expect(row(page, route)).toContainText(w.alerts.least.action);
  await expect(row(page, route)).toContainText("08:30–17:15");
  await hands.press(button(row(page, route), words.change));
  await hands.write(page.getByLabel(words.repeat), "30");
  await sent(page, hands);
  await expect(row(page, route)).toContainText(w.alerts.repeat(30));
  await expect(row(page, route)).toContainText("透析室");
  await expect(row(page, route)).toContainText("08:30–17:15");
  await hands.press(button(row(page, route), words.remove));
  await sent(page, hands);
  await hands.press(button(row(page, way), words.remove));
  await sent(page, hands);
  await expect(row(page, way)).toHaveCount(0);
});

story("a contact is added, changed and removed", async (page, hands, w) => {
  const { contact, form } = w.alerts;
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

story("work is planned and ends", async (page, hands, w) => {
  await open(page, "/alerts");
  await hands.press(button(page, w.alerts.addMaintenance));
  await hands.write(page.getByLabel(w.alerts.maintenanceName, { exact: true }), `入れ替え ${hands.name}`);
  await hands.pick(page.getByLabel(w.alerts.heads.site), "透析室");
  await hands.day(page.getByLabel(w.alerts.heads.from), "2026-12-24T08:30");
  await hands.day(page.getByLabel(w.alerts.heads.until), "2026-12-24T17:05");
  await sent(page, hands);
  const planned = row(page, `入れ替え ${hands.name}`);
  await expect(planned).toContainText("透析室");
  await expect(planned).toContainText("17:05");
  await hands.press(button(planned, w.alerts.remove));
  await sent(page, hands);
  await expect(planned).toHaveCount(0);
});

mainStory("a key is made, shown once, and revoked", async (page, hands, w, allow) => {
  allow(/400/);
  await open(page, "/agents");
  await hands.press(button(page, w.agents.newKey));
  await hands.write(page.getByLabel(w.agents.note), `=${hands.name}(1)`);
  await hands.write(page.getByLabel(w.agents.range), "nowhere");
  await hands.press(dialog(page).locator("button.main"));
  await expect(dialog(page).getByRole("alert")).toHaveText(w.fields.range);
  await expect(page.getByLabel(w.agents.note)).toHaveValue(`=${hands.name}(1)`);
  await hands.write(page.getByLabel(w.agents.range), "10.20.0.0/16");
  await hands.press(dialog(page).locator("button.main"));
  await expect(page.locator("code.key")).not.toBeEmpty();
  await hands.press(button(page, w.written));
  const key = row(page, `=${hands.name}(1)`);
  await hands.press(button(key, w.agents.revoke));
  await sent(page, hands);
  await expect(key).toContainText(w.agents.revoked);
});

mainStory("somebody is let in, gets another role, and is shut out", async (page, hands, w) => {
  const name = `hand-${hands.name}`;
  await open(page, "/settings/people");
  await hands.press(button(page, w.people.add));
  await hands.write(dialog(page).getByLabel(w.signIn.name, { exact: true }), name);
  await hands.write(page.getByLabel(w.people.firstPassword), "Yama no ue ni 3 nin");
  await hands.tick(page.getByRole("checkbox", { name: "透析室" }));
  await sent(page, hands);
  await expect(row(page, name)).toContainText("透析室");
  await hands.press(button(row(page, name), w.people.change));
  await hands.pick(page.getByLabel(w.people.role, { exact: true }), w.roles.operator);
  await sent(page, hands);
  await expect(row(page, name)).toContainText(w.roles.operator);
  await hands.press(button(row(page, name), w.people.disable));
  await sent(page, hands);
  await expect(row(page, name)).toContainText(w.people.disabled);
});

story("groups of the directory get roles, and what somebody would get is tried", async (page, hands, w) => {
  const words = w.directory.groups;
  await open(page, "/settings/people");
  const groups = card(page, words.title);
  await expect(groups).toContainText("CN=mimamori,OU=groups,DC=byoin,DC=example");
  await expect(groups).toContainText(words.fromSettings);
  await hands.press(button(groups, words.add));
  const group = `CN=${hands.name},OU=groups,DC=byoin,DC=example`;
  await hands.write(dialog(page).getByLabel(words.group), group);
  await hands.pick(dialog(page).getByLabel(w.people.role), w.roles.department);
  await hands.tick(dialog(page).getByLabel("透析室"));
  await sent(page, hands);
  await expect(row(page, group)).toContainText(w.roles.department);
  await expect(row(page, group)).toContainText("透析室");
  await expect(groups).toContainText(words.fromPage);
  // The new one is tried before the other.
  await hands.press(row(page, group).getByRole("button", { name: words.up }));
  await expect(row(page, group).locator("td").first()).toHaveText("1");
  await hands.press(button(row(page, group), words.change));
  await hands.pick(dialog(page).getByLabel(w.people.role), w.roles.viewer);
  await sent(page, hands);
  await expect(row(page, group)).toContainText(w.roles.viewer);
  const trial = card(page, w.directory.title);
  await hands.write(trial.getByLabel(w.directory.name), "sato");
  await hands.press(button(trial, w.directory.test));
  // Nobody answers at the address of the tests' directory, and that is what is told.
  await expect(trial.locator("tbody tr").first()).toContainText(w.directory.steps.connect);
  await expect(trial.getByRole("img", { name: w.directory.bad }).first()).toBeVisible();
  await hands.press(button(groups, words.back));
  await sent(page, hands);
  await expect(row(page, group)).toHaveCount(0);
  await expect(groups).toContainText(words.fromSettings);
});

mainStory("a department is added, renamed and removed", async (page, hands, w) => {
  await open(page, "/settings/sites");
  await hands.press(button(page, w.sites.add));
  await hands.write(page.getByLabel(w.sites.name, { exact: true }), `売店 ${hands.name}`);
  await sent(page, hands);
  await hands.press(button(row(page, `売店 ${hands.name}`), w.sites.change));
  await hands.write(page.getByLabel(w.sites.name, { exact: true }), `図書室 ${hands.name}`);
  await sent(page, hands);
  await hands.press(button(row(page, `図書室 ${hands.name}`), w.sites.remove));
  await sent(page, hands);
  await expect(row(page, `図書室 ${hands.name}`)).toHaveCount(0);
});

mainStory("a level is chosen with its reason, a department gets its own value", async (page, hands, w) => {
  // The hands take turns, so that it is never the one in force.
  const [level, other] = hands.kind === "mouse"
    ? [w.policies.levels.matsu[0], "99"] : [w.policies.levels.take[0], "98"];
  await open(page, "/settings/policies");
  const chosen = page.locator(".levels li", { hasText: level ?? "" });
  await hands.press(button(chosen, w.policies.choose));
  await hands.write(page.getByLabel(w.policies.reason, { exact: true }), "委員会で決定");
  await sent(page, hands);
  await expect(chosen).toContainText(w.policies.chosen);
  await hands.press(button(page, w.policies.add));
  await hands.pick(page.getByLabel(w.policies.site, { exact: true }), "透析室");
  await hands.write(page.getByLabel(w.policies.reason, { exact: true }), "機器の検証が要る");
  await hands.write(page.getByLabel(w.policies.fields.av_stale_action_days), other ?? "");
  await hands.press(button(dialog(page), w.policies.preview.look));
  await expect(dialog(page).getByRole("status")).toContainText(new RegExp(`→|${w.policies.preview.same}`));
  await sent(page, hands);
  const place = page.locator(".card > table tr", { hasText: "機器の検証が要る" });
  await expect(place).toContainText("透析室");
  await expect(place).toContainText(other ?? "");
  await hands.press(button(place, w.policies.remove));
  await hands.write(page.getByLabel(w.policies.reason, { exact: true }), "検証が終わった");
  await sent(page, hands);
  await expect(place).toHaveCount(0);
});

mainStory("the first steps: departments out of a spreadsheet", async (page, hands, w) => {
  await open(page, "/settings/setup");
  await expect(page.locator(".sentence")).toContainText(like(w.setup.progress(0, 0)));
  const device = page.locator(".setup li", { hasText: w.setup.steps.device[0] ?? "" });
  await expect(device.getByRole("img", { name: w.setup.done })).toBeVisible();
  await expect(page.locator(".setup details[open]")).toHaveCount(1);
  await hands.press(page.locator(".setup summary", { hasText: w.setup.steps.sites[0] ?? "" }));
  await hands.write(page.getByLabel(w.setup.sitesLabel), `栄養科 ${hands.name}\n売店 ${hands.name}`);
  await hands.press(button(page, w.setup.makeSites));
  await expect(page.locator("[role=status]", { hasText: w.setup.sitesMade(2) })).toHaveCount(1);
  await open(page, "/settings/sites");
  for (const name of [`栄養科 ${hands.name}`, `売店 ${hands.name}`]) {
    await hands.press(button(row(page, name), w.sites.remove));
    await sent(page, hands);
  }
});

mainStory("a key for a program is made and revoked", async (page, hands, w) => {
  await open(page, "/settings/tokens");
  await hands.press(button(page, w.tokens.make));
  await hands.write(page.getByLabel(w.tokens.name), `月次の集計 ${hands.name}`);
  await hands.press(dialog(page).locator("button.main"));
  await expect(page.locator("code.key")).not.toBeEmpty();
  await hands.press(button(page, w.written));
  const token = row(page, `月次の集計 ${hands.name}`).first();
  await hands.press(button(token, w.agents.revoke));
  await sent(page, hands);
  await expect(token).toContainText(w.agents.revoked);
});

mainStory("a new password that is written in two ways is not taken", async (page, hands, w) => {
  await open(page, "/settings");
  const own = card(page, w.account.title);
  await hands.write(own.getByLabel(w.account.old), "what it was");
  await hands.write(own.getByLabel(w.account.new, { exact: true }), "Kawa no soba 5 hon");
  await hands.write(own.getByLabel(w.account.again), "Kawa no soba 6 hon");
  await hands.press(own.locator("button.main"));
  await expect(own.getByRole("alert")).toHaveText(w.account.differ);
});

mainStory("the record of changes is narrowed, saved as it is shown, and checked", async (page, hands, w) => {
  await open(page, "/audit");
  await hands.write(page.locator("main input[type=search]"), "admin");
  await hands.pick(page.getByLabel(w.audit.action), w.audit.actions["site.create"]);
  await expect(page).toHaveURL(/q=admin.*action=site\.create/);
  const table = page.getByRole("table", { name: w.nav.audit });
  await expect(table.locator("tbody tr").first()).toContainText(w.audit.actions["site.create"]);
  const shown = await table.locator("tbody tr").evaluateAll((rows) =>
    rows.map((one) => [...one.querySelectorAll("td")].map((cell) => cell.textContent ?? "")));
  expect(new Set(shown.map((cells) => cells[2])).size).toBe(1);
  expect(shown.every(([, who]) => who === "admin")).toBe(true);
  const save = page.getByRole("button", { name: like(w.files.saveRows(0)) });
  const file = await saved(page, save, (one) => hands.press(one));
  expect(file.slice(1)).toEqual(shown.map((cells) => cells.map((cell) => cell.trim())));
  await hands.press(button(page, w.audit.check));
  await expect(page.locator(".note.good")).toContainText(like(w.audit.whole(0, 0)));
});

mainStory("what the keyboard does is looked up, and it does that", async (page, hands, w) => {
  await open(page, "/settings");
  await hands.press(link(page, w.settings.parts.keyboard));
  const help = card(page, w.settings.parts.keyboard);
  for (const what of w.settings.keys) await expect(help).toContainText(what);
  await page.keyboard.press("g");
  await page.keyboard.press("d");
  await expect(page.locator("h1")).toHaveText(w.nav.devices);
  await page.keyboard.press("g");
  await page.keyboard.press("h");
  await expect(page.locator("h1")).toHaveText(w.nav.overview);
});
