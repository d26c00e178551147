import { useQueryOfPage } from "../router";

/** What somebody asks of a list: it lives in the address, so that a link keeps it. */
export interface Asked {
  /** Words. */
  q: string;
  /** A field; "-name" is the other way round. Empty: the usual order. */
  sort: string;
  find: (q: string) => void;
  sortBy: (sort: string) => void;
}

/** `list` tells the lists of one page apart; the page's main one has none. */
export function useAsked(list = ""): Asked {
  const [query, change] = useQueryOfPage();
  const name = (member: string): string => (list ? `${list}_${member}` : member);
  return {
    q: query.get(name("q")) ?? "",
    sort: query.get(name("sort")) ?? "",
    find: (q) => change({ [name("q")]: q }),
    sortBy: (sort) => change({ [name("sort")]: sort }),
  };
}

/** The order that a click on a head asks for: that way, the other way round, the usual one. */
export function nextSort(sort: string, field: string): string {
  if (sort === field) return `-${field}`;
  return sort === `-${field}` ? "" : field;
}
