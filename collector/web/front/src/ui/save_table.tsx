import type { ReactElement, RefObject } from "react";

import { rowsOfTable } from "../domain/table_text";
import { useSpeech } from "../i18n/words";
import { saveList } from "./save_list";

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
          if (of.current) void saveList(name, rowsOfTable(of.current), w);
        }}
      >
        {w.deviceList.csv(rows)} <span className="unseen">{name}</span>
      </button>
    </div>
  );
}
