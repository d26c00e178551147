import type { Words } from "../i18n/ja";
import type { State } from "../api/types";
import type { Span } from "../charts/years";
import { firstDayOf, fiscalYearOf, lastDayOf, placeOf } from "./budget";
import type { SystemLine } from "./budget";

export const years_shown = 5;

/** Months of a day: "2027/3" in Japanese, "03/2027" in English. */
export function monthOf(day: string, language: string): string {
  const [year = "", month = ""] = day.split("-");
  return language === "ja" ? `${year}/${Number(month)}` : `${month}/${year}`;
}

/** How bad it is that support ends then. */
export function stateOfLine(line: SystemLine, today: string): State {
  if (line.support === "unknown") return "unknown";
  // A paid extension may prolong it, and nothing shows that it was bought.
  if (line.support === "extended_only") return "warning";
  if (line.support === "unsupported" || (line.until !== null && line.until < today)) return "action";
  // No purchase: a later version is an update.
  if (line.free_update) return "good";
  const ends_soon = line.until !== null && line.until <= lastDayOf(fiscalYearOf(today) + 1);
  return ends_soon ? "warning" : "good";
}

/** The bar of a system among the fiscal years that are shown; none without an end. */
export function spanOf(
  line: SystemLine, today: string, { language, w }: { language: string; w: Words },
): Span | null {
  const first = fiscalYearOf(today);
  const state = stateOfLine(line, today);
  if (line.until === null) return null;
  const from = firstDayOf(first);
  const to = firstDayOf(first + years_shown);
  const month = monthOf(line.until, language);
  if (line.until < today) return { end: placeOf(today, from, to), state, text: `${w.support.ended} ${month}` };
  const more = line.until > lastDayOf(first + years_shown - 1) ? "→ " : "";
  return { end: placeOf(line.until, from, to), state, text: more + month };
}
