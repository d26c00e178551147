import type { ReactElement } from "react";

import type { State } from "../api/types";

export interface Span {
  /** Where it ends, in hundredths of the whole. */
  end: number;
  state: State;
  text: string;
}

/** How far a system's support reaches from today; the row's words tell the same. */
export function SupportBar({ today, span }: { today: number; span: Span | null }): ReactElement {
  const width = span ? Math.max(0, span.end - today) : 0;
  const late = span ? today + width > 80 : false;
  return (
    <div className="years" aria-hidden="true">
      <i className="now" style={{ left: `${today}%` }} />
      {span && width > 0 ? (
        <i className={`span fill-${span.state}`} style={{ left: `${today}%`, width: `${width}%` }} />
      ) : null}
      {span ? (
        <span
          className={late ? `late ${span.state}` : span.state}
          style={late ? { right: `${100 - today - width}%` } : { left: `${today + width}%` }}
        >
          {span.text}
        </span>
      ) : null}
    </div>
  );
}

/** The names of years above the bars. */
export function YearHeads({ names }: { names: readonly string[] }): ReactElement {
  return (
    <div className="year-heads">
      {names.map((name, i) => (
        <span key={i}>{name}</span>
      ))}
    </div>
  );
}
