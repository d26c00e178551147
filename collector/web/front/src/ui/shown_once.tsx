import type { ReactElement, ReactNode } from "react";

import { useSpeech } from "../i18n/words";
import { Note } from "./parts";

/** A secret that was just made and is shown this once; `done` when it was written down. */
export function ShownOnce({ says, done, children }: {
  /** What it is, and that it will not be shown again. */
  says: string;
  done: () => void;
  children: ReactNode;
}): ReactElement {
  const { w } = useSpeech();
  return (
    <>
      <Note kind="good">{says}</Note>
      {children}
      <p className="buttons">
        <button type="button" className="main" onClick={done}>
          {w.written}
        </button>
      </p>
    </>
  );
}
