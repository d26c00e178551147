/** The collector's clock less the browser's, in milliseconds. */
let difference_ms = 0;

/** Takes the time of an answer: ages stay right on a PC whose clock is wrong by a day. */
export function learnClock(date_header: string | null): void {
  const then_ms = Date.parse(date_header ?? "");
  if (!Number.isNaN(then_ms)) difference_ms = then_ms - Date.now();
}

/** What the collector's clock said when the browser's said that. */
export const byCollector = (browsers_ms: number): number => browsers_ms + difference_ms;
export const nowByCollector = (): number => byCollector(Date.now());
