import { useSyncExternalStore } from "react";
import type { ReactElement } from "react";

let said = "";
let shown = "";
let shown_timer: ReturnType<typeof setTimeout> | undefined;
const shown_for_ms = 6_000;
const listeners = new Set<() => void>();

function tell(): void {
  for (const listener of listeners) listener();
}

/** Says a count aloud to screen readers; who sees the page sees it there. */
export function say(text: string): void {
  said = text;
  tell();
}

/** Says what was done, aloud and for a while at the foot of the page. */
export function sayDone(text: string): void {
  shown = text;
  clearTimeout(shown_timer);
  shown_timer = setTimeout(() => {
    shown = "";
    tell();
  }, shown_for_ms);
  say(text);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function Live(): ReactElement {
  const text = useSyncExternalStore(subscribe, () => said);
  const done = useSyncExternalStore(subscribe, () => shown);
  return (
    <>
      <div className="unseen" role="status" aria-live="polite">
        {text}
      </div>
      {done ? (
        <p className="done-word no-print" aria-hidden="true">
          {done}
        </p>
      ) : null}
    </>
  );
}
