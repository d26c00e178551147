import { keepPreviousData, QueryClient, useQuery } from "@tanstack/react-query";
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
      placeholderData: keepPreviousData,
    },
    mutations: { networkMode: "always" },
  },
});

// The session's own query tells that nobody is signed in any more.
onSignedOut(() => void client.invalidateQueries({ queryKey: ["session"] }));

/** Reads a path and reads it again every so often; old data stay while it does. */
export function useGet<P extends PathOf<"get">>(
  path: P,
  args?: Args<P, "get">,
  options: { every_ms?: number | false; enabled?: boolean } = {},
): UseQueryResult<Answer<P>> {
  return useQuery<Answer<P>>({
    queryKey: [path, args ?? {}],
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
  return useQuery<RowsOf<P>>({
    queryKey: [path, "all", args],
    queryFn: ({ signal }) => getAll(path, args, signal),
    refetchInterval: () => options.every_ms ?? (live ? refresh_live_ms : refresh_ms),
    enabled: options.enabled ?? true,
  });
}

/** After a change: everything on the page is asked for anew. */
export function readAnew(): Promise<void> {
  return client.invalidateQueries();
}
