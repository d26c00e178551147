import { useState } from "react";
import type { ReactElement } from "react";

import { readAnew, useGet } from "../api/queries";
import { stateOf } from "../api/types";
import type { Finding, Task } from "../api/types";
import { inOrder } from "../domain/in_order";
import { useSpeech } from "../i18n/words";
import { Link, linkTo, useQueryOfPage } from "../router";
import { useMay } from "../session";
import { useAsked } from "../ui/asked";
import type { Asked } from "../ui/asked";
import { NoRows, SearchBox, SortMenu } from "../ui/list_tools";
import { Mark } from "../ui/mark";
import { Card, Loaded, PageHead, Tabs } from "../ui/parts";
import { PrintButton } from "../ui/print";
import { Views } from "../ui/views";
import {
  Actions, finding_states, findingStateOf, ownerAndDue, Steps,
} from "./finding_parts";
import type { FindingState } from "./finding_parts";
import { SaveFindings } from "./finding_file";
import { FindingLine } from "./finding_line";
import { useList } from "./more";
import type { List } from "./more";
import { useSiteName } from "./site_names";
import { countOf, numberOf, TaskItem } from "./task_item";

const kind_fields = ["title", "devices", "opened"] as const;
const finding_fields = ["name", "site", "place", "owner", "due", "opened"] as const;
/** From device to device one sees many; of a kind, one begins at the top. */
const first_rows = { device: 1000, kind: 100 };

type Findings = List<"/api/v1/findings">;

interface Place {
  state: FindingState;
  rule: string | undefined;
}

const toInbox = (place: Partial<Place> & { by?: string | undefined; q?: string }): string =>
  linkTo("/inbox", { ...place, state: place.state === "open" ? undefined : place.state });

function InboxTabs({ state, rule, by }: Place & { by: string | undefined }): ReactElement {
  const { w } = useSpeech();
  const { q } = useAsked();
  const tabs = finding_states.map((name) => ({
    name,
    to: toInbox({ state: name, rule, by, q }),
    text: w.findings.states[name],
  }));
  return <Tabs label={w.nav.findings} tabs={tabs} open={state} />;
}

function NoFindings({ state, asked }: { state: FindingState; asked: Asked }): ReactElement {
  const { w } = useSpeech();
  return (
    <NoRows asked={asked}>
      <Mark state="good" /> {state === "open" ? w.findings.noneOpen : w.none}
    </NoRows>
  );
}

/** The kinds of findings in a state; all of them are here. */
function Kinds({ kinds, state }: { kinds: Task[]; state: FindingState }): ReactElement {
  const { w, both, joined } = useSpeech();
  const asked = useAsked();
  const shown = inOrder(kinds, kind_fields, asked, (kind) => [
    both(kind.title), numberOf(kind), kind.oldest_opened_at, joined(kind.why),
    ...kind.some_devices, ...kind.some_owners,
  ]);
  return (
    <>
      <div className="row tools-line">
        <SearchBox asked={asked} of={w.nav.findings} />
        <SortMenu asked={asked} of={w.nav.findings} usual={w.findings.worstFirst}
          options={kind_fields.map((field) => [field, w.findings.orders[field]])} />
      </div>
      {shown.length === 0 ? <NoFindings state={state} asked={asked} /> : (
        <ul className="tasks">
          {shown.map((kind) => (
            <TaskItem key={kind.rule} task={kind} state={state} />
          ))}
        </ul>
      )}
    </>
  );
}

/** Narrows and sorts findings, which the collector does. */
function FindingTools({ asked }: { asked: Asked }): ReactElement {
  const { w } = useSpeech();
  return (
    <div className="row tools-line">
      <SearchBox asked={asked} of={w.nav.findings} />
      <SortMenu asked={asked} of={w.nav.findings} usual={w.findings.worstNewest}
        options={[
          ...finding_fields.map((field) => [field, w.findings.orders[field]] as const),
          ["-opened", w.findings.orders.newest],
        ]} />
    </div>
  );
}

function KindList({ kinds, place }: { kinds: Task[]; place: Place }): ReactElement {
  const { w, both } = useSpeech();
  return (
    <ul className="kinds">
      {kinds.map((kind) => (
        <li key={kind.rule}>
          <Link
            href={toInbox({ state: place.state, rule: kind.rule })}
            aria-current={kind.rule === place.rule ? "true" : undefined}
          >
            <Mark state={stateOf(kind.severity)} />
            <span>{both(kind.title)}</span>
            <b className="nowrap">{countOf(kind, w)}</b>
          </Link>
        </li>
      ))}
    </ul>
  );
}

/** The devices of one kind, each to be chosen; what is done is done with all that are chosen. */
function Chosen({ items, total, state }: {
  items: Finding[];
  total: number;
  state: FindingState;
}): ReactElement {
  const speech = useSpeech();
  const { w, both, when } = speech;
  const may = useMay();
  const site_name = useSiteName();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const ids = items.map(({ id }) => id).filter((id) => chosen.has(id));
  const choose = (id: string, on: boolean): void => {
    const next = new Set(chosen);
    if (on) next.add(id);
    else next.delete(id);
    setChosen(next);
  };
  const all = ids.length === items.length && items.length > 0;
  return (
    <>
      {may.answer ? (
        <div className="no-print">
          <label className="line">
            <input
              type="checkbox"
              checked={all}
              onChange={(event) => setChosen(new Set(event.target.checked ? items.map((i) => i.id) : []))}
            />
            <span>
              {items.length < total ? w.findings.chooseShown(items.length, total) : w.findings.chooseAll}{" "}
              <span className="soft">{w.findings.chosen(ids.length)}</span>
            </span>
          </label>
          <Actions
            state={state}
            ids={ids}
            may_operate={may.operate}
            done={() => {
              setChosen(new Set());
              return readAnew();
            }}
          />
        </div>
      ) : null}
      <ul className="found">
        {items.map((finding) => (
          <li key={finding.id}>
            {may.answer ? (
              <label className="check">
                <input
                  type="checkbox"
                  checked={chosen.has(finding.id)}
                  onChange={(event) => choose(finding.id, event.target.checked)}
                />
                <span className="unseen">{finding.device}</span>
              </label>
            ) : null}
            <div>
              <Link href={`/findings/${encodeURIComponent(finding.id)}`}>
                <b>{finding.device}</b>
              </Link>{" "}
              {both(finding.line)}
              <div className="small soft">
                {finding.device_id ? `${site_name(finding.site)} / ` : ""}
                {w.overview.since(when(finding.opened_at))}{" "}
                {ownerAndDue(finding, speech) || `${w.findings.owner} ${w.findings.nobody}`}
              </div>
            </div>
          </li>
        ))}
      </ul>
    </>
  );
}

