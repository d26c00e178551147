import { afterEach, describe, expect, it, vi } from "vitest";

import { addressOf, getAll, Problem } from "../../src/api/client";
import { partsOf } from "../../src/charts/charts";
import { columnsFrom, usual_columns } from "../../src/domain/devices";
import { joined, partsOf as partsOfTerm, quoted, termOf, termsOf } from "../../src/domain/filter";
import { en } from "../../src/i18n/en";
import { ja } from "../../src/i18n/ja";
import { ageOf } from "../../src/i18n/words";
import { explainFile } from "../../src/pages/ledger_import";
import { headlineOf } from "../../src/pages/overview";
import { lightOf } from "../../src/pages/overview_sites";
import { treeOf } from "../../src/pages/settings_sites";
import { usualDays } from "../../src/ui/due_field";
import { explain } from "../../src/ui/explain";
import { drawnRows } from "../../src/ui/window";

describe("a list that comes page by page", () => {
  afterEach(() => vi.unstubAllGlobals());

  it("is read to its end", async () => {
    const asked: string[] = [];
    const pages = [{ items: [1, 2], next: "x y" }, { items: [3], next: "z" }, { items: [], next: null }];
    vi.stubGlobal("fetch", (address: string) => {
      asked.push(address);
      const page = JSON.stringify(pages[asked.length - 1]);
      return Promise.resolve(new Response(page, { headers: { "Content-Type": "application/json" } }));
    });
    expect(await getAll("/api/v1/agents", {})).toEqual([1, 2, 3]);
    expect(asked).toEqual([
      "/api/v1/agents?limit=1000",
      "/api/v1/agents?limit=1000&after=x+y",
      "/api/v1/agents?limit=1000&after=z",
    ]);
  });
});

describe("filters", () => {
  it("quote what would end a value", () => {
    expect(quoted("lab-1")).toBe("lab-1");
    for (const value of ["", "a b", "a,b", 'say "yes"', "back\\slash", "wide\u3000blank"]) {
      const term = termOf("owner", value);
      expect(termsOf(term)).toEqual([term]);
      expect(partsOfTerm(term)).toEqual({ negated: false, field: "owner", op: ":", values: [value] });
    }
  });

  it("come apart into terms", () => {
    expect(termsOf('state:a,b -os~"Win 11"  ct\u3000"x y"')).toEqual([
      "state:a,b", '-os~"Win 11"', "ct", '"x y"',
    ]);
    expect(termsOf('broken:"end')).toEqual(['broken:"end']);
    expect(joined("", "a:b", "", "c")).toBe("a:b c");
  });

  it("say what a term is made of", () => {
    expect(partsOfTerm('-os~"Win 11",x')).toEqual(
      { negated: true, field: "os", op: "~", values: ["Win 11", "x"] });
    expect(partsOfTerm("contract_until<=2027-03-31")?.op).toBe("<=");
    expect(partsOfTerm("10.0.0.1:80")).toBeUndefined();
  });
});

describe("a file that cannot be taken", () => {
  it("is explained with its place", () => {
    const said = (detail: string): string => explainFile(new Problem(400, "invalid", detail), en);
    expect(said("row 7, column 2: not written in Shift_JIS")).toContain("Row 7, column 2");
    expect(said("row 7, column 2: more than 4000 bytes")).toContain("too long");
    expect(said("row 1: more than 100 columns")).toContain("too many columns");
    expect(said("more than 50000 rows: split the file")).toContain("50,000");
    expect(said("the first sheet has no rows")).toContain("no rows");
    expect(said("a damaged Excel file")).toContain("damaged");
    expect(said("not a table")).toBe(en.deviceList.import.problems.binary);
    expect(said("row 7, column 2: a zero byte")).toBe(en.deviceList.import.problems.zero("7", "2"));
    expect(said("begins like UTF-16 and is not")).toBe(en.deviceList.import.problems.torn("UTF-16"));
    expect(said("something else")).toBe(en.errors.invalid);
  });
});

describe("the list of devices", () => {
  it("has the columns that are named, the name always, and the usual ones for nothing", () => {
    expect(columnsFrom("place,owner")).toEqual(["name", "place", "owner"]);
    expect(columnsFrom("")).toBe(usual_columns);
    expect(columnsFrom("nonsense")).toBe(usual_columns);
    expect(columnsFrom(null)).toBe(usual_columns);
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
    const roles = ["operator", "administrator"];
    expect(explain(new Problem(403, "forbidden", undefined, 0, { roles }), ja)).toContain("「担当者」か「管理者」");
    expect(explain(new Problem(403, "forbidden", undefined, 0, { roles }), en)).toContain("Operator or Administrator");
    expect(explain(new Problem(403, "forbidden", undefined, 0, { whole_site: true }), en)).toBe(en.forbiddenHere);
    expect(explain(new Problem(400, "invalid", "uses: 1 to 100000"), ja)).toBe(ja.fields.uses);
    expect(explain(new Problem(400, "invalid", "constructor: x"), ja)).toBe(ja.errors.invalid);
    expect(explain(new Problem(500, "nobody knows this"), ja)).toBe(ja.errors.unexpected);
    expect(explain(new Problem(429, "too_many_tries", undefined, 90), en)).toContain("2 minutes");
    expect(() => explain(new TypeError("ours"), ja)).toThrow(TypeError);
  });

  it("tells its number where only the keeper of the collector can help", () => {
    const number = "4F2A91C0";
    const said = (status: number, code: string): string => explain(new Problem(status, code, undefined, 0, { number }), ja);
    expect(said(500, "unexpected")).toBe(`${ja.errors.unexpected}（番号 ${number}）`);
    expect(said(418, "nobody knows this")).toContain(number);
    expect(said(409, "conflict")).toBe(ja.errors.conflict);
    expect(said(403, "forbidden")).toBe(ja.errors.forbidden);
  });
});

describe("days that are meant most", () => {
  it("are today, the next Friday, and a week on, each once", () => {
    const [sunday, monday, friday, saturday] = [0, 1, 5, 6];
    expect(usualDays(monday)).toEqual([0, 4, 7]);
    expect(usualDays(friday)).toEqual([0, 7]);
    expect(usualDays(saturday)).toEqual([0, 6, 7]);
    expect(usualDays(sunday)).toEqual([0, 5, 7]);
  });
});
