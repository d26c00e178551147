import type { DeviceItem } from "../api/types";

/** What a list of devices is narrowed to; an empty text: anything. */
export interface DeviceFilter {
  q: string;
  state: string;
  site: string;
  os: string;
}

/** For comparing what people type: without case, wide letters as narrow ones. */
export const folded = (text: string): string => text.normalize("NFKC").toLowerCase();

/** "info" is a remark on a good device. */
export const countedState = (state: string): string => (state === "info" ? "good" : state);

/** The devices that a filter lets through. */
export function filterDevices(items: readonly DeviceItem[], filter: DeviceFilter): DeviceItem[] {
  const words = folded(filter.q).split(/\s+/).filter(Boolean);
  return items.filter((item) => {
    if (filter.state && countedState(item.state) !== filter.state) return false;
    if (filter.site && item.site !== filter.site) return false;
    if (filter.os && item.os !== filter.os) return false;
    if (words.length === 0) return true;
    const text = folded(`${item.name} ${item.hostname} ${item.address} ${item.model} ${item.os}`);
    return words.every((word) => text.includes(word));
  });
}

export const sort_keys = ["state", "name", "site", "os", "pattern", "seen"] as const;
export type SortKey = (typeof sort_keys)[number];

const worst_first = ["action", "warning", "silent", "unknown", "good"];
const never = "";

/** Sorted by a column; equal ones by name. "-state" is the other way round. */
export function sortDevices(
  items: readonly DeviceItem[],
  sort: string,
  site_name: (id: string) => string,
): DeviceItem[] {
  const backwards = sort.startsWith("-");
  const key = backwards ? sort.slice(1) : sort;
  const collator = new Intl.Collator("ja", { numeric: true });
  const by_name = (a: DeviceItem, b: DeviceItem): number => collator.compare(a.name, b.name);
  const rank = ({ state }: DeviceItem): number => worst_first.indexOf(countedState(state));
  const orders: Record<string, (a: DeviceItem, b: DeviceItem) => number> = {
    state: (a, b) => rank(a) - rank(b),
    name: by_name,
    site: (a, b) => collator.compare(site_name(a.site), site_name(b.site)),
    os: (a, b) => collator.compare(`${a.os} ${a.os_version}`, `${b.os} ${b.os_version}`),
    pattern: (a, b) => (a.pattern_built_at ?? never) < (b.pattern_built_at ?? never) ? -1
      : Number(a.pattern_built_at !== b.pattern_built_at),
    seen: (a, b) => (a.last_seen ?? never) < (b.last_seen ?? never) ? -1
      : Number(a.last_seen !== b.last_seen),
  };
  const order = orders[key] ?? by_name;
  const sign = backwards ? -1 : 1;
  return [...items].sort((a, b) => sign * order(a, b) || by_name(a, b));
}
