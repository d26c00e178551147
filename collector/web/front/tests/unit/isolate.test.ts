// Names that turn the direction of writing are kept to themselves inside sentences.
import { describe, expect, it } from "vitest";

import { isolated, isolating, plain } from "../../src/domain/isolate";

describe("a name inside a sentence", () => {
  it("stays as it is when it turns nothing", () => {
    for (const name of ["", "PC-01", "受付 ＰＣ", "naïve 😀", "\u200e", "\u058f", "\u0900"])
      expect(isolated(name)).toBe(name);
  });

  it("is kept to itself when it turns the writing, and cannot end that", () => {
    for (const name of ["\u0590", "\u08ff", "\u200f", "\u202a", "a\u202egnp.exe", "\ufb1d", "\ufefc"])
      expect(isolated(name)).toBe(`\u2068${name}\u2069`);
    expect(isolated("a\u2069\u202eb")).toBe("\u2068a\u202eb\u2069");
  });

  it("is kept to itself by every sentence of a dictionary, and files have it as it was", () => {
    const words = isolating({
      list: ["a"], text: "b", part: { of: (name: string, count: number) => `${name}: ${count}` },
    });
    expect(words.list).toEqual(["a"]);
    expect(words.text).toBe("b");
    expect(words.part.of("PC", 3)).toBe("PC: 3");
    expect(words.part.of("\u202ePC", 3)).toBe("\u2068\u202ePC\u2069: 3");
    expect(plain(words.part.of("\u202ePC", 3))).toBe("\u202ePC: 3");
  });
});
