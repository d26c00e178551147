import type { ReactElement, ReactNode } from "react";

export interface Row {
  key: string | number;
  cells: ReactNode[];
}

/**
 * A table with a caption for screen readers. On narrow screens each row becomes a block whose cells
 * are named by their heads. Columns listed in `tight` are not wrapped.
 */
export function Table({ caption, heads, rows, tight = [] }: {
  caption: string;
  heads: readonly string[];
  rows: Row[];
  tight?: number[];
}): ReactElement {
  return (
    <table>
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
            {cells.map((cell, i) => (
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
  );
}
