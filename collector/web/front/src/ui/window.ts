import { useCallback, useEffect, useRef, useState } from "react";
import { flushSync } from "react-dom";
import type { RefObject } from "react";

/** Which rows of a long list are drawn: [from, to). */
export interface Drawn {
  from: number;
  to: number;
}

const rows_around = 12;

/** The rows around the part of a list that is in sight. */
export function drawnRows(top: number, height: number, row_height: number, rows: number): Drawn {
  const first = Math.floor(top / row_height) - rows_around;
  const last = Math.ceil((top + height) / row_height) + rows_around;
  return { from: Math.max(0, Math.min(first, rows)), to: Math.max(0, Math.min(last, rows)) };
}

/**
 * Draws only the rows of a long table that are in sight; all of them on paper. Short lists are drawn
 * whole.
 */
export function useDrawnRows(
  body: RefObject<HTMLElement | null>,
  rows: number,
  row_height: number,
): Drawn {
  const short = rows <= 100;
  const whole = { from: 0, to: rows };
  const [drawn, setDrawn] = useState<Drawn>({ from: 0, to: Math.min(rows, 60) });
  const [printing, setPrinting] = useState(false);
  const frame = useRef(0);
  const look = useCallback(() => {
    cancelAnimationFrame(frame.current);
    frame.current = requestAnimationFrame(() => {
      const top = -(body.current?.getBoundingClientRect().top ?? 0);
      const next = drawnRows(top, window.innerHeight, row_height, rows);
      setDrawn((now) => (now.from === next.from && now.to === next.to ? now : next));
    });
  }, [body, rows, row_height]);
  useEffect(() => {
    if (short) return undefined;
    look();
    window.addEventListener("scroll", look, { passive: true });
    window.addEventListener("resize", look);
    return () => {
      window.removeEventListener("scroll", look);
      window.removeEventListener("resize", look);
    };
  }, [look, short]);
  useEffect(() => {
    const before = (): void => flushSync(() => setPrinting(true));
    const after = (): void => setPrinting(false);
    window.addEventListener("beforeprint", before);
    window.addEventListener("afterprint", after);
    return () => {
      window.removeEventListener("beforeprint", before);
      window.removeEventListener("afterprint", after);
    };
  }, []);
  if (short || printing) return whole;
  return { from: Math.min(drawn.from, rows), to: Math.min(drawn.to, rows) };
}
