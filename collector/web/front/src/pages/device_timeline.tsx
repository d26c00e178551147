import { useState } from "react";
import type { ReactElement, ReactNode } from "react";

import { useGet } from "../api/queries";
import { stateOf } from "../api/types";
import type { DeviceView, State } from "../api/types";
import { inOneLine } from "../domain/timeline";
import { useSpeech } from "../i18n/words";
import { Link } from "../router";
import { useAsked } from "../ui/asked";
import { NoRows, SearchBox } from "../ui/list_tools";
import { Mark } from "../ui/mark";
import { Card, Loaded } from "../ui/parts";
import { Table } from "../ui/table";
import { useChangeText } from "./device_ledger";
import { EventKind, eventText } from "./events";
import { useList } from "./more";

/** What the agent tells, what the rules found, what people wrote. */
const kinds = [
  "", "finding", "ledger", "usb_attached", "process_first_seen", "pattern_changed", "os_updated",
  "antivirus_detection", "network_changed", "logon", "service_installed", "agent_started",
] as const;
type Kind = (typeof kinds)[number];

const events_first = 50;

interface Line {
  key: string;
  at: string;
  what: ReactNode;
  text: ReactNode;
  /** What a search looks through. */
  words: string;
}

/** What rules found and what became well again. */
function useFindingLines(view: DeviceView): Line[] {
  const { w, both, joined } = useSpeech();
  const words = w.device.timeline;
  const lineOf = (key: string, at: string, state: State, what: string, finding: DeviceView["findings"][number]): Line => ({
    key,
    at,
    what: <><Mark state={state} /> {what}</>,
    text: <Link href={`/findings/${encodeURIComponent(finding.id)}`}>{both(finding.title)}</Link>,
    words: `${what} ${both(finding.title)} ${joined(finding.what)}`,
  });
  return view.findings.flatMap((finding) => [
    lineOf(`${finding.id} opened`, finding.opened_at, stateOf(finding.severity), words.opened, finding),
    ...(finding.resolved_at
      ? [lineOf(`${finding.id} ended`, finding.resolved_at, "good", words.ended, finding)] : []),
  ]);
}

function useLedgerLines(id: string): Line[] {
  const { w } = useSpeech();
  const changeText = useChangeText();
  const entry = useGet("/api/v1/devices/{id}/ledger", { id });
  return (entry.data?.changes ?? []).map((change, i) => ({
    key: `ledger ${change.version} ${i}`,
    at: change.at,
    what: w.device.timeline.ledger,
    text: changeText(change),
    words: changeText(change),
  }));
}

/** Everything that happened to the device, in one line of time: the newest first. */
export function Timeline({ view }: { view: DeviceView }): ReactElement {
  const { w, exact } = useSpeech();
  const [kind, setKind] = useState<Kind>("");
  const asked = useAsked("events");
  const from_agent = kind !== "finding" && kind !== "ledger";
  const { page, more } = useList(
    "/api/v1/devices/{id}/events", { id: view.id, kind: from_agent ? kind : "", q: asked.q },
    { first: events_first, whole: false });
  const findings = useFindingLines(view);
  const ledger = useLedgerLines(view.id);
  const sought = asked.q.toLowerCase().split(/\s+/).filter(Boolean);
  const others = [
    ...(kind === "" || kind === "finding" ? findings : []),
    ...(kind === "" || kind === "ledger" ? ledger : []),
  ].filter(({ words }) => sought.every((word) => words.toLowerCase().includes(word)));
  const nameOf = (one: Kind): string => {
    if (one === "") return w.all;
    if (one === "finding" || one === "ledger") return w.device.timeline[one];
    return w.events[one];
  };
  return (
    <Card
      title={w.device.events}
      aside={
        <label className="no-print">
          <span className="unseen">{w.device.eventHeads[1]}</span>
          <select
            value={kind}
            onChange={(event) => setKind(kinds.find((one) => one === event.target.value) ?? "")}
          >
            {kinds.map((one) => (
              <option key={one} value={one}>
                {nameOf(one)}
              </option>
            ))}
          </select>
        </label>
      }
    >
      <SearchBox asked={asked} of={w.device.events} />
      <Loaded of={page}>
        {({ items, ...rest }) => {
          const own: Line[] = (from_agent ? items : []).map((event) => ({
            key: `${event.no} ${event.received_at} ${event.kind}`,
            at: event.at,
            what: <EventKind kind={event.kind} />,
            text: eventText(event),
            words: "",
          }));
          const lines = inOneLine(own, others, from_agent && rest.next !== null);
          return (
            <>
              {lines.length === 0 ? <NoRows asked={asked}>{w.device.noEvents}</NoRows> : (
                <Table
                  saves
                  caption={w.device.events}
                  heads={w.device.eventHeads}
                  tight={[0]}
                  rows={lines.map(({ key, at, what, text }) => ({
                    key, cells: [exact(at), <span key="what">{what}</span>, text],
                  }))}
                />
              )}
              {from_agent ? more({ items, ...rest }) : null}
            </>
          );
        }}
      </Loaded>
    </Card>
  );
}
