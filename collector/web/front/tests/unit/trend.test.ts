import { describe, expect, it } from "vitest";

import { floorOf, spotsOf } from "../../src/charts/trend";

const points = (...scores: number[]) =>
  scores.map((score, i) => ({ day: `2026-11-0${i + 1}`, score }));

describe("the line of scores", () => {
  it("stands on 40, or lower when a score does", () => {
    expect(floorOf([])).toBe(40);
    expect(floorOf(points(77, 100))).toBe(40);
    expect(floorOf(points(40, 77))).toBe(40);
    expect(floorOf(points(39, 77))).toBe(20);
    expect(floorOf(points(0))).toBe(0);
  });

  it("has days from left to right and the better higher up", () => {
    const [first, second, third] = spotsOf(points(50, 100, 40), 40);
    expect(first && second && first.x < second.x && second.y < first.y).toBe(true);
    expect(third?.y).toBeGreaterThan(first?.y ?? 0);
  });
});
