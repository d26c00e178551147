import { describe, expect, it } from "vitest";

import { addressOf, Problem } from "../../src/api/client";
import type { DeviceItem } from "../../src/api/types";
import { partsOf } from "../../src/charts/charts";
import { csvOf } from "../../src/domain/csv";
import { filterDevices, sortDevices } from "../../src/domain/devices";
import { en } from "../../src/i18n/en";
import { ja } from "../../src/i18n/ja";
import { ageOf } from "../../src/i18n/words";
import { headlineOf } from "../../src/pages/overview";
import { lightOf } from "../../src/pages/overview_sites";
import { treeOf } from "../../src/pages/settings_sites";
import { explain } from "../../src/ui/explain";
import { drawnRows } from "../../src/ui/window";

const nothing: DeviceItem = {
  id: "", name: "", hostname: "", site: "", os: "", os_version: "", model: "", address: "",
  antivirus: "", pattern_built_at: null, agent_version: "", last_seen: null, state: "good",
  open_action: 0, open_warning: 0, unknown_rules: 0,
};
const device = (of: Partial<DeviceItem>): DeviceItem => ({ ...nothing, ...of });
const names = (items: DeviceItem[]): string[] => items.map(({ name }) => name);
const no_filter = { q: "", state: "", site: "", os: "" };

