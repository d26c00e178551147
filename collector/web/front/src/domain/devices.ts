/** "info" is a remark on a good device. */
export const countedState = (state: string): string => (state === "info" ? "good" : state);

/** What a list can be narrowed by with one click; each is a member of the address. */
export const quick_filters = ["state", "todo", "site", "stage", "os", "kind", "place", "owner"] as const;
export type QuickFilter = (typeof quick_filters)[number];

/** In menus: those of which nothing is known. An empty member of an address is none. */
export const nothing_known = "-";

/** Columns of the ledger, in their order. */
export const column_keys = [
  "state", "name", "todo", "site", "kind", "place", "owner", "stage", "stage_day", "stage_note",
  "os", "os_version", "vendor", "model", "serial", "address", "mac", "hostname", "antivirus",
  "pattern", "seen", "supplier", "contract", "contract_until", "bought_year", "renewal_year", "asset_number",
  "me_number", "note",
] as const;
export type ColumnKey = (typeof column_keys)[number];

export const usual_columns: readonly ColumnKey[] = [
  "state", "name", "todo", "site", "place", "owner", "os", "seen",
];

const is_column = (name: string): name is ColumnKey =>
  (column_keys as readonly string[]).includes(name);

/** Columns of a text "name,site"; the name is always there, what is unknown is left out. */
export function columnsFrom(text: string | null | undefined): readonly ColumnKey[] {
  const named = new Set((text ?? "").split(",").filter(is_column));
  if (named.size === 0) return usual_columns;
  return column_keys.filter((key) => key === "name" || named.has(key));
}

/** What people write themselves, in the row where it stands. */
export const editable = {
  kind: "text", place: "text", owner: "text", supplier: "text", contract: "text",
  contract_until: "date", bought_year: "year", renewal_year: "year", asset_number: "text",
  me_number: "text", note: "text", stage: "stage", stage_day: "date", stage_note: "text", site: "site",
} as const;
export type EditableKey = keyof typeof editable;

/** Where in its life a device is; only those in use are counted and expected to report. */
export const stages = ["in_use", "spare", "repair", "retired", "disposed"] as const;
export type Stage = (typeof stages)[number];

/** A stage of a newer collector is none of those in use. */
export const stageOf = (text: string): Stage | undefined => stages.find((one) => one === text);

export const isEditable = (key: string): key is EditableKey => key in editable;

/** For comparing what people type: without case, wide letters as narrow ones. */
export const folded = (text: string): string => text.normalize("NFKC").toLowerCase();
