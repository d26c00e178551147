import type { ReactElement } from "react";

import type { State } from "../api/types";

const stroke = { fill: "none", stroke: "currentColor" } as const;
const dashed = <circle {...stroke} cx="10" cy="10" r="8" strokeWidth="2" strokeDasharray="3 2" />;

/** Shapes in a square of 20: a state is told by its shape first. */
const shapes: Record<State, ReactElement> = {
  action: <path {...stroke} d="M3 3 L17 17 M17 3 L3 17" strokeWidth="4" />,
  warning: <path {...stroke} d="M10 2.5 L18 17 L2 17 Z" strokeWidth="2.5" strokeLinejoin="round" />,
  good: <circle {...stroke} cx="10" cy="10" r="6.5" strokeWidth="3.5" />,
  info: (
    <>
      <circle {...stroke} cx="10" cy="10" r="8" strokeWidth="2" />
      <path {...stroke} d="M10 9 v6 M10 5.5 v1.5" strokeWidth="2" />
    </>
  ),
  none: <path {...stroke} d="M4 10 H16" strokeWidth="2.5" />,
  silent: (
    <>
      {dashed}
      <path {...stroke} d="M6 10 H14" strokeWidth="2" />
    </>
  ),
  unknown: (
    <>
      {dashed}
      <path
        {...stroke}
        d="M7.5 8 a2.5 2.5 0 1 1 3.2 2.6 q-.7 .3 -.7 1.4 M10 14 v1.4"
        strokeWidth="1.8"
      />
    </>
  ),
};

/** The shape of a state: × action, △ warning, ○ good, ? unknown. Named only when no word follows. */
export function Mark({ state, name }: { state: State; name?: string }): ReactElement {
  const named = name ? { role: "img", "aria-label": name } : { "aria-hidden": true };
  return (
    <svg viewBox="0 0 20 20" className={`mark ${state}`} {...named}>
      {shapes[state]}
    </svg>
  );
}
