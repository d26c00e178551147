// The power fails in the middle of something, and comes again: the page says so, what was typed stays,
// and nothing is half done.
import type { Page } from "@playwright/test";

import { hang, kill, revive } from "./collector";
import { expect, open, test } from "./support";
import { button, card, dialog, dictionaries, like, row } from "./told";

const w = dictionaries.ja;
const { bulk, heads, import: words, jobs, stages } = w.deviceList;
const of_outage = /ERR_|Failed to load/;
const a_while = { timeout: 60_000 };

test.describe.configure({ timeout: 240_000 });
test.afterEach(revive);

const expectGone = async (page: Page): Promise<void> => {
  await expect(page.locator(".bar .age")).toContainText(like(w.header.stale("@")), a_while);
};
const expectBack = async (page: Page): Promise<void> => {
  await expect(page.locator(".bar .age")).toContainText(like(w.header.updated("@")), a_while);
};

/** Sooner: by somebody who comes back to the window. */
const lookAt = async (page: Page, sentence: string): Promise<void> => {
  await expect(async () => {
    await page.evaluate(() => window.dispatchEvent(new Event("visibilitychange")));
    await expect(page.locator(".bar .age")).toContainText(like(sentence), { timeout: 2_500 });
  }).toPass(a_while);
};

interface Job {
  id: number;
  batch: number;
  state: string;
  why: string;
  devices: number;
  devices_done: number;
}

const newestJob = async (page: Page): Promise<Job> =>
  (await (await page.request.get("/api/v1/ledger/jobs")).json()).items[0];

/** In the middle of the newest job. */
async function killInTheMiddle(page: Page): Promise<void> {
  const isInTheMiddle = ({ state, devices_done }: Job): boolean => state === "running" && devices_done > 0;
  await expect.poll(async () => isInTheMiddle(await newestJob(page)), { intervals: [20], ...a_while }).toBe(true);
  kill();
  await lookAt(page, w.header.stale("@"));
  // The list is still to be seen.
  await expect(page.locator("table.data tbody tr[data-row]").first()).toBeVisible();
  revive();
  await lookAt(page, w.header.updated("@"));
}

test("in the middle of a save: what was typed stays, and is saved once", async ({ page, complaints }) => {
  complaints.allowed = of_outage;
  await open(page, "/settings/sites");
  await button(page, w.sites.add).click();
  await dialog(page).getByLabel(w.sites.name).fill("停電の部署");
  // It has taken the request, and will not answer.
  hang();
  const sent = page.waitForRequest((one) => one.method() === "POST");
  await dialog(page).locator("button.main").click();
  await sent;
  kill();
  await expect(dialog(page).getByRole("alert").first()).toHaveText(w.errors.collector_unreachable);
  await expect(dialog(page).getByLabel(w.sites.name)).toHaveValue("停電の部署");
  await expectGone(page);
  revive();
  await expectBack(page);
  await expect(row(page, "停電の部署")).toHaveCount(0);
  await dialog(page).locator("button.main").click();
  await expect(page.locator("dialog")).toHaveCount(0);
  await expect(row(page, "停電の部署")).toHaveCount(1);
  await button(row(page, "停電の部署"), w.sites.remove).click();
  await dialog(page).locator("button.danger").click();
  await expect(card(page, "停電の部署")).toHaveCount(0);
});

test("in the middle of an import and of a change of many: whole devices, told how many, and it goes on from there", async ({
  page, complaints,
}) => {
  complaints.allowed = of_outage;
  const many = 2_000;
  const file = {
    name: "power.csv", mimeType: "text/csv",
    buffer: Buffer.from([
      [heads.name, heads.stage, heads.place].join(","),
      ...Array.from({ length: many }, (_, i) => `停電 ${i},${stages.spare},2F`),
    ].join("\n")),
  };
  const spare = async (place: string): Promise<number> => {
    const list = `/api/v1/devices?filter=${encodeURIComponent(`stage:spare place:${place}`)}&limit=1`;
    return (await (await page.request.get(list)).json()).total;
  };
  const take = async (): Promise<void> => {
    await button(page, words.button).click();
    await dialog(page).getByLabel(words.file, { exact: true }).setInputFiles(file);
    await dialog(page).getByLabel(words.add).check(a_while);
  };
  const stopped = (name: string, { devices_done, devices }: Job) =>
    page.locator(".jobs .note", { hasText: jobs.failed(name, devices_done, devices) });

  await open(page, "/devices");
  await expect(page.locator("table.data tbody tr[data-row]").first()).toBeVisible();
  await take();
  await dialog(page).getByRole("button", { name: words.run(many) }).click(a_while);
  await expect(page.locator("dialog")).toHaveCount(0, a_while);
  await killInTheMiddle(page);
  const first = await newestJob(page);
  expect(first).toMatchObject({ state: "failed", why: "stopped" });
  expect(first.devices_done).toBeLessThan(many);
  await expect(stopped(jobs.file(file.name), first)).toContainText(jobs.why.stopped, a_while);
  // What it says is there, and each with all of its row.
  expect(await spare("2F")).toBe(first.devices_done);
  await take();
  await expect(dialog(page)).toContainText(words.plan(many - first.devices_done, 0, first.devices_done), a_while);
  await dialog(page).getByRole("button", { name: words.run(many - first.devices_done) }).click();
  await expect(page.locator("dialog")).toHaveCount(0, a_while);
  await expect.poll(async () => (await newestJob(page)).state, a_while).toBe("done");
  const second = await newestJob(page);
  expect(await spare("2F")).toBe(many);

  await open(page, "/devices?stage=spare");
  await page.locator("tbody tr[data-row] input[type=checkbox]").first().check();
  await page.getByRole("button", { name: w.deviceList.chooseAll(many) }).click();
  await button(page.locator(".chosen-bar"), bulk.change).click();
  await dialog(page).getByLabel(bulk.field).selectOption("place");
  await dialog(page).getByRole("textbox", { name: bulk.value }).fill("3F");
  await button(dialog(page), bulk.look).click();
  await dialog(page).getByRole("button", { name: bulk.run(many) }).click(a_while);
  await killInTheMiddle(page);
  const change = await newestJob(page);
  expect(change).toMatchObject({ state: "failed", why: "stopped" });
  await expect(stopped(jobs.bulk, change)).toContainText(jobs.why.stopped, a_while);
  expect(await spare("3F")).toBe(change.devices_done);
  expect(await spare("2F")).toBe(many - change.devices_done);

  // The way back is as ever; others count the devices.
  const { csrf } = await (await page.request.get("/api/v1/session")).json();
  for (const { batch } of [change, second, first]) {
    const undone = await page.request.post(`/api/v1/ledger/batches/${batch}/undo`, { data: {}, headers: { "X-CSRF-Token": csrf } });
    expect(undone.ok(), await undone.text()).toBe(true);
    await expect.poll(async () => (await newestJob(page)).state, a_while).toMatch(/done|failed/);
  }
  await expect.poll(() => spare("2F"), a_while).toBe(0);
  expect(await spare("3F")).toBe(0);
});
