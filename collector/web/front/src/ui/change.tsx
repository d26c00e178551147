import type { ReactElement } from "react";

import { useSpeech } from "../i18n/words";

/** "+3" for the better, "−3" for the worse (▲ means less in Japanese accounts), with a word for ears. */
export function Change({ now, before }: {
  now: number | null;
  before: number | null;
}): ReactElement {
  const { w } = useSpeech();
  if (now === null || before === null) return <span className="soft">―</span>;
  if (now === before) return <span className="soft">±0</span>;
  const better = now > before;
  return (
    <span className={better ? "better nowrap" : "worse nowrap"}>
      <span className="unseen">{better ? w.change.up : w.change.down}</span>
      {better ? "+" : "−"}
      {Math.abs(now - before)}
    </span>
  );
}
