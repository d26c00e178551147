// Who is let in stays: so these stories come after those that count devices.
import { askToEnrol, enrolTwice } from "./seed";
import { expect, open, violationsOn } from "./support";
import { button, dialog, row, sent, story } from "./told";

story("a machine that asks is let in, or turned away", async (page, hands, w) => {
  const name = `NEW-${hands.name.toUpperCase()}`;
  const code = await askToEnrol(page.request, name);
  await open(page, "/agents");
  const waiting = row(page, name).filter({ hasText: "127.0.0.1" });
  await expect(waiting).toContainText(code);
  await hands.press(button(waiting, hands.kind === "mouse" ? w.agents.approve : w.agents.reject));
  await expect(waiting.filter({ hasText: code })).toHaveCount(0);
});

story("two records of one PC are made one, after a plain warning", async (page, hands, w) => {
  const name = `TWIN-${hands.name.toUpperCase()}`;
  await enrolTwice(page.request, name);
  await open(page, "/agents");
  const words = w.agents.twins;
  const pair = row(page, `${name}-OLD`).filter({ hasText: `SN-${name}-77` });
  await expect(pair).toContainText(`${name}-NEW`);
  await hands.press(button(pair, words.merge));
  await expect(dialog(page)).toContainText(words.warning);
  await expect(dialog(page).getByRole("radio").first()).toBeChecked();
  expect(await violationsOn(page)).toEqual([]);
  await sent(page, hands);
  await expect(pair).toHaveCount(0);
  // What is left of the other one says so, and is looked for by nobody.
  await open(page, `/devices?q=${name}&sort=name&columns=state,name,stage,stage_note`);
  const left = page.locator("table.data tr", { hasText: `${name}-NEW` });
  await expect(left).toContainText(w.deviceList.stages.retired);
  await expect(left).toContainText(`= ${name}-OLD`);
  const kept = page.getByRole("link", { name: `${name}-OLD`, exact: true });
  await expect(page.locator("table.data tr", { has: kept })).toContainText(w.deviceList.stages.in_use);
  await open(page, "/audit?action=device.merge");
  await expect(page.locator("main tbody tr").first()).toContainText(w.audit.actions["device.merge"]);
});

story("two devices that look alike are told apart", async (page, hands, w) => {
  const name = `ALIKE-${hands.name.toUpperCase()}`;
  await enrolTwice(page.request, name);
  await open(page, "/agents");
  const pair = row(page, `${name}-OLD`).filter({ hasText: `SN-${name}-77` });
  await hands.press(button(pair, w.agents.twins.apart));
  await sent(page, hands);
  await expect(pair).toHaveCount(0);
  await page.reload();
  await expect(page.locator("h1")).toHaveText(w.nav.agents);
  await expect(pair).toHaveCount(0);
});
