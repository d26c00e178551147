// Lists that are whole on the page are narrowed and sorted as the collector does it with the others.
import { createElement } from "react";
import { describe, expect, it } from "vitest";

import { inOrder } from "../../src/domain/in_order";
import { queryOf } from "../../src/domain/views";
import { nextSort } from "../../src/ui/asked";
import { valueOf } from "../../src/ui/cell_value";

const fields = ["name", "count", "since"];
const rows: [string, number, string][] = [
  ["PC-10", 3, "2026-11-22T09:00:00Z"],
  ["pc-9", 10, ""],
  ["受付", 3, "2026-02-01T00:00:00Z"],
  ["ＰＣ-2 ＣＴ室", 1, "2026-10-01T00:00:00Z"],
];
const names = (q: string, sort: string): string[] =>
  inOrder(rows, fields, { q, sort }, (row) => row).map(([name]) => name);

describe("a list on the page", () => {
  it("stays as it is when nothing is asked", () => {
    expect(names("", "")).toEqual(rows.map(([name]) => name));
    expect(names("", "colour")).toEqual(rows.map(([name]) => name));
  });

  it("counts numbers by their value, in texts as well, and puts what is empty first", () => {
    expect(names("", "name").slice(0, 3)).toEqual(["ＰＣ-2 ＣＴ室", "pc-9", "PC-10"]);
    expect(names("", "-count")[0]).toBe("pc-9");
    expect(names("", "since")).toEqual(["pc-9", "受付", "ＰＣ-2 ＣＴ室", "PC-10"]);
    expect(names("", "-since")).toEqual(["PC-10", "ＰＣ-2 ＣＴ室", "受付", "pc-9"]);
  });

  it("keeps the usual order among equals", () => {
    expect(names("", "count")).toEqual(["ＰＣ-2 ＣＴ室", "PC-10", "受付", "pc-9"]);
    expect(names("", "-count")).toEqual(["pc-9", "PC-10", "受付", "ＰＣ-2 ＣＴ室"]);
  });

  it("has the rows in which all words stand, however they are typed", () => {
    expect(names("ct", "")).toEqual(["ＰＣ-2 ＣＴ室"]);
    expect(names("pc　ct", "")).toEqual(["ＰＣ-2 ＣＴ室"]);
    expect(names("  pc ", "-name")).toEqual(["PC-10", "pc-9", "ＰＣ-2 ＣＴ室"]);
    expect(names("pc 受付", "")).toEqual([]);
  });
});

describe("a cell", () => {
  it("is compared by its text, a moment by its time", () => {
    expect(valueOf("text")).toBe("text");
    expect(valueOf(7)).toBe(7);
    expect(valueOf(null)).toBe("");
    expect(valueOf(createElement("b", {}, "a ", createElement("i", {}, "b")))).toBe("a b");
    const Moment = ({ at }: { at: string }): string => at;
    expect(valueOf(createElement(Moment, { at: "2026-11-22" }))).toBe("2026-11-22");
    expect(valueOf(createElement("span", { "data-text": "said" }, "drawn"))).toBe("said");
  });
});

describe("a head", () => {
  it("sorts, turns the order round, and gives the usual one back", () => {
    expect(nextSort("", "name")).toBe("name");
    expect(nextSort("name", "name")).toBe("-name");
    expect(nextSort("-name", "name")).toBe("");
    expect(nextSort("-when", "name")).toBe("name");
  });
});

describe("a saved view", () => {
  it("is what the address asks for, in whatever order it was asked", () => {
    expect(queryOf(new URLSearchParams("sort=-when&q=CT&state="))).toBe("q=CT&sort=-when");
    expect(queryOf(new URLSearchParams("q=a b&state=x"))).toBe(
      queryOf(new URLSearchParams("state=x&q=a+b")));
    expect(queryOf(new URLSearchParams(""))).toBe("");
  });
});
