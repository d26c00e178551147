import type { ReactElement } from "react";

import { stateOf } from "../api/types";
import type { Finding } from "../api/types";
import { useSpeech } from "../i18n/words";
import { Link } from "../router";
import { Mark } from "../ui/mark";
import { findingStateOf, ownerAndDue } from "./finding_parts";

/** A finding of a device that is named above: what it is, and the way to its steps. */
export function FindingLine({ finding }: { finding: Finding }): ReactElement {
  const speech = useSpeech();
  const { w, both, joined, when } = speech;
  const severity = stateOf(finding.severity);
  const owner = ownerAndDue(finding, speech);
  return (
    <li className="finding">
      <Mark state={severity} name={w.state[severity as "action"]} />
      <div>
        <b>{both(finding.title)}</b>{" "}
        {finding.state === "open" ? null : w.brackets(w.findings.states[findingStateOf(finding.state)])}
        <div>{joined(finding.what)}</div>
        <div className="small soft">
          {w.overview.since(when(finding.opened_at))} {owner}
        </div>
      </div>
      <Link
        className="button"
        href={`/findings/${encodeURIComponent(finding.id)}`}
        aria-label={`${w.overview.steps}: ${both(finding.title)}`}
      >
        {w.overview.steps}
      </Link>
    </li>
  );
}
