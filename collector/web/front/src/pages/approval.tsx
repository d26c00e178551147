import type { ReactElement } from "react";

import { useSpeech } from "../i18n/words";

/** Where the committee puts its seals on paper. */
export function Approval(): ReactElement {
  const { w } = useSpeech();
  return (
    <div className="print-only seals" aria-hidden="true">
      {w.overview.seals.map((name) => (
        <div key={name}>
          <span>{name}</span>
        </div>
      ))}
    </div>
  );
}
