import type { ReactElement } from "react";

import type { Finding } from "../api/types";
import { plain } from "../domain/isolate";
import { useSpeech } from "../i18n/words";
import { SaveButton } from "../ui/save_button";
import { ownerAndDue } from "./finding_parts";

/** Saves the findings that the page shows, in its order. */
export function SaveFindings({ items, name }: {
  items: readonly Finding[];
  name: string;
}): ReactElement {
  const speech = useSpeech();
  const { w, both, exact } = speech;
  const { device, found, line, owner } = w.findings;
  const rows = (): string[][] => [
    [device, line, found, owner],
    ...items.map((finding) => [
      finding.device, plain(both(finding.line)), exact(finding.opened_at), plain(ownerAndDue(finding, speech)),
    ]),
  ];
  return <SaveButton name={name} count={items.length} rows={rows} />;
}
