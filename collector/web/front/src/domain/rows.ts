import { useCallback, useEffect, useMemo, useReducer, useRef } from "react";

import { InTurn } from "./in_turn";

/** Rows of a long list, as far as they have been asked for. */
export interface Rows<Item> {
  /** Nothing while the first rows are on their way. */
  total: number | undefined;
  at: (index: number) => Item | undefined;
  error: unknown;
  /** Whether what is shown belongs to what is asked for now. */
  fresh: boolean;
  /** Rows in sight. */
  see: (from: number, to: number) => void;
  /** Reads all rows; says whether all came. */
  readAll: () => Promise<boolean>;
  again: () => void;
  /** Puts a changed row in the place of the old one. */
  replace: (index: number, item: Item) => void;
}

export interface Page<Item> {
  total: number;
  items: Item[];
}

export type ReadPage<Item> = (
  skip: number, limit: number, signal: AbortSignal,
) => Promise<Page<Item>>;

export const block_rows = 100;

interface State<Item> {
  key: string;
  total: number | undefined;
  blocks: Map<number, Item[]>;
  error: unknown;
}

type Step<Item> =
  | { kind: "came"; key: string; block: number; page: Page<Item> }
  | { kind: "failed"; key: string; error: unknown }
  | { kind: "changed"; index: number; item: Item };

function next<Item>(state: State<Item>, step: Step<Item>): State<Item> {
  if (step.kind === "failed") return { ...state, error: step.error };
  if (step.kind === "changed") {
    const block = Math.floor(step.index / block_rows);
    const rows = [...(state.blocks.get(block) ?? [])];
    rows[step.index % block_rows] = step.item;
    return { ...state, blocks: new Map(state.blocks).set(block, rows) };
  }
  // What was shown before stays until the first rows of the new list are here.
  const blocks = step.key === state.key ? new Map(state.blocks) : new Map<number, Item[]>();
  blocks.set(step.block, step.page.items);
  return { key: step.key, total: step.page.total, blocks, error: undefined };
}

/** The readings of what is asked for now. */
interface Asked {
  turns: InTurn<number | undefined>;
  abort: AbortController;
}

/** Lists up to here are read whole, so that paper and the browser's own search have all of it. */
const whole_up_to = 2_000;

/**
 * Reads a list block by block as its rows come into sight, and the blocks in sight again every
 * `every_ms`. `key` names what is asked for.
 */
export function useRows<Item>(
  key: string, read: ReadPage<Item>, every_ms: number,
): Rows<Item> {
  const [state, step] = useReducer(next<Item>, {
    key: "", total: undefined, blocks: new Map(), error: undefined,
  });
  const asked = useRef<Asked>({ turns: new InTurn(() => Promise.resolve(undefined)), abort: new AbortController() });
  const sight = useRef({ from: 0, to: 0 });
  const latest = useRef(state);
  latest.current = state;

  /** Reads a block; says how many rows the list has, nothing when the block did not come. */
  const readBlock = useCallback(async (block: number, { signal }: AbortController): Promise<number | undefined> => {
    if (signal.aborted) return undefined;
    try {
      const page = await read(block * block_rows, block_rows, signal);
      if (!signal.aborted) step({ kind: "came", key, block, page });
      return page.total;
    } catch (error) {
      if (!signal.aborted) step({ kind: "failed", key, error });
      return undefined;
    }
  }, [key, read]);

  const readSight = useCallback((which: "missing" | "all" | "again"): void => {
    const { turns } = asked.current;
    const { key: of, blocks } = latest.current;
    const last = Math.floor(Math.max(0, sight.current.to - 1) / block_rows);
    for (let block = Math.floor(sight.current.from / block_rows); block <= last; ++block)
      if (which === "again") void turns.again(block);
      else if (which === "all" || of !== key || !blocks.has(block)) void turns.get(block);
  }, [key]);

  useEffect(() => {
    asked.current.abort.abort();
    const abort = new AbortController();
    const turns = new InTurn((block) => readBlock(block, abort));
    asked.current = { turns, abort };
    void turns.get(0);
    const timer = setInterval(() => readSight("all"), every_ms);
    return () => {
      clearInterval(timer);
      abort.abort();
    };
  }, [key, readBlock, readSight, every_ms]);

  const readAll = useCallback(async (): Promise<boolean> => {
    const { blocks, key: of } = latest.current;
    const { turns } = asked.current;
    const begun = of === key;
    const total = begun ? latest.current.total : await turns.get(0);
    for (let block = begun ? 0 : 1; block * block_rows < (total ?? 0); ++block)
      if (!(begun && blocks.has(block)) && (await turns.get(block)) === undefined) return false;
    return total !== undefined;
  }, [key]);

  // Short lists whole, while nobody waits.
  const { total } = state;
  const is_short = state.key === key && total !== undefined && total <= whole_up_to;
  useEffect(() => {
    if (is_short) void readAll();
  }, [is_short, readAll]);

  return useMemo(() => ({
    total: state.total,
    error: state.error,
    fresh: state.key === key,
    at: (index) => state.blocks.get(Math.floor(index / block_rows))?.[index % block_rows],
    see: (from, to) => {
      sight.current = { from, to };
      readSight("missing");
    },
    readAll,
    again: () => readSight("again"),
    replace: (index, item) => step({ kind: "changed", index, item }),
  }), [state, key, readAll, readSight]);
}
