import { useEffect, useRef, useState } from "react";
import type { ReactElement } from "react";

import type { Args, Paged, PathOfPages } from "../api/client";
import { useFirst } from "../api/queries";
import { useSpeech } from "../i18n/words";
import { Note } from "../ui/parts";
import { useWholeOnPaper } from "../ui/print";

const rows_first = 100;
/** What paper and "show all" have at most: more than anybody reads, and what a browser still draws. */
const rows_whole = 10_000;

type Page<P extends PathOfPages> = ReturnType<typeof useFirst<P>>;

export interface List<P extends PathOfPages> {
  page: Page<P>;
  /** Under the rows: loads more of them while there are more; says on paper what is not on it. */
  more: (answer: Paged) => ReactElement | null;
}

interface Asks {
  first?: number;
  enabled?: boolean;
  /** On paper all rows, if the page has a button for it; otherwise those that stand on the screen. */
  whole?: boolean;
}

/** Rows of a list, as many as somebody wants of it; anew from the first ones when `args` change. */
export function useList<P extends PathOfPages>(
  path: P, args: Args<P, "get">, { first = rows_first, enabled = true, whole = true }: Asks = {},
): List<P> {
  const { w } = useSpeech();
  const of = JSON.stringify(args);
  const [asked, setAsked] = useState({ of, limit: first });
  const limit = asked.of === of ? asked.limit : first;
  const page = useFirst(path, args, limit, { enabled });
  const ask = (rows: number): void => setAsked({ of, limit: Math.max(limit, rows) });

  const ready = !enabled || page.isError || (page.isSuccess && !page.isPlaceholderData);
  const waiting = useRef<(() => void)[]>([]);
  useEffect(() => {
    if (ready) for (const go of waiting.current.splice(0)) go();
  });
  useWholeOnPaper(async () => {
    const is_whole = !enabled || !whole || (page.data as Paged | undefined)?.next === null;
    if (is_whole) return;
    ask(rows_whole);
    await new Promise<void>((go) => void waiting.current.push(go));
  });

  return {
    page,
    more: ({ items, next, total: counted }) => {
      if (next === null) return null;
      const shown = items.length;
      const total = counted ?? undefined;
      return (
        <>
          <div className="print-only not-whole">
            <Note>{w.onPaper(shown, total)}</Note>
          </div>
          <div className="row no-print">
            <button type="button" onClick={() => ask(limit * 3)}>
              {w.more} {total === undefined ? "" : `(${shown} / ${total})`}
            </button>
            {total !== undefined && total <= rows_whole ? (
              <button type="button" onClick={() => ask(rows_whole)}>{w.showAll(total)}</button>
            ) : null}
          </div>
        </>
      );
    },
  };
}
