/** Something that happened to a device; the newest stand first. */
export interface Happening {
  at: string;
}

/**
 * Brings lists together that each have the newest first. `rest` says that `own` goes on with older
 * ones that are not here yet: of the others only what is newer than its last is shown until then.
 */
export function inOneLine<Item extends Happening>(
  own: readonly Item[], others: readonly Item[], rest: boolean,
): Item[] {
  const oldest = own.at(-1)?.at;
  const shown = rest && oldest !== undefined
    ? others.filter(({ at }) => Date.parse(at) >= Date.parse(oldest)) : others;
  return [...own, ...shown].sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
}
