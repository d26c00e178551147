/** Texts in the collector's language of filters (docs/api/filters.md): made, and taken apart into terms. */

/** A value as it stands in a filter. */
export function quoted(value: string): string {
  if (value !== "" && !/[\s",\\\u3000]/.test(value)) return value;
  return `"${value.replace(/[\\"]/g, (c) => `\\${c}`)}"`;
}

export const termOf = (field: string, value: string): string => `${field}:${quoted(value)}`;

/** The terms of a filter as they are written; what is wrong in it stays for the collector to tell. */
export function termsOf(filter: string): string[] {
  const terms: string[] = [];
  let term = "";
  let inside = false;
  for (let i = 0; i < filter.length; ++i) {
    const c = filter.charAt(i);
    if (inside && c === "\\") {
      term += c + filter.charAt(++i);
      continue;
    }
    if (c === '"') inside = !inside;
    if (!inside && /[ \t\u3000]/.test(c)) {
      if (term) terms.push(term);
      term = "";
    } else term += c;
  }
  if (term) terms.push(term);
  return terms;
}

/** All terms as one filter. */
export const joined = (...filters: string[]): string => filters.filter(Boolean).join(" ");

const term_shape = /^(-?)([a-z_]+)(<=|>=|[<>:~])(.*)$/;

export interface Term {
  negated: boolean;
  field: string;
  op: string;
  values: string[];
}

/** A term in its parts; nothing for a word. */
export function partsOf(term: string): Term | undefined {
  const found = term_shape.exec(term);
  if (!found) return undefined;
  const values: string[] = [];
  let value = "";
  let inside = false;
  const text = found[4] ?? "";
  for (let i = 0; i < text.length; ++i) {
    const c = text.charAt(i);
    if (inside && c === "\\") value += text.charAt(++i);
    else if (c === '"') inside = !inside;
    else if (!inside && c === ",") {
      values.push(value);
      value = "";
    } else value += c;
  }
  values.push(value);
  return { negated: found[1] === "-", field: found[2] ?? "", op: found[3] ?? "", values };
}
