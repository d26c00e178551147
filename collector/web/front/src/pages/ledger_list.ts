// What the ledger asks for: the same filter for the list, its menus, files and changes of many.
import { useCallback, useMemo } from "react";

import { get } from "../api/client";
import type { DeviceItem } from "../api/types";
import { columnsFrom, nothing_known, quick_filters } from "../domain/devices";
import type { ColumnKey, QuickFilter } from "../domain/devices";
import { joined, termOf, termsOf } from "../domain/filter";
import { useRows } from "../domain/rows";
import type { Rows } from "../domain/rows";
import { useQueryOfPage } from "../router";
import type { Query } from "../router";

const list_every_ms = 60_000;
const columns_kept = "mimamori.columns";

export interface Asked {
  q: string;
  quick: Partial<Record<QuickFilter, string>>;
  /** Further terms, as a saved view has them. */
  terms: string[];
  /** All but `q` as one filter. */
  filter: string;
  sort: string;
  columns: readonly ColumnKey[];
  change: (members: Query) => void;
}

export const no_filter: Query = {
  q: "", filter: "", state: "", todo: "", site: "", stage: "", os: "", kind: "", place: "", owner: "",
};

/** What the address asks for. Columns are remembered where the address says nothing. */
export function useAsked(): Asked {
  const [query, change] = useQueryOfPage();
  const quick: Asked["quick"] = {};
  for (const field of quick_filters) {
    const value = query.get(field);
    if (value) quick[field] = value;
  }
  const terms = termsOf(query.get("filter") ?? "");
  const filter = joined(
    ...terms,
    ...Object.entries(quick).map(([field, value]) =>
      termOf(field, value === nothing_known ? "" : value)),
  );
  const named = query.get("columns") ?? localStorage.getItem(columns_kept);
  // The same list as long as the same is asked for: rows are drawn anew when their columns change.
  const columns = useMemo(() => columnsFrom(named), [named]);
  return {
    q: query.get("q") ?? "",
    quick,
    terms,
    filter,
    sort: query.get("sort") ?? "state",
    columns,
    change,
  };
}

/** Remembers the columns on this PC. */
export function keepColumns(columns: string): void {
  if (columns) localStorage.setItem(columns_kept, columns);
  else localStorage.removeItem(columns_kept);
}

/** The devices of the address, block by block. */
export function useDevices(q: string, filter: string, sort: string): Rows<DeviceItem> {
  const key = useMemo(() => JSON.stringify([q, filter, sort]), [q, filter, sort]);
  const read = useCallback(
    (skip: number, limit: number, signal: AbortSignal) =>
      get("/api/v1/devices", { q, filter, sort, skip: String(skip), limit }, signal),
    [q, filter, sort],
  );
  return useRows(key, read, list_every_ms);
}
