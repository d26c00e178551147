import { memo, useEffect, useRef, useState } from "react";
import type { KeyboardEvent, ReactElement, ReactNode, RefObject } from "react";

import { useSpeech } from "../i18n/words";
import { SortHead } from "./list_tools";
import { useDrawnRows } from "./window";

export interface Column<Item> {
  key: string;
  head: string;
  /** `index`: which row; `active`: the keyboard is in it. */
  cell: (item: Item, index: number, active: boolean) => ReactNode;
  tight?: boolean;
  sorts?: boolean;
}

/** Which rows are chosen, and how to choose. */
export interface Chosen<Item> {
  has: (item: Item) => boolean;
  /** Chooses the rows or takes them back. */
  set: (items: Item[], chosen: boolean) => void;
  label: (item: Item) => string;
}

interface DataTableProps<Item> {
  caption: string;
  columns: Column<Item>[];
  count: number;
  at: (index: number) => Item | undefined;
  see: (from: number, to: number) => void;
  idOf: (item: Item) => string;
  /** The column that it is sorted by; "-name" is the other way round. */
  sort: string;
  onSort: (sort: string) => void;
  chosen?: Chosen<Item> | undefined;
}

const row_height_px = 44;

interface Acts<Item> {
  choose: (index: number, as_range: boolean) => void;
  label: (item: Item) => string;
}

interface RowProps<Item> {
  item: Item;
  index: number;
  columns: Column<Item>[];
  active: boolean;
  /** Nothing: rows of this table are not chosen. */
  chosen: boolean | undefined;
  acts: RefObject<Acts<Item>>;
}

function RowOf<Item>({ item, index, columns, active, chosen, acts }: RowProps<Item>): ReactElement {
  return (
    <tr data-row={index} aria-rowindex={index + 2} className={chosen ? "chosen" : undefined}>
      {chosen === undefined ? null : (
        <td className="choose no-print">
          <input
            type="checkbox"
            aria-label={acts.current.label(item)}
            checked={chosen}
            tabIndex={active ? 0 : -1}
            onChange={() => undefined}
            onClick={(event) => acts.current.choose(index, event.shiftKey)}
          />
        </td>
      )}
      {columns.map(({ key, head, cell, tight }) => (
        <td key={key} data-head={head} className={tight ? "nowrap" : undefined}>
          {cell(item, index, active)}
        </td>
      ))}
    </tr>
  );
}

/** Drawn anew only when it changes: a key in the search box must not wait for forty rows. */
const Row = memo(RowOf) as typeof RowOf;

/** What in a row can have the focus. */
const stops = "a[href], button, input, select";

/**
 * A long table: sorts by a click on a head, draws what is in sight and asks for the rows that are
 * missing there. Arrow keys, Home and End go from row to row, left and right within it; Enter opens
 * the row's link, Space chooses it, with Shift all rows since the last one.
 */
export function DataTable<Item>(props: DataTableProps<Item>): ReactElement {
  const { w } = useSpeech();
  const { columns, count, at, see, idOf, sort, chosen } = props;
  const body = useRef<HTMLTableSectionElement>(null);
  const [active, setActive] = useState(0);
  const last_chosen = useRef<number>(undefined);
  const drawn = useDrawnRows(body, count, row_height_px);
  useEffect(() => see(drawn.from, drawn.to), [see, drawn.from, drawn.to]);

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
    const to = Math.max(0, Math.min(count - 1, index));
    setActive(to);
    const table = body.current;
    if (!table) return;
    const top = table.getBoundingClientRect().top + window.scrollY + to * row_height_px;
    if (top < window.scrollY + row_height_px || top > window.scrollY + window.innerHeight - 120)
      window.scrollTo(0, top - window.innerHeight / 2);
    wanted.current = to;
    focusWanted();
  };

  const choose = (index: number, as_range: boolean): void => {
    const item = at(index);
    if (!chosen || !item) return;
    const begin = as_range ? last_chosen.current ?? index : index;
    const [from, to] = begin < index ? [begin, index] : [index, begin];
    const range: Item[] = [];
    for (let i = from; i <= to; ++i) {
      const one = at(i);
      if (one) range.push(one);
    }
    chosen.set(range, as_range || !chosen.has(item));
    last_chosen.current = index;
  };

  const acts = useRef<Acts<Item>>({ choose, label: () => "" });
  acts.current = { choose, label: chosen?.label ?? (() => "") };

  const goAside = (target: HTMLElement, by: number): void => {
    const all = [...(target.closest("tr")?.querySelectorAll<HTMLElement>(stops) ?? [])];
    all[all.indexOf(target) + by]?.focus();
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    const target = event.target as HTMLElement;
    const is_field = target.matches("input:not([type=checkbox]), select");
    if (is_field) return;
    const row = Number(target.closest("tr")?.dataset["row"] ?? active);
    const to: Record<string, number> = {
      ArrowDown: row + 1,
      ArrowUp: row - 1,
      Home: 0,
      End: count - 1,
      PageDown: row + 15,
      PageUp: row - 15,
    };
    const next = to[event.key];
    if (next !== undefined) goTo(next);
    else if (event.key === "ArrowRight") goAside(target, 1);
    else if (event.key === "ArrowLeft") goAside(target, -1);
    else if (event.key === " " && chosen && !target.matches("button")) choose(row, event.shiftKey);
    else return;
    event.preventDefault();
  };

  const width = columns.length + (chosen ? 1 : 0);
  const space = (rows: number): ReactElement | null =>
    rows > 0 ? (
      <tr aria-hidden="true" className="space">
        <td colSpan={width} style={{ height: `${rows * row_height_px}px` }} />
      </tr>
    ) : null;
  // Tab stops at one row only, and at one that is there; else nobody would ever tab past a long list.
  const stop = Math.max(drawn.from, Math.min(drawn.to - 1, active));
  const shown = Array.from({ length: drawn.to - drawn.from }, (_, i) => drawn.from + i);

  return (
    <table className={`data${chosen ? " chooses" : ""}`} aria-rowcount={count + 1}>
      <caption className="unseen">{props.caption}</caption>
      <thead>
        <tr aria-rowindex={1}>
          {chosen ? (
            <th scope="col" className="choose no-print">
              <span className="unseen">{w.deviceList.choose}</span>
            </th>
          ) : null}
          {columns.map(({ key, head, sorts = true }) =>
            sorts ? (
              <SortHead key={key} head={head} field={key} className={`col-${key}`}
                asked={{ sort, sortBy: props.onSort }} />
            ) : (
              <th scope="col" key={key} className={`col-${key}`}>
                {head}
              </th>
            ))}
        </tr>
      </thead>
      <tbody
        ref={body}
        onKeyDown={onKeyDown}
        onFocus={(event) => {
          const row = event.target.closest("tr")?.dataset["row"];
          if (row !== undefined) setActive(Number(row));
        }}
      >
        {space(drawn.from)}
        {shown.map((index) => {
          const item = at(index);
          if (!item)
            return (
              <tr key={`row ${index}`} data-row={index} aria-rowindex={index + 2}>
                <td colSpan={width} className="soft">
                  …
                </td>
              </tr>
            );
          return (
            <Row
              key={idOf(item)}
              item={item}
              index={index}
              columns={columns}
              active={index === stop}
              chosen={chosen?.has(item)}
              acts={acts}
            />
          );
        })}
        {space(count - drawn.to)}
      </tbody>
    </table>
  );
}
