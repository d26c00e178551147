import { describe, expect, it } from "vitest";

import {
  budgetOf, endsBy, fiscalYearOf, lastDayOf, placeOf, priceOf, systemsOf,
} from "../../src/domain/budget";
import type { SupportGroup } from "../../src/domain/budget";
import { stateOfLine } from "../../src/domain/support";

const group = (of: Partial<SupportGroup>): SupportGroup => ({
  site: "a", os: "Windows 10", support: "supported", until: "2027-03-31", free_update: false,
  devices: 1, waived: 0, ...of,
});

describe("a fiscal year", () => {
  it("begins with April", () => {
    expect(fiscalYearOf("2027-03-31")).toBe(2026);
    expect(fiscalYearOf("2027-04-01")).toBe(2027);
    expect(lastDayOf(2026)).toBe("2027-03-31");
  });
});

describe("the budget", () => {
  it("counts what ends up to the last day and not a day later", () => {
    expect(endsBy(group({}), "2027-03-31")).toBe(true);
    expect(endsBy(group({ until: "2027-04-01" }), "2027-03-31")).toBe(false);
    expect(endsBy(group({ until: "2020-01-14", support: "unsupported" }), "2027-03-31")).toBe(true);
  });

  it("counts what only a paid extension prolongs that nobody has shown", () => {
    const windows_10 = group({ until: "2025-10-14", support: "extended_only" });
    expect(endsBy(windows_10, "2027-03-31")).toBe(true);
    expect(stateOfLine(windows_10, "2026-11-23")).toBe("warning");
    expect(stateOfLine(group({ until: "2025-10-14", support: "unsupported" }), "2026-11-23"))
      .toBe("action");
  });

  it("does not buy what a free update prolongs, nor what nobody knows", () => {
    expect(endsBy(group({ free_update: true }), "2027-03-31")).toBe(false);
    expect(endsBy(group({ support: "unknown" }), "2027-03-31")).toBe(false);
    expect(endsBy(group({ until: null }), "2027-03-31")).toBe(false);
  });

  it("takes a system's own price before the one for all, and says what has none", () => {
    const prices = [{ os: "", price: 100 }, { os: "Server", price: 500 }];
    expect(priceOf(prices, "Server")).toBe(500);
    expect(priceOf(prices, "Windows 10")).toBe(100);
    const groups = [
      group({ devices: 3, waived: 1 }), group({ os: "Server", devices: 2 }),
      group({ site: "b", devices: 9 }), group({ site: "c", devices: 1, waived: 1 }),
    ];
    expect(budgetOf(groups, prices, "2027-03-31")).toEqual([
      { site: "b", devices: 9, amount: 900, unpriced: 0 },
      { site: "a", devices: 4, amount: 1200, unpriced: 0 },
    ]);
    expect(budgetOf(groups, [], "2027-03-31")[0]).toEqual(
      { site: "b", devices: 9, amount: 0, unpriced: 9 });
  });

  it("adds the departments of one system up", () => {
    const lines = systemsOf([group({ devices: 2 }), group({ site: "b", devices: 3, waived: 1 }),
      group({ until: "2028-01-01" })]);
    expect(lines.map(({ devices, waived }) => [devices, waived])).toEqual([[5, 1], [1, 0]]);
  });

  it("places days between the first and the last", () => {
    expect(placeOf("2026-01-01", "2026-01-01", "2026-01-11")).toBe(0);
    expect(placeOf("2026-01-06", "2026-01-01", "2026-01-11")).toBe(50);
    expect(placeOf("2030-01-01", "2026-01-01", "2026-01-11")).toBe(100);
  });
});
