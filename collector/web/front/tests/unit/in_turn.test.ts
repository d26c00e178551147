// A list that is read again while it is being read.
import { describe, expect, it } from "vitest";

import { InTurn } from "../../src/domain/in_turn";

/** A collector that answers when it is told to, with what it knew when it was asked. */
function collector() {
  const asked: { part: number; answer: () => void }[] = [];
  const state = { value: "old" };
  const read = (part: number): Promise<string> => {
    const { value } = state;
    return new Promise((resolve) => asked.push({ part, answer: () => resolve(`${part} ${value}`) }));
  };
  return { asked, state, turns: new InTurn(read) };
}

const settled = (): Promise<void> => new Promise((done) => setTimeout(done));

describe("a reading in turn", () => {
  it("is shared by who asks while it is on its way", async () => {
    const { asked, turns } = collector();
    const both = Promise.all([turns.get(0), turns.get(0)]);
    expect(asked.length).toBe(1);
    asked[0]?.answer();
    expect(await both).toEqual(["0 old", "0 old"]);
    void turns.get(0);
    expect(asked.length).toBe(2);
  });

  it("is followed by another one when something changed meanwhile, however often that is said", async () => {
    const { asked, state, turns } = collector();
    const first = turns.get(0);
    state.value = "new";
    const again = Promise.all([turns.again(0), turns.again(0)]);
    // Who asks now wants what is new.
    const late = turns.get(0);
    expect(asked.length).toBe(1);
    asked[0]?.answer();
    expect(await first).toBe("0 old");
    await settled();
    expect(asked.length).toBe(2);
    asked[1]?.answer();
    expect(await again).toEqual(["0 new", "0 new"]);
    expect(await late).toBe("0 new");
    await settled();
    expect(asked.length).toBe(2);
  });

  it("waits for no other part", () => {
    const { asked, turns } = collector();
    void turns.get(0);
    void turns.again(1);
    expect(asked.map(({ part }) => part)).toEqual([0, 1]);
  });
});
