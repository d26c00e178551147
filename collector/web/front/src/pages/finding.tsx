import type { ReactElement } from "react";

import { readAnew, useGet } from "../api/queries";
import { stateOf } from "../api/types";
import type { Finding, FindingDetail } from "../api/types";
import { isolated } from "../domain/isolate";
import { useSpeech } from "../i18n/words";
import type { Words } from "../i18n/ja";
import { Link, linkTo } from "../router";
import { useMay } from "../session";
import { Mark } from "../ui/mark";
import { Card, Loaded, PageHead } from "../ui/parts";
import { PrintButton } from "../ui/print";
import { Call } from "./finding_call";
import { Actions, findingStateOf, ownerAndDue, Steps } from "./finding_parts";
import { MakeUsual } from "./finding_usual";
import { useSiteName } from "./site_names";

function StateLine({ finding }: { finding: Finding }): ReactElement {
  const speech = useSpeech();
  const { w, exact } = speech;
  if (finding.resolved_at) {
    const by_person = finding.resolved_by && finding.resolved_by !== "facts";
    const time = exact(finding.resolved_at);
    return (
      <p className="note good">
        <Mark state="good" />{" "}
        {by_person ? w.findings.resolvedBy(time, finding.resolved_by) : w.findings.resolvedOn(time)}{" "}
        {finding.reason}
      </p>
    );
  }
  const state = w.findings.states[findingStateOf(finding.state)];
  const condition = (name: string): string => {
    const words: Record<string, string> = w.findings.conditions;
    return words[name] ?? name;
  };
  const conditions = finding.state === "waived" ? finding.conditions : [];
  const parts = [
    state,
    ownerAndDue(finding, speech),
    isolated(finding.reason),
    ...conditions.map((name) => w.findings.onlyWhile(condition(name))),
    finding.state === "open" && finding.broken ? w.findings.ended(condition(finding.broken)) : "",
  ];
  return (
    <p className="soft">
      {parts.filter(Boolean).join(" / ")}
    </p>
  );
}

function History({ entries }: { entries: FindingDetail["history"] }): ReactElement {
  const { w, exact } = useSpeech();
  const word = (what: string): string =>
    Object.hasOwn(w.findings.happened, what)
      ? w.findings.happened[what as keyof Words["findings"]["happened"]] : what;
  return (
    <Card title={w.findings.history}>
      <ul className="history">
        {entries.map((entry, i) => {
          // Without a person, the note names the severity.
          const note = entry.who ? entry.note : w.state[stateOf(entry.note) as "action"];
          return (
            <li key={`${entry.at} ${i}`}>
              <span className="soft small">{exact(entry.at)}</span> {word(entry.what)}
              {entry.who ? ` (${w.by(entry.who)})` : ""}
              {entry.note && note ? `: ${note}` : ""}
            </li>
          );
        })}
      </ul>
    </Card>
  );
}

function Evidence({ finding }: { finding: Finding }): ReactElement {
  const { w, day } = useSpeech();
  const { rule, subject, first_seen, last_seen } = finding;
  const shown = { rule, subject, first_seen, last_seen, ...(finding.evidence as object) };
  return (
    <Card>
      {finding.data_date ? <p>{w.findings.dataDate(day(finding.data_date))}</p> : null}
      <details>
        <summary>{w.findings.evidence}</summary>
        <pre tabIndex={0}>{JSON.stringify(shown, null, 2)}</pre>
      </details>
    </Card>
  );
}

/** Department, place and keeper: where one goes to, as the ledger has it. */
function Where({ finding }: { finding: Finding }): ReactElement | null {
  const { w } = useSpeech();
  const site_name = useSiteName();
  const entry = useGet("/api/v1/devices/{id}/ledger", { id: finding.device_id });
  const { place = "", owner = "" } = entry.data?.values ?? {};
  const parts = [site_name(finding.site), isolated(place ?? ""), owner && w.findings.keeper(owner)];
  return <p>{parts.filter(Boolean).join(" / ")}</p>;
}

/** One finding: what, why, next, and what people do about it. */
export default function FindingPage({ id }: { id: string }): ReactElement {
  const { w, both, lines } = useSpeech();
  const may = useMay();
  const detail = useGet("/api/v1/findings/{id}", { id });
  return (
    <Loaded of={detail}>
      {({ finding, history, call }) => {
        const shape = finding.resolved_at ? "good" : stateOf(finding.severity);
        return (
          <>
            <p className="no-print">
              <Link href={linkTo("/inbox", { rule: finding.rule })}>‹ {both(finding.title)}</Link>
            </p>
            <PageHead
              tools={
                <PrintButton text={w.findings.printSteps} />
              }
            >
              <Mark state={shape} name={w.state[shape as "action"]} />{" "}
              {finding.device_id ? (
                <Link href={`/devices/${finding.device_id}`}>{finding.device}</Link>
              ) : (
                <bdi>{finding.device}</bdi>
              )}{" "}
              {both(finding.line)}
            </PageHead>
            {finding.device_id ? <Where finding={finding} /> : null}
            <StateLine finding={finding} />
            <Card>
              <h3>{w.findings.what}</h3>
              {lines(finding.what).map((line) => (
                <p key={line}>{line}</p>
              ))}
              <Steps
                why={finding.why}
                next={finding.next}
                rule={finding.resolved_at ? undefined : finding.rule}
              />
            </Card>
            {finding.resolved_at ? null : (
              <Call call={call} device={finding.device_id ? finding.device : ""} />
            )}
            {may.answer ? (
              <Card title={w.findings.do} className="no-print">
                <Actions
                  state={findingStateOf(finding.state)}
                  ids={[finding.id]}
                  may_operate={may.operate}
                  done={readAnew}
                />
                {may.operateWhole && !finding.resolved_at ? <MakeUsual finding={finding} /> : null}
              </Card>
            ) : null}
            <History entries={history} />
            <Evidence finding={finding} />
          </>
        );
      }}
    </Loaded>
  );
}
