import type { ReactElement, RefObject } from "react";

import { rowsOfTable } from "../domain/table_text";
import { SaveButton } from "./save_button";

/** Saves a table as it stands on the page: the same rows, columns and order. */
export function SaveTable({ of, name, rows }: {
  of: RefObject<HTMLTableElement | null>;
  /** Of the file; says aloud which table it is. */
  name: string;
  rows: number;
}): ReactElement {
  return (
    <div className="row save no-print">
      <SaveButton name={name} count={rows} rows={() => (of.current ? rowsOfTable(of.current) : [])} />
    </div>
  );
}
