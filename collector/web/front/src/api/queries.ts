import { QueryClient, useQuery } from "@tanstack/react-query";
import type { UseQueryResult } from "@tanstack/react-query";

import { get, getAll, onSignedOut } from "./client";
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

// How much of a list is asked for, or which words are looked for in it, leaves it the same list.
const leave_the_list = new Set(["limit", "q", "skip"]);

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

/** Reads a path and reads it again every so often; old data stay while it does. */
export function useGet<P extends PathOf<"get">>(
  path: P,
  args?: Args<P, "get">,
  options: { every_ms?: number | false; enabled?: boolean } = {},
): UseQueryResult<Answer<P>> {
  const queryKey = [path, args ?? {}];
  return useQuery<Answer<P>>({
    queryKey,
    placeholderData: answerBefore(queryKey) as never,
    queryFn: () => get(path, args),
    refetchInterval: () => options.every_ms ?? (live ? refresh_live_ms : refresh_ms),
    enabled: options.enabled ?? true,
  });
}

/** All rows of a list that comes page by page, read like `useGet`. */
export function useAll<P extends PathOfPages>(
  path: P,
  args: Args<P, "get">,
  options: { every_ms?: number | false; enabled?: boolean } = {},
): UseQueryResult<RowsOf<P>> {
  const queryKey = [path, "all", args];
  return useQuery<RowsOf<P>>({
    queryKey,
    placeholderData: answerBefore(queryKey) as never,
    queryFn: ({ signal }) => getAll(path, args, signal),
    refetchInterval: () => options.every_ms ?? (live ? refresh_live_ms : refresh_ms),
    enabled: options.enabled ?? true,
  });
}

/** After a change: everything on the page is asked for anew. */
export function readAnew(): Promise<void> {
  return client.invalidateQueries();
}
