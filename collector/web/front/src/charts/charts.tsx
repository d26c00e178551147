import type { ReactElement } from "react";

import type { Counts, State } from "../api/types";

/** States from the worst to the best; how they stand in bars and lists. */
export const states_in_order = ["action", "warning", "silent", "unknown", "good"] as const;

export type CountedState = (typeof states_in_order)[number];

interface Part {
  state: CountedState;
  from: number;
  width: number;
}

/** Where each state's part of a bar lies, in hundredths of the whole. */
export function partsOf(counts: Pick<Counts, CountedState>): Part[] {
  const total = states_in_order.reduce((sum, state) => sum + counts[state], 0);
  const parts: Part[] = [];
  let from = 0;
  for (const state of states_in_order) {
    if (counts[state] === 0) continue;
    const width = (100 * counts[state]) / total;
    parts.push({ state, from, width });
    from += width;
  }
  return parts;
}

/** How many devices are in which state, as one bar; the numbers stand beside it in words. */
export function StackedBar({ counts, thin }: {
  counts: Pick<Counts, CountedState>;
  thin?: boolean;
}): ReactElement {
  return (
    <div className={thin ? "stack thin" : "stack"} aria-hidden="true">
      {partsOf(counts).map(({ state, width }) => (
        <i key={state} className={`fill-${state}`} style={{ width: `${width}%` }} />
      ))}
    </div>
  );
}

export interface Bar {
  name: string;
  count: number;
  state: State;
}

const bars_height = 96;

/** Counts side by side; the whole is named with its numbers. */
export function Bars({ bars, label }: { bars: Bar[]; label: string }): ReactElement {
  const most = Math.max(1, ...bars.map(({ count }) => count));
  const numbers = bars.map(({ name, count }) => `${name}: ${count}`).join(", ");
  return (
    <div className="bars" role="img" aria-label={`${label}: ${numbers}`}>
      {bars.map(({ name, count, state }) => (
        <div key={name}>
          <b>{count}</b>
          <i className={`fill-${state}`} style={{ height: `${(bars_height * count) / most}px` }} />
          <span>{name}</span>
        </div>
      ))}
    </div>
  );
}
