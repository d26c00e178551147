import { useEffect, useState } from "react";
import type { ReactElement, ReactNode } from "react";

import { useSpeech } from "../i18n/words";
import { nextSort } from "./asked";
import type { Asked } from "./asked";

/** Narrows a list by words. */
export function SearchBox({ asked, of }: {
  asked: Asked;
  /** Which list; said aloud. */
  of: string;
}): ReactElement {
  const { w } = useSpeech();
  const [text, setText] = useState(asked.q);
  // A saved view changes the address.
  useEffect(() => setText(asked.q), [asked.q]);
  return (
    <form role="search" className="find no-print" aria-label={`${w.deviceList.narrow} ${of}`}
      onSubmit={(event) => event.preventDefault()}>
      <input
        type="search"
        aria-label={`${w.lists.find} ${of}`}
        placeholder={w.lists.find}
        maxLength={60}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          asked.find(event.target.value);
        }}
      />
    </form>
  );
}

/** A menu of orders, where there are no heads to click on. */
export function SortMenu({ asked, options, of, className, usual }: {
  asked: Asked;
  options: readonly (readonly [sort: string, text: string])[];
  of: string;
  className?: string;
  /** What the usual order is called. */
  usual?: string;
}): ReactElement {
  const { w } = useSpeech();
  return (
    <label className={className ? `sort no-print ${className}` : "sort no-print"}>
      <span aria-hidden="true">{w.lists.sort}</span>
      <select aria-label={`${w.lists.sort} ${of}`} value={asked.sort}
        onChange={(event) => asked.sortBy(event.target.value)}>
        <option value="">{usual ?? w.lists.usual}</option>
        {options.map(([sort, text]) => (
          <option key={sort} value={sort}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

/** The heads of a table as a menu, on screens too narrow for them. */
export function HeadMenu({ asked, heads, of }: {
  asked: Asked;
  heads: readonly (readonly [field: string, head: string])[];
  of: string;
}): ReactElement {
  const options = heads.flatMap(([field, head]) =>
    [[field, `${head} ▲`] as const, [`-${field}`, `${head} ▼`] as const]);
  return <SortMenu asked={asked} options={options} of={of} className="narrow-only" />;
}

const arrows = { ascending: " ▲", descending: " ▼", none: "" };

/** A head that sorts. */
export function SortHead({ head, field, asked, className }: {
  head: string;
  field: string;
  asked: Pick<Asked, "sort" | "sortBy">;
  className?: string | undefined;
}): ReactElement {
  const direction = asked.sort === field ? "ascending"
    : asked.sort === `-${field}` ? "descending" : "none";
  return (
    <th scope="col" aria-sort={direction} className={className}>
      {/* Browsers do not repeat buttons with the heads of further sheets. */}
      <span className="on-paper">{head}</span>
      <button type="button" onClick={() => asked.sortBy(nextSort(asked.sort, field))}>
        {head}
        <span aria-hidden="true">{arrows[direction]}</span>
      </button>
    </th>
  );
}

/** What stands in place of no rows: words that nothing has can be taken back. */
export function NoRows({ asked, children }: { asked: Asked; children: ReactNode }): ReactElement {
  const { w } = useSpeech();
  if (!asked.q) return <p>{children}</p>;
  return (
    <>
      <p role="status">{w.lists.noneFor(asked.q)}</p>
      <button type="button" className="no-print" onClick={() => asked.find("")}>
        {w.deviceList.clear}
      </button>
    </>
  );
}
