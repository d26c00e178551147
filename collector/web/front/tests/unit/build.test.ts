// What is built stays small, asks nobody else, and runs in the browsers of old console PCs.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";

const built = process.env["MIMAMORI_PAGE_FILES"];
const lock = readFileSync(join(import.meta.dirname, "../../package-lock.json"), "utf8");

describe.runIf(built)("the built pages", () => {
  const folder = built ?? "";
  const files = built === undefined ? []
    : readdirSync(join(folder, "assets")).map((name) => ({
        name, text: readFileSync(join(folder, "assets", name), "utf8"),
      }));
  const packed = (of: { text: string }[]): number =>
    of.reduce((sum, { text }) => sum + gzipSync(text, { level: 9 }).length, 0);
  const scripts = files.filter(({ name }) => name.endsWith(".js"));
  const styles = files.filter(({ name }) => name.endsWith(".css"));
  const kilobyte = 1000;

  it("are at most 200 kB of scripts, 15 kB of styles", () => {
    expect(scripts.length).toBeGreaterThan(3);
    expect(packed(scripts)).toBeLessThanOrEqual(200 * kilobyte);
    expect(packed(styles)).toBeLessThanOrEqual(15 * kilobyte);
  });

  it("begin with at most 120 kB of scripts", () => {
    const page = readFileSync(join(folder, "index.html"), "utf8");
    const first = scripts.filter(({ name }) => page.includes(name));
    const imported = scripts.filter(({ name }) =>
      first.some(({ text }) => text.includes(`from"./${name}"`)));
    // The page asks for its language at once, and for no other.
    const spoken = scripts.filter(({ text }) => text.includes("対応が必要なこと"));
    expect(first.length).toBeGreaterThan(0);
    expect(spoken.length).toBe(1);
    expect(packed([...new Set([...first, ...imported, ...spoken])])).toBeLessThanOrEqual(120 * kilobyte);
  });

  it("name no other host", () => {
    const harmless = /^(www\.w3\.org|react\.dev|reactjs\.org|tanstack\.com)\b/;
    for (const { name, text } of files)
      for (const [, host = ""] of text.matchAll(/https?:\/\/([^\s"'`\\)]+)/g))
        expect(harmless.test(host), `${name}: ${host}`).toBe(true);
  });

  it("use nothing in their styles that browsers of early 2023 lack", () => {
    for (const { text } of styles)
      expect(text).not.toMatch(/color-mix\(|light-dark\(|oklch\(|\[popover|@scope|&:/);
  });
});

describe("the lock file", () => {
  it("names no address and the hash of every package", () => {
    const { packages } = JSON.parse(lock) as { packages: Record<string, Record<string, unknown>> };
    expect(lock).not.toContain('"resolved"');
    const all = Object.entries(packages).filter(([name]) => name !== "");
    for (const [name, { integrity }] of all) expect(integrity, name).toMatch(/^sha512-/);
    const shipped = all.filter(([, { dev, optional }]) => !dev && !optional);
    expect(shipped.length).toBeLessThanOrEqual(15);
    for (const [name, { license }] of shipped)
      expect(["MIT", "Unlicense", "ISC", "0BSD"], name).toContain(license);
  });
});