describe("a table saved as CSV", () => {
  it("begins with a byte order mark and ends each row with CR LF", () => {
    expect(csvOf([["a", "b"], ["1", "2"]])).toBe("\uFEFFa,b\r\n1,2\r\n");
  });

  it("quotes what would break a row", () => {
    expect(csvOf([['say "yes"', "a,b", "two\nlines"]])).toBe(
      '\uFEFF"say ""yes""","a,b","two\nlines"\r\n');
  });

  it("disarms what a spreadsheet would run", () => {
    for (const text of ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
      expect(csvOf([[text]])).toContain(`'${text}`);
    expect(csvOf([["a=1"]])).toBe("\uFEFFa=1\r\n");
  });
});

describe("the list of devices", () => {
  const items = [
    device({ name: "PC-10", address: "10.0.0.10", state: "warning", site: "b" }),
    device({ name: "PC-9", address: "10.0.0.9", state: "info", site: "a", os: "Windows 7" }),
    device({ name: "ＤＩＡ−07", state: "action", model: "Contec", last_seen: "2026-01-01T00:00:00Z" }),
  ];

  it("is narrowed by every word, wide letters and capitals or not", () => {
    expect(names(filterDevices(items, { ...no_filter, q: "dia" }))).toEqual(["ＤＩＡ−07"]);
    expect(names(filterDevices(items, { ...no_filter, q: "ＰＣ .10" }))).toEqual(["PC-10"]);
    expect(filterDevices(items, { ...no_filter, q: "pc nowhere" })).toEqual([]);
  });

  it("counts a device with a remark as good", () => {
    expect(names(filterDevices(items, { ...no_filter, state: "good" }))).toEqual(["PC-9"]);
  });

  it("is narrowed by department and system together", () => {
    expect(names(filterDevices(items, { ...no_filter, site: "a", os: "Windows 7" }))).toEqual(["PC-9"]);
    expect(filterDevices(items, { ...no_filter, site: "b", os: "Windows 7" })).toEqual([]);
  });

  it("stands in the order of people, the other way round when asked", () => {
    const site = (id: string): string => id;
    expect(names(sortDevices(items, "name", site)).slice(-2)).toEqual(["PC-9", "PC-10"]);
    expect(names(sortDevices(items, "state", site))).toEqual(["ＤＩＡ−07", "PC-10", "PC-9"]);
    expect(names(sortDevices(items, "-state", site))).toEqual(["PC-9", "PC-10", "ＤＩＡ−07"]);
    expect(names(sortDevices(items, "-seen", site))[0]).toBe("ＤＩＡ−07");
  });

  it("draws the rows in sight and some around them, never more than there are", () => {
    expect(drawnRows(0, 800, 40, 10_000)).toEqual({ from: 0, to: 32 });
    expect(drawnRows(40_000, 800, 40, 10_000)).toEqual({ from: 988, to: 1032 });
    expect(drawnRows(1e9, 800, 40, 10_000)).toEqual({ from: 10_000, to: 10_000 });
    expect(drawnRows(-500, 800, 40, 5)).toEqual({ from: 0, to: 5 });
  });
});

describe("how we are", () => {
  const none = { total: 0, good: 0, warning: 0, action: 0, silent: 0, unknown: 0 };

  it("is the worst there is, and never good by ignorance", () => {
    expect(headlineOf(none)).toBe("none");
    expect(headlineOf({ ...none, total: 3, good: 1, warning: 1, action: 1 })).toBe("action");
    expect(headlineOf({ ...none, total: 2, good: 1, warning: 1 })).toBe("warning");
    expect(headlineOf({ ...none, total: 2, good: 1, silent: 1 })).toBe("unknown");
    expect(headlineOf({ ...none, total: 2, good: 1, unknown: 1 })).toBe("unknown");
    expect(headlineOf({ ...none, total: 2, good: 2 })).toBe("good");
  });

  it("of a department: below 65 bad, from 90 with nothing to do good", () => {
    expect(lightOf({ score: 64, action: 0 })).toBe("action");
    expect(lightOf({ score: 65, action: 0 })).toBe("warning");
    expect(lightOf({ score: 89, action: 0 })).toBe("warning");
    expect(lightOf({ score: 90, action: 0 })).toBe("good");
    expect(lightOf({ score: 99, action: 1 })).toBe("warning");
  });

  it("fills a bar to its end", () => {
    const parts = partsOf({ ...none, good: 1, warning: 1, action: 2 });
    expect(parts).toEqual([
      { state: "action", from: 0, width: 50 },
      { state: "warning", from: 50, width: 25 },
      { state: "good", from: 75, width: 25 },
    ]);
    expect(partsOf(none)).toEqual([]);
  });
});

describe("ages", () => {
  const now = Date.parse("2026-11-22T12:00:00Z");
  const age = (ms: number): string | undefined => ageOf(new Date(now - ms).toISOString(), now, en);
  const minute = 60_000;

  it("grow from moments to days and then become dates", () => {
    expect(age(59_000)).toBe("just now");
    expect(age(minute)).toBe("1 min ago");
    expect(age(59 * minute)).toBe("59 min ago");
    expect(age(60 * minute)).toBe("1 h ago");
    expect(age(48 * 60 * minute - 1)).toBe("47 h ago");
    expect(age(48 * 60 * minute)).toBe("2 d ago");
    expect(age(7 * 24 * 60 * minute)).toBeUndefined();
  });
});

describe("departments", () => {
  const site = (id: string, parent: string) => ({ id, parent, name: id, devices: 0 });

  it("stand below what they belong to, even when that is out of sight", () => {
    const rows = treeOf([site("ward", "north"), site("north", "root"), site("x", "elsewhere")]);
    expect(rows.map(({ site: { id }, depth }) => `${id} ${depth}`)).toEqual(["north 0", "ward 1", "x 0"]);
  });
});

describe("a request", () => {
  it("puts arguments where the path names them, the rest behind it", () => {
    expect(addressOf("/a/{id}/b", { id: "x/y", limit: 3, q: "", state: undefined })).toBe(
      "/a/x%2Fy/b?limit=3");
    expect(addressOf("/a")).toBe("/a");
  });

  it("that was refused is explained in words", () => {
    expect(explain(new Problem(403, "forbidden"), ja)).toBe(ja.errors.forbidden);
    expect(explain(new Problem(400, "invalid", "uses: 1 to 100000"), ja)).toBe(ja.fields.uses);
    expect(explain(new Problem(400, "invalid", "constructor: x"), ja)).toBe(ja.errors.invalid);
    expect(explain(new Problem(500, "nobody knows this"), ja)).toBe(ja.errors.unexpected);
    expect(explain(new Problem(429, "too_many_tries", undefined, 90), en)).toContain("2 minutes");
    expect(() => explain(new TypeError("ours"), ja)).toThrow(TypeError);
  });
});
