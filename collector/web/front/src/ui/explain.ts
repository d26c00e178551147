import { Problem } from "../api/client";
import type { Words } from "../i18n/ja";

const has = (record: object, key: string): boolean => Object.hasOwn(record, key);

function forbidden({ roles, whole_site }: Problem, w: Words): string {
  if (whole_site) return w.forbiddenHere;
  const names = roles.map((role) => (has(w.roles, role) ? w.roles[role as keyof Words["roles"]] : role));
  return names.length > 0 ? w.forbiddenBut(names) : w.errors.forbidden;
}

/** What a problem says to people. A mistake of ours is none of theirs and is thrown on. */
export function sentenceOf(error: unknown, w: Words): string {
  if (!(error instanceof Problem)) throw error;
  if (error.wait_s > 0) return w.waitSeconds(error.wait_s);
  const { code, field } = error;
  if (code === "changed_meanwhile") return w.changedMeanwhile(error.detail ?? "");
  if (code === "forbidden") return forbidden(error, w);
  if (code === "invalid" && field && has(w.fields, field))
    return w.fields[field as keyof typeof w.fields];
  return has(w.errors, code) ? w.errors[code as keyof typeof w.errors] : w.errors.unexpected;
}

/** The same, with the number of the collector's log where nobody but its keeper can help. */
export function explain(error: unknown, w: Words): string {
  const sentence = sentenceOf(error, w);
  const { status, code, number } = error as Problem;
  const is_ours = status >= 500 || !has(w.errors, code);
  return is_ours && number ? `${sentence}${w.withNumber(number)}` : sentence;
}
