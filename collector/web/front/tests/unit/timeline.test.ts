import { describe, expect, it } from "vitest";

import { inOneLine } from "../../src/domain/timeline";

const at = (...hours: number[]) =>
  hours.map((hour) => ({ at: `2026-11-23T${String(hour).padStart(2, "0")}:00:00.000Z` }));

describe("a line of time", () => {
  it("has the newest first, whoever tells it", () => {
    expect(inOneLine(at(9, 5), at(3, 7, 12), false)).toEqual(at(12, 9, 7, 5, 3));
    expect(inOneLine([], at(3, 7), false)).toEqual(at(7, 3));
    expect(inOneLine(at(9), [], true)).toEqual(at(9));
  });

  it("keeps back what is older than what is still to come", () => {
    expect(inOneLine(at(9, 5), at(3, 5, 7), true)).toEqual(at(9, 7, 5, 5));
    expect(inOneLine([], at(3), true)).toEqual(at(3));
  });
});
