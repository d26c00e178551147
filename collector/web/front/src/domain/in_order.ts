/** Rows of a list that is whole on the page: narrowed by words and sorted as the collector does it. */
export type Value = string | number;

/** As it is compared: small letters, wide ones narrow. */
const folded = (text: string): string => text.normalize("NFKC").toLowerCase();

const collator = new Intl.Collator("ja", { numeric: true });

/** Numbers in texts count by their value; what is empty comes first. */
function compare(a: Value, b: Value): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return collator.compare(String(a), String(b));
}

interface Ask {
  /** Words that all stand somewhere in the row. */
  q: string;
  /** One of the fields; "-name" is the other way round. */
  sort: string;
}

/** The rows that have the words, in that order; `values` of a row are in the order of `fields`. */
export function inOrder<Row>(
  rows: readonly Row[], fields: readonly string[], ask: Ask, values: (row: Row) => Value[],
): Row[] {
  const words = folded(ask.q).split(/\s+/).filter(Boolean);
  const backwards = ask.sort.startsWith("-");
  const column = fields.indexOf(backwards ? ask.sort.slice(1) : ask.sort);
  const read = rows.map((row) => ({ row, of: values(row) }));
  const found = words.length === 0 ? read : read.filter(({ of }) => {
    const text = folded(of.join("\n"));
    return words.every((word) => text.includes(word));
  });
  if (column >= 0 && ask.sort !== "")
    found.sort((a, b) =>
      compare(a.of[column] ?? "", b.of[column] ?? "") * (backwards ? -1 : 1));
  return found.map(({ row }) => row);
}
