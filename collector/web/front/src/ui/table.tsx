import { useRef } from "react";
import type { ReactElement, ReactNode } from "react";

import { SaveTable } from "./save_table";

export interface Row {
  key: string | number;
  cells: ReactNode[];
}

/**
 * A table with a caption for screen readers. On narrow screens each row becomes a block whose cells
 * are named by their heads. Columns listed in `tight` are not wrapped. Rows that `named` begin with
 * what they are about. What `saves` can be saved as it stands there.
 */
export function Table({ caption, heads, rows, tight = [], named = false, saves = false }: {
  caption: string;
  heads: readonly string[];
  rows: Row[];
  tight?: number[];
  named?: boolean;
  saves?: boolean;
}): ReactElement {
  const node = useRef<HTMLTableElement>(null);
  return (
    <>
      <table ref={node}>
        <caption className="unseen">{caption}</caption>
        <thead>
          <tr>
            {heads.map((head, i) => (
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
      {saves ? <SaveTable of={node} name={caption} rows={rows.length} /> : null}
    </>
  );
}
