/** Marks that turn the direction of writing, and letters that are written the other way. */
const turns = /[\u0590-\u08ff\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc]/;

/**
 * A name from outside as it may stand inside a sentence: one that turns the writing is kept to itself,
 * and cannot end that by marks of its own. Any other is as it was.
 */
export const isolated = (text: string): string =>
  turns.test(text) ? `\u2068${text.replace(/[\u2066-\u2069]/g, "")}\u2069` : text;

/** For files: without the marks that keep a name to itself on the page. */
export const plain = (text: string): string => text.replace(/[\u2068\u2069]/g, "");

/** A dictionary whose sentences keep each name in them to itself. */
export function isolating<Dictionary extends object>(words: Dictionary): Dictionary {
  return Object.fromEntries(Object.entries(words).map(([key, word]: [string, unknown]) => {
    if (typeof word === "function")
      return [key, (...args: unknown[]): unknown =>
        (word as (...of: unknown[]) => unknown)(
          ...args.map((arg) => (typeof arg === "string" ? isolated(arg) : arg)))];
    const is_part = typeof word === "object" && word !== null && !Array.isArray(word);
    return [key, is_part ? isolating(word) : word];
  })) as Dictionary;
}
