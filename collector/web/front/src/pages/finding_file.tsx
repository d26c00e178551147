import type { ReactElement } from "react";

import type { Finding } from "../api/types";
import { plain } from "../domain/isolate";
import { useSpeech } from "../i18n/words";
import { saveList } from "../ui/save_list";
import { ownerAndDue } from "./finding_parts";

/** Saves the findings that the page shows, in its order. */
export function SaveFindings({ items, name }: {
  items: readonly Finding[];
  name: string;
}): ReactElement {
  const speech = useSpeech();
  const { w, both, exact } = speech;
  const { device, found, line, owner } = w.findings;
  const save = (): void => {
    const rows = items.map((finding) => [
      finding.device, plain(both(finding.line)), exact(finding.opened_at), plain(ownerAndDue(finding, speech)),
    ]);
    void saveList(name, [[device, line, found, owner], ...rows], w);
  };
  return (
    <button type="button" className="no-print" data-saves={name} onClick={save}>
      {w.deviceList.csv(items.length)}
    </button>
  );
}
