import { useEffect, useRef, useState } from "react";
import type { KeyboardEvent, ReactElement, ReactNode } from "react";

import { useDrawnRows } from "./window";

export interface Column<Item> {
  key: string;
  head: string;
  cell: (item: Item) => ReactNode;
  tight?: boolean;
}

interface DataTableProps<Item> {
  caption: string;
  columns: Column<Item>[];
  items: Item[];
  idOf: (item: Item) => string;
  /** The column that it is sorted by; "-name" is the other way round. */
  sort: string;
  onSort: (sort: string) => void;
}

const row_height_px = 44;

/** What stands at a column's head for screen readers. */
function direction(sort: string, key: string): "ascending" | "descending" | "none" {
  if (sort === key) return "ascending";
  return sort === `-${key}` ? "descending" : "none";
}

/**
 * A long table: sorts by a click on a head, draws what is in sight, and with the arrow keys, Home and
 * End goes from row to row; Enter opens the row's link.
 */
export function DataTable<Item>(props: DataTableProps<Item>): ReactElement {
  const { columns, items, idOf, sort } = props;
  const body = useRef<HTMLTableSectionElement>(null);
  const [active, setActive] = useState(0);
  const drawn = useDrawnRows(body, items.length, row_height_px);
  const shown = items.slice(drawn.from, drawn.to);

  // A row may have to be drawn before it can have the focus.
  const wanted = useRef<number>(undefined);
  const focusWanted = (): void => {
    const row = `tr[data-row="${wanted.current}"] a`;
    const link = wanted.current === undefined ? null : body.current?.querySelector<HTMLElement>(row);
    if (!link) return;
    wanted.current = undefined;
    link.focus({ preventScroll: true });
  };
  useEffect(focusWanted);

  const goTo = (index: number): void => {
    const next = Math.max(0, Math.min(items.length - 1, index));
    setActive(next);
    const table = body.current;
    if (!table) return;
    const top = table.getBoundingClientRect().top + window.scrollY + next * row_height_px;
    if (top < window.scrollY + row_height_px || top > window.scrollY + window.innerHeight - 90)
      window.scrollTo(0, top - window.innerHeight / 2);
    wanted.current = next;
    focusWanted();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const row = Number((event.target as HTMLElement).closest("tr")?.dataset["row"] ?? active);
    const to: Record<string, number> = {
      ArrowDown: row + 1,
      ArrowUp: row - 1,
      Home: 0,
      End: items.length - 1,
      PageDown: row + 15,
      PageUp: row - 15,
    };
    const next = to[event.key];
    if (next === undefined) return;
    event.preventDefault();
    goTo(next);
  };
  const space = (rows: number): ReactElement | null =>
    rows > 0 ? (
      <tr aria-hidden="true" className="space">
        <td colSpan={columns.length} style={{ height: `${rows * row_height_px}px` }} />
      </tr>
    ) : null;

  return (
    <table className="data" aria-rowcount={items.length + 1}>
      <caption className="unseen">{props.caption}</caption>
      <thead>
        <tr aria-rowindex={1}>
          {columns.map(({ key, head }) => (
            <th scope="col" key={key} aria-sort={direction(sort, key)}>
              <button type="button" onClick={() => props.onSort(sort === key ? `-${key}` : key)}>
                {head}
                <span aria-hidden="true">
                  {{ ascending: " ▲", descending: " ▼", none: "" }[direction(sort, key)]}
                </span>
              </button>
            </th>
          ))}
        </tr>
      </thead>
      <tbody ref={body} onKeyDown={onKeyDown}>
        {space(drawn.from)}
        {shown.map((item, i) => (
          <tr key={idOf(item)} data-row={drawn.from + i} aria-rowindex={drawn.from + i + 2}>
            {columns.map(({ key, head, cell, tight }) => (
              <td key={key} data-head={head} className={tight ? "nowrap" : undefined}>
                {cell(item)}
              </td>
            ))}
          </tr>
        ))}
        {space(items.length - drawn.to)}
      </tbody>
    </table>
  );
}
