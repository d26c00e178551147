/** The router in one place, so that another can take its stead. */
import { useLocation, useSearch } from "wouter";

export { Link, Route, Router, Switch, useLocation, useParams } from "wouter";

export type Query = Record<string, string | undefined>;

/** "/path?a=1" of the members that have a value. */
export function linkTo(path: string, query: Query = {}): string {
  const given = Object.entries(query).filter((pair): pair is [string, string] => Boolean(pair[1]));
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`;
}

/** What stands behind "?" and how to change it: filters live in the address. */
export function useQueryOfPage(): [URLSearchParams, (change: Query) => void] {
  const search = useSearch();
  const [path, go] = useLocation();
  const query = new URLSearchParams(search);
  const change = (members: Query): void => {
    const next: Query = { ...Object.fromEntries(query), ...members };
    go(linkTo(path, next), { replace: true });
  };
  return [query, change];
}