/** One kind: the steps once, then its devices. */
function KindPanel({ state, rule, kind, list }: {
  state: FindingState;
  rule: string;
  kind: Task | undefined;
  list: Findings;
}): ReactElement {
  const { w, both } = useSpeech();
  const asked = useAsked();
  return (
    <Loaded of={list.page}>
      {(answer) => {
        const { items, total } = answer;
        const first = items[0];
        if (!first)
          return (
            <Card>
              <FindingTools asked={asked} />
              <NoFindings state={state} asked={asked} />
            </Card>
          );
        return (
          <Card
            title={both(kind?.title ?? first.title)}
            aside={
              <span className="row">
                <span className="soft">{w.findings.count(total)}</span>
                <SaveFindings items={items} name={both(first.title)} />
              </span>
            }
          >
            <Steps why={first.why} next={first.next} rule={rule} />
            <h3>{w.findings.devicesOf}</h3>
            <FindingTools asked={asked} />
            <Chosen
              key={`${state} ${rule}`}
              items={items}
              total={total}
              state={state}
            />
            {list.more(answer)}
          </Card>
        );
      }}
    </Loaded>
  );
}

/** All findings of a state, one after the other: for who goes from device to device. */
function ByDevice({ state, list }: { state: FindingState; list: Findings }): ReactElement {
  const { w } = useSpeech();
  const asked = useAsked();
  return (
    <>
      <FindingTools asked={asked} />
      <Loaded of={list.page}>
        {(answer) => {
          const { items, total } = answer;
          const devices = new Map<string, Finding[]>();
          for (const finding of items)
            devices.set(finding.device, [...(devices.get(finding.device) ?? []), finding]);
          if (items.length === 0) return <NoFindings state={state} asked={asked} />;
          return (
            <>
              <p className="row">
                <span className="soft">{w.findings.count(total)}</span>
                <SaveFindings items={[...devices.values()].flat()} name={w.nav.findings} />
              </p>
              {[...devices].map(([name, found]) => (
                <Card key={name} title={<DeviceName finding={found[0]} />}>
                  <ul className="found">
                    {found.map((finding) => (
                      <FindingLine key={finding.id} finding={finding} />
                    ))}
                  </ul>
                </Card>
              ))}
              {list.more(answer)}
            </>
          );
        }}
      </Loaded>
    </>
  );
}

function DeviceName({ finding }: { finding: Finding | undefined }): ReactElement {
  if (!finding?.device_id) return <>{finding?.device}</>;
  return <Link href={`/devices/${finding.device_id}`}>{finding.device}</Link>;
}

/** What needs attention: by kind with its steps, or by device. */
export default function Inbox(): ReactElement {
  const { w } = useSpeech();
  const [query] = useQueryOfPage();
  const state = findingStateOf(query.get("state"));
  const rule = query.get("rule") ?? undefined;
  const by = query.get("by") === "device" ? "device" : undefined;
  const groups = useGet("/api/v1/finding-groups", { state });
  const { q, sort } = useAsked();
  const way = by ? "device" : "kind";
  const list: Findings = useList(
    "/api/v1/findings", by ? { state, q, sort } : { state, rule, q, sort },
    { first: first_rows[way], enabled: by !== undefined || rule !== undefined });
  const ways = [
    { name: "kind", to: toInbox({ state }), text: w.findings.byKind },
    { name: "device", to: toInbox({ state, by: "device" }), text: w.findings.byDevice },
  ];
  let content: ReactElement;
  if (by) content = <ByDevice key={state} state={state} list={list} />;
  else
    content = (
      <Loaded of={groups}>
        {({ items }) =>
          rule ? (
            <div className="beside">
              <Card className="no-print">
                <Link href={toInbox({ state })}>‹ {w.findings.allKinds}</Link>
                <KindList kinds={items} place={{ state, rule }} />
              </Card>
              <KindPanel key={`${state} ${rule}`} state={state} rule={rule}
                kind={items.find((one) => one.rule === rule)} list={list} />
            </div>
          ) : (
            <Card>
              {items.length > 1 ? (
                <p className="soft small">{w.findings.kinds(items.length, items.filter(({ severity }) => severity === "info").length)}</p>
              ) : null}
              <Kinds kinds={items} state={state} />
            </Card>
          )
        }
      </Loaded>
    );
  return (
    <>
      <PageHead
        tools={
          <PrintButton text={rule ? w.findings.printSteps : w.print} />
        }
      >
        {w.nav.findings}
      </PageHead>
      <div className="row between tabs-line">
        <InboxTabs state={state} rule={rule} by={by} />
        <div className="row">
          <Tabs label={w.findings.ways} tabs={ways} open={way} />
          <Views list="inbox" />
        </div>
      </div>
      {content}
    </>
  );
}
