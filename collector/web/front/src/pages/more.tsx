import { useState } from "react";
import type { ReactElement } from "react";

import { useSpeech } from "../i18n/words";

const rows_first = 100;
const rows_at_most = 1000;

interface Rows {
  limit: number;
  /** Loads more, when there is more; `total` is not always known. */
  button: (shown: number, total: number | undefined) => ReactElement | null;
}

/** How many rows of a list are asked for; anew from the first ones when `of` changes. */
export function useRows(of: string): Rows {
  const { w } = useSpeech();
  const [asked, setAsked] = useState({ of, limit: rows_first });
  const limit = asked.of === of ? asked.limit : rows_first;
  return {
    limit,
    button: (shown, total) =>
      (total === undefined || shown < total) && limit < rows_at_most ? (
        <button type="button" className="no-print"
          onClick={() => setAsked({ of, limit: Math.min(rows_at_most, limit * 3) })}>
          {w.more} {total === undefined ? "" : `(${shown} / ${total})`}
        </button>
      ) : null,
  };
}
