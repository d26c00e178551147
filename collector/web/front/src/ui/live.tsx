import { useSyncExternalStore } from "react";
import type { ReactElement } from "react";

let said = "";
const listeners = new Set<() => void>();

/** Says a finished action or a count aloud to screen readers. */
export function say(text: string): void {
  said = text;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function Live(): ReactElement {
  const text = useSyncExternalStore(subscribe, () => said);
  return (
    <div className="unseen" role="status" aria-live="polite">
      {text}
    </div>
  );
}
