// What happens shows on pages that are open: told by the collector, or asked for every now and then.
// A device is let in and stays: so this comes after the stories that count devices.
import type { Page } from "@playwright/test";

import { ja } from "../../src/i18n/ja";
import { SomeDevice } from "./agent";
import { expect, open, test } from "./support";

const look_every = "00:16";

type ThreePages = readonly [inbox: Page, overview: Page, media: Page];

/** Somebody plugs in a medium that nobody registered, while pages are open; none is loaded again. */
async function expectShown(pages: ThreePages, device: string, happened: () => Promise<void>): Promise<void> {
  const [inbox, overview, media] = pages;
  const serial = `SN-${device}`;
  const agent = await SomeDevice.enrol(inbox.request, device);
  const places: [page: Page, path: string, list: string, says: string][] = [
    [inbox, "/inbox?rule=usb_unregistered", "main .found", device],
    // The medium itself, and that it was plugged in.
    [media, "/media", "main tbody >> nth=0", serial],
    [media, "/media", "main tbody >> nth=1", device],
  ];
  // The newest ones of a kind share a line, and other devices go on meanwhile: it counts them.
  const kind = overview.locator("main .recent li", { hasText: new RegExp(`件 ${ja.device.rules.usb_unregistered} `) });
  const counted = async (): Promise<number> => Number(/ほか(\d+)件/.exec(await kind.innerText())?.[1] ?? 0);
  await open(overview, "/");
  const before = (await kind.count()) ? await counted() : -1;
  let loads = 0;
  for (const [page, path, list, says] of places) {
    if (!page.url().endsWith(path)) await open(page, path);
    await expect(page.locator(list), path).not.toContainText(says);
  }
  for (const page of pages) page.on("load", () => (loads += 1));
  await agent.plugIn(serial);
  agent.close();
  await happened();
  for (const [page, path, list, says] of places) await expect(page.locator(list), path).toContainText(says);
  await expect.poll(counted).toBeGreaterThan(before);
  expect(loads).toBe(0);
}

test("a medium that is plugged in shows on open pages: the collector tells them", async ({ page, context }) => {
  const pages: ThreePages = [page, await context.newPage(), await context.newPage()];
  const streams = pages.map((one) => one.waitForResponse((answer) => answer.url().endsWith("/api/v1/live")));
  await expectShown(pages, "LIVE-TOLD", async () => {
    for (const stream of streams)
      expect((await stream).headers()["content-type"]).toContain("text/event-stream");
  });
});

test("where nothing is told, open pages ask", async ({ page, context, complaints }) => {
  complaints.allowed = /ERR_FAILED/;
  await context.route("**/api/v1/live", (route) => route.abort());
  await context.clock.install();
  const pages: ThreePages = [page, await context.newPage(), await context.newPage()];
  await expectShown(pages, "LIVE-ASKED", async () => {
    // Known to the collector; the pages cannot have heard of it.
    await expect.poll(async () => {
      const { items } = await (await page.request.get("/api/v1/findings?rule=usb_unregistered&limit=1000")).json();
      return items.some(({ device }: { device: string }) => device === "LIVE-ASKED");
    }).toBe(true);
    await context.clock.fastForward(look_every);
  });
});
