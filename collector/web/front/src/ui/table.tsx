import { useEffect, useRef, useState } from "react";
import type { ReactElement, ReactNode } from "react";
import { flushSync } from "react-dom";

import { inOrder } from "../domain/in_order";
import type { Value } from "../domain/in_order";
import { useSpeech } from "../i18n/words";
import { useAsked } from "./asked";
import type { Asked } from "./asked";
import { valueOf } from "./cell_value";
import { HeadMenu, NoRows, SearchBox, SortHead } from "./list_tools";
import { SaveTable } from "./save_table";

export interface Row {
  key: string | number;
  cells: ReactNode[];
  /** What cells that a component writes are found and sorted by. */
  by?: Record<number, Value | null | undefined>;
}

/** Lists of fewer rows are seen at a glance. */
const rows_to_search = 6;

interface TableProps {
  caption: string;
  heads: readonly string[];
  rows: Row[];
  tight?: number[];
  named?: boolean;
  saves?: boolean;
  /** What the columns are called in the address, in their order; "-": it does not sort. */
  fields?: string;
  /** Rows come from the collector, narrowed and sorted as is asked. */
  asked?: Asked;
  /** All rows are here: the table narrows and sorts them. Tells the lists of a page apart. */
  list?: string | undefined;
  /** How many rows are drawn, until somebody wants more of them. */
  first?: number;
}

const valuesOf = ({ cells, by }: Row): Value[] =>
  cells.map((cell, i) => by?.[i] ?? valueOf(cell));

/**
 * A table with a caption for screen readers. On narrow screens each row becomes a block whose cells
 * are named by their heads. Columns listed in `tight` are not wrapped. Rows that `named` begin with
 * what they are about. What `saves` can be saved as it stands there. With `fields` its heads sort.
 */
export function Table(props: TableProps): ReactElement {
  const { caption, heads, tight = [], named = false, saves = false } = props;
  const { w } = useSpeech();
  const node = useRef<HTMLTableElement>(null);
  const own = useAsked(props.list);
  const asked = props.asked ?? (props.list === undefined ? undefined : own);
  const fields = props.fields?.split(" ") ?? [];
  useEffect(() => {
    // The browser waits for what is drawn here before it prints.
    const whole = (): void => flushSync(() => setDrawn(Infinity));
    window.addEventListener("beforeprint", whole);
    return () => window.removeEventListener("beforeprint", whole);
  }, []);
  const here = asked !== undefined && !props.asked;
  const [drawn, setDrawn] = useState(props.first ?? Infinity);
  const found = here ? inOrder(props.rows, fields, asked, valuesOf) : props.rows;
  const rows = found.slice(0, drawn);
  const sorts = (i: number): boolean => asked !== undefined && Boolean(fields[i]) && fields[i] !== "-";
  const menu = heads.flatMap((head, i) => (sorts(i) ? [[fields[i] ?? "", head] as const] : []));
  return (
    <>
      {here && (props.rows.length >= rows_to_search || asked.q) ? (
        <SearchBox asked={asked} of={caption} />
      ) : null}
      {asked && menu.length > 0 ? <HeadMenu asked={asked} heads={menu} of={caption} /> : null}
      {here && asked.q && rows.length === 0 ? <NoRows asked={asked}>{null}</NoRows> : (
        <table ref={node}>
          <caption className="unseen">{caption}</caption>
          <thead>
            <tr>
              {heads.map((head, i) =>
                asked && sorts(i) ? (
                  <SortHead key={head || i} head={head} field={fields[i] ?? ""} asked={asked} />
                ) : (
                  <th scope="col" key={head || i}>
                    {head}
                  </th>
                ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ key, cells }) => (
              <tr key={key}>
                {cells.map((cell, i) =>
                  named && i === 0 ? (
                    <th scope="row" className="name" key={heads[i] || i}>
                      {cell}
                    </th>
                  ) : (
                    <td
                      key={heads[i] || i}
                      data-head={heads[i] || undefined}
                      className={tight.includes(i) ? "nowrap" : undefined}
                    >
                      {cell}
                    </td>
                  ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {rows.length < found.length ? (
        <button type="button" className="no-print" onClick={() => setDrawn(drawn * 3)}>
          {w.more} ({rows.length} / {found.length})
        </button>
      ) : null}
      {saves && rows.length > 0 ? <SaveTable of={node} name={caption} rows={rows.length} /> : null}
    </>
  );
}
