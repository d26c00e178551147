import type { ReactElement, RefObject } from "react";

import { csvOf, saveAs } from "../domain/csv";
import { rowsOfTable } from "../domain/table_text";
import { useSpeech } from "../i18n/words";

/** Saves a table as it stands on the page: the same rows, columns and order. */
export function SaveTable({ of, name, rows }: {
  of: RefObject<HTMLTableElement | null>;
  /** Of the file; says aloud which table it is. */
  name: string;
  rows: number;
}): ReactElement {
  const { w } = useSpeech();
  return (
    <div className="row save no-print">
      <button
        type="button"
        data-saves={name}
        onClick={() => {
          if (of.current) saveAs(`${name}.csv`, csvOf(rowsOfTable(of.current)));
        }}
      >
        {w.deviceList.csv(rows)} <span className="unseen">{name}</span>
      </button>
    </div>
  );
}
