import type { Answer } from "../api/client";

export type SupportGroup = Answer<"/api/v1/os-support">["items"][number];
type Price = Answer<"/api/v1/os-support">["prices"][number];

const april = 4;

/** The fiscal year (from April) that a day "2027-03-31" lies in: 2026. */
export function fiscalYearOf(day: string): number {
  const [year = "0", month = "0"] = day.split("-");
  return Number(month) >= april ? Number(year) : Number(year) - 1;
}

export const firstDayOf = (fiscal_year: number): string => `${fiscal_year}-04-01`;
export const lastDayOf = (fiscal_year: number): string => `${fiscal_year + 1}-03-31`;

/** Devices with one system and one end of support. */
export interface SystemLine {
  os: string;
  support: string;
  until: string | null;
  free_update: boolean;
  devices: number;
  waived: number;
}

/** All sites together, the earliest end first and those without one last. */
export function systemsOf(groups: readonly SupportGroup[]): SystemLine[] {
  const lines = new Map<string, SystemLine>();
  for (const { os, support, until, free_update, devices, waived } of groups) {
    const key = [os, support, until, free_update].join("\n");
    const line = lines.get(key);
    if (line) {
      line.devices += devices;
      line.waived += waived;
    } else lines.set(key, { os, support, until, free_update, devices, waived });
  }
  return [...lines.values()];
}

/** Needs a decision by that day: support ends or has ended, and no free update prolongs it. */
export function endsBy(group: SystemLine, day: string): boolean {
  return group.support !== "unknown" && !group.free_update && group.until !== null
    && group.until <= day;
}

/** What a device in place of one with this system costs; nothing when nobody said. */
export function priceOf(prices: readonly Price[], os: string): number | undefined {
  const of = (name: string): number | undefined => prices.find((one) => one.os === name)?.price;
  return of(os) ?? of("");
}

export interface BudgetLine {
  site: string;
  devices: number;
  /** In yen; of the devices whose price is known. */
  amount: number;
  /** Devices whose price nobody said. */
  unpriced: number;
}

/** What each department needs by that day; accepted risks are not counted. Most first. */
export function budgetOf(
  groups: readonly SupportGroup[], prices: readonly Price[], day: string,
): BudgetLine[] {
  const lines = new Map<string, BudgetLine>();
  for (const group of groups) {
    const devices = group.devices - group.waived;
    if (!endsBy(group, day) || devices <= 0) continue;
    const line = lines.get(group.site) ?? { site: group.site, devices: 0, amount: 0, unpriced: 0 };
    const price = priceOf(prices, group.os);
    line.devices += devices;
    line.amount += devices * (price ?? 0);
    line.unpriced += price === undefined ? devices : 0;
    lines.set(group.site, line);
  }
  return [...lines.values()].sort((a, b) => b.devices - a.devices);
}

const day_ms = 86_400_000;

/** Where a day lies between two others, in hundredths; below 0 and above 100 are cut off. */
export function placeOf(day: string, from: string, to: string): number {
  const at = (text: string): number => Date.parse(`${text}T00:00:00Z`) / day_ms;
  const part = (100 * (at(day) - at(from))) / (at(to) - at(from));
  return Math.min(100, Math.max(0, part));
}
