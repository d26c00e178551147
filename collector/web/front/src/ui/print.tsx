import { useEffect, useRef, useState } from "react";
import type { ReactElement } from "react";

import { allRead } from "../api/queries";
import { useSpeech } from "../i18n/words";
import { say } from "./live";

type ReadWhole = () => Promise<unknown>;

/** The lists of the page that are longer than what stands on it. */
const lists = new Set<{ current: ReadWhole }>();

/** `read` is waited for before the page is printed by its button: all rows of a list. */
export function useWholeOnPaper(read: ReadWhole): void {
  const latest = useRef(read);
  latest.current = read;
  useEffect(() => {
    lists.add(latest);
    return () => void lists.delete(latest);
  }, []);
}

/** Prints the page once all rows of its lists are on it. */
export function PrintButton({ text, main = false }: { text?: string; main?: boolean }): ReactElement {
  const { w } = useSpeech();
  const [waiting, setWaiting] = useState(false);
  const print = async (): Promise<void> => {
    setWaiting(true);
    if (lists.size > 0) say(w.loading);
    await allRead();
    await Promise.all([...lists].map(({ current }) => current()));
    setWaiting(false);
    // The rows, and this button as it was, must stand in the page.
    requestAnimationFrame(() => window.print());
  };
  return (
    <button
      type="button"
      className={main ? "main" : undefined}
      aria-disabled={waiting}
      onClick={() => {
        if (!waiting) void print();
      }}
    >
      {waiting ? w.loading : text ?? w.print}
    </button>
  );
}
