import { QueryClient, useQuery } from "@tanstack/react-query";
import type { UseQueryResult } from "@tanstack/react-query";

import { get, getAll, getFirst, onSignedOut } from "./client";
import type { Answer, Args, PathOf, PathOfPages, RowsOf } from "./client";

/** How often pages ask anew. */
export const refresh_ms = 15_000;
/** The same while the collector tells what changes. */
const refresh_live_ms = 60_000;

let live = false;

/** Whether the collector tells what changes. */
export function setLive(now: boolean): void {
  live = now;
}

export const client: QueryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // A browser in a closed network may believe that it is offline.
      networkMode: "always",
      retry: false,
      staleTime: 2_000,
    },
    mutations: { networkMode: "always" },
  },
});

// The session's own query tells that nobody is signed in any more.
onSignedOut(() => void client.invalidateQueries({ queryKey: ["session"] }));

// How much of a list is asked for, in which order, or which words are looked for in it, leaves it the
// same list.
const leave_the_list = new Set(["limit", "q", "skip", "sort"]);

const listOf = (key: readonly unknown[]): string =>
  JSON.stringify(key, (name, value: unknown) => (leave_the_list.has(name) ? undefined : value));

/**
 * What is shown until an answer comes: the answer before, of the same list. Rows of another tab under
 * this one's head would be wrong.
 */
function answerBefore(key: readonly unknown[]) {
  return <T>(before: T | undefined, query: { queryKey: readonly unknown[] } | undefined) =>
    query && listOf(query.queryKey) === listOf(key) ? before : undefined;
}

interface Often {
  every_ms?: number | false;
  enabled?: boolean;
}

/** What every reading of a list or a thing has in common. */
function readingOf(queryKey: readonly unknown[], { every_ms, enabled = true }: Often) {
  return {
    queryKey,
    placeholderData: answerBefore(queryKey) as never,
    refetchInterval: () => every_ms ?? (live ? refresh_live_ms : refresh_ms),
    enabled,
  };
}

/** Reads a path and reads it again every so often; old data stay while it does. */
export function useGet<P extends PathOf<"get">>(
  path: P, args?: Args<P, "get">, often: Often = {},
): UseQueryResult<Answer<P>> {
  return useQuery<Answer<P>>({
    ...readingOf([path, args ?? {}], often),
    queryFn: () => get(path, args),
  });
}

/** The first rows of a list that comes page by page, read like `useGet`. */
export function useFirst<P extends PathOfPages>(
  path: P, args: Args<P, "get">, limit: number, often: Often = {},
): UseQueryResult<Answer<P>> {
  return useQuery<Answer<P>>({
    ...readingOf([path, { ...args, limit }], often),
    queryFn: ({ signal }) => getFirst(path, args, limit, signal),
  });
}

/** All rows of a list that comes page by page, read like `useGet`. */
export function useAll<P extends PathOfPages>(
  path: P, args: Args<P, "get">, often: Often = {},
): UseQueryResult<RowsOf<P>> {
  return useQuery<RowsOf<P>>({
    ...readingOf([path, "all", args], often),
    queryFn: ({ signal }) => getAll(path, args, signal),
  });
}

/** After a change: everything on the page is asked for anew. */
export function readAnew(): Promise<void> {
  return client.invalidateQueries();
}

const wait_most_ms = 10_000;

/** Waits, for some seconds, until everything that the page has asked for the first time is there. */
export async function allRead(): Promise<void> {
  const is_awaited = (): boolean => client.getQueryCache().getAll().some(({ state }) =>
    state.status === "pending" && state.fetchStatus === "fetching");
  for (const until = Date.now() + wait_most_ms; is_awaited() && Date.now() < until; )
    await new Promise((go) => setTimeout(go, 50));
}
