import { Problem } from "../api/client";
import type { Words } from "../i18n/ja";

const has = (record: object, key: string): boolean => Object.hasOwn(record, key);

/** What a problem says to people. A mistake of ours is none of theirs and is thrown on. */
export function explain(error: unknown, w: Words): string {
  if (!(error instanceof Problem)) throw error;
  if (error.wait_s > 0) return w.waitSeconds(error.wait_s);
  const { code, field } = error;
  if (code === "changed_meanwhile") return w.changedMeanwhile(error.detail ?? "");
  if (code === "invalid" && field && has(w.fields, field))
    return w.fields[field as keyof typeof w.fields];
  return has(w.errors, code) ? w.errors[code as keyof typeof w.errors] : w.errors.unexpected;
}
