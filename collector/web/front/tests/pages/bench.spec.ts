// How long the browser needs with a long ledger, when somebody wants to know (MIMAMORI_BENCH: how many
// devices, such as 10000,20000). Nothing passes or fails; docs/benchmarks.md has the figures.
import { test } from "@playwright/test";
import type { APIRequestContext, Page } from "@playwright/test";

const sizes = (process.env["MIMAMORI_BENCH"] ?? "").split(",").map(Number).filter(Boolean);
test.skip(sizes.length === 0, "nobody asked for a measurement");

const places = ["1F 外来", "2F 透析室", "3F 病棟", "4F 検査部", "B1 放射線部"];
const owners = ["森", "佐藤", "田中", "鈴木", ""];

/** Brings the ledger to that many devices, each with what a hospital writes about it. */
async function fill(api: APIRequestContext, wanted: number): Promise<void> {
  const { csrf } = await (await api.get("/api/v1/session")).json();
  const { total } = await (await api.get("/api/v1/devices?limit=1")).json();
  const rows = Array.from({ length: Math.max(0, wanted - total) }, (_, i) => [
    `BENCH-${wanted}-${i}`, i % 3 ? "業務用PC" : "検査機器", places[i % 5], owners[i % 5], `Windows ${i % 2 ? 10 : 11}`,
    `10.${i % 200}.${(i >> 8) % 250}.${i % 250}`, `SN-${wanted}-${i}`, 2015 + (i % 10), `A-${wanted}-${i}`,
  ].join(","));
  if (rows.length === 0) return;
  const file = ["端末名,種別,場所,責任者,OS,アドレス,製造番号,導入年度,固定資産番号", ...rows].join("\n");
  const send = async (expect: string) => {
    const reply = await api.post(`/api/v1/ledger/imports?add=1&file=bench.csv&expect=${expect}`, {
      data: file, timeout: 120_000, headers: { "X-CSRF-Token": csrf, "Content-Type": "text/csv" },
    });
    if (!reply.ok()) throw new Error(`import: ${reply.status()} ${await reply.text()}`);
    return reply.json();
  };
  const began = Date.now();
  const { job } = await send((await send("")).plan.expect);
  for (;;) {
    const { items } = await (await api.get("/api/v1/ledger/jobs")).json();
    const { state } = items.find(({ id }: { id: number }) => id === job);
    if (state === "failed") throw new Error("import failed");
    if (state === "done") break;
    await new Promise((go) => setTimeout(go, 100));
  }
  console.log(`${rows.length} rows imported in ${((Date.now() - began) / 1000).toFixed(1)} s`);
}

/** Median and the worst of twenty. */
function told(name: string, times: number[]): void {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (part: number): string => (sorted[Math.floor(part * (sorted.length - 1))] ?? 0).toFixed(0);
  console.log(`${name}: median ${at(0.5)} ms, 95 % ${at(0.95)} ms, worst ${at(1)} ms of ${times.length}`);
}

/** From the address to what the page is for, as the browser's own clock tells it. */
async function firstUse(page: Page, path: string, what: string): Promise<{ paint: number; use: number }> {
  await page.addInitScript((wanted) => {
    const watch = new MutationObserver(() => {
      if (!document.querySelector(wanted)) return;
      watch.disconnect();
      requestAnimationFrame(() => requestAnimationFrame(() => {
        (window as unknown as { first_use: number }).first_use = performance.now();
      }));
    });
    watch.observe(document, { childList: true, subtree: true });
  }, what);
  await page.goto(path);
  await page.waitForFunction(() => "first_use" in window);
  return page.evaluate(() => ({
    paint: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0,
    use: (window as unknown as { first_use: number }).first_use,
  }));
}

/** From a key in the search box to the frame in which the rows it leaves are drawn. */
async function keystroke(page: Page, text: string): Promise<number> {
  await page.evaluate(() => {
    const of = window as unknown as { began: number; ended: number };
    const head = document.querySelector(".list-head .soft span");
    const before = head?.textContent;
    of.ended = 0;
    document.querySelector("main input[type=search]")?.addEventListener(
      "input", () => { of.began = performance.now(); }, { once: true });
    const watch = new MutationObserver(() => {
      if (document.querySelector(".list-head .soft span")?.textContent === before) return;
      watch.disconnect();
      requestAnimationFrame(() => requestAnimationFrame(() => { of.ended = performance.now(); }));
    });
    watch.observe(document.body, { childList: true, subtree: true, characterData: true });
  });
  await page.keyboard.type(text);
  await page.waitForFunction(() => (window as unknown as { ended: number }).ended > 0);
  return page.evaluate(() => {
    const { began, ended } = window as unknown as { began: number; ended: number };
    return ended - began;
  });
}

for (const size of sizes)
  test(`the ledger with ${size} devices`, async ({ page, browser }) => {
    test.setTimeout(900_000);
    await fill(page.request, size);
    const state = await page.context().storageState();
    for (const [name, path, what] of [
      ["overview, today's things", "/", ".tasks li a"],
      ["ledger, its rows", "/devices", "table.data tbody tr[data-row] a"],
    ] as const) {
      const paints: number[] = [];
      const uses: number[] = [];
      for (let i = 0; i < 10; ++i) {
        // Nothing is in the cache of a new window.
        const context = await browser.newContext({ storageState: state, ignoreHTTPSErrors: true });
        const seen = await firstUse(await context.newPage(), path, what);
        paints.push(seen.paint);
        uses.push(seen.use);
        await context.close();
      }
      told(`${size} devices, first paint of the ${name.split(",")[0]}`, paints);
      told(`${size} devices, ${name} drawn`, uses);
    }
    await page.goto("/devices");
    await page.locator("table.data tbody tr[data-row] a").first().waitFor();
    const search = page.locator("main input[type=search]");
    const keys: number[] = [];
    for (let i = 0; i < 20; ++i) {
      await search.fill("");
      await page.waitForTimeout(600);
      await search.focus();
      keys.push(await keystroke(page, "森佐藤田中鈴木外来透析室病棟検査放射"[i] ?? "森"));
    }
    told(`${size} devices, key in the search box to rows drawn`, keys);
  });
