import type { ReactElement, ReactNode } from "react";

import type { Facts as FactsOf, Product, Section, Unknown } from "../api/facts";
import { useGet } from "../api/queries";
import { stateOf } from "../api/types";
import type { DeviceView, State } from "../api/types";
import { useSpeech } from "../i18n/words";
import type { Words } from "../i18n/ja";
import { Link } from "../router";
import { Mark } from "../ui/mark";
import { Card, Facts, Loaded, PageHead } from "../ui/parts";
import type { Fact } from "../ui/parts";
import { PrintButton } from "../ui/print";
import { ruleName } from "../ui/rule_name";
import { Table } from "../ui/table";
import { Cost, Incidents, Raw, Settings } from "./device_more";
import { DeviceLedger } from "./device_ledger";
import { PastState } from "./device_past";
import { DevicePolicy } from "./device_policy";
import { DeviceScore } from "./device_score";
import { Timeline } from "./device_timeline";
import { FindingLine } from "./finding_line";
import { stageWord } from "./ledger_filters";

const factsOf = (view: DeviceView): FactsOf => (view.facts ?? {}) as FactsOf;

/** Why a fact of a section is not known. */
function whyNot(unknown: Unknown[] | undefined, fact: string): string | undefined {
  return unknown?.find((entry) => entry.fact === fact || !entry.fact)?.why;
}

/** A value, or why it is not known. */
function Known({ value, why }: { value: ReactNode; why?: string | undefined }): ReactElement {
  const { w } = useSpeech();
  if (value !== undefined && value !== null && value !== "") return <>{value}</>;
  return (
    <span className="unknown">
      <Mark state="unknown" /> {why ? w.because(why) : w.unknown}
    </span>
  );
}

function ToDo({ view }: { view: DeviceView }): ReactElement | null {
  const { w } = useSpeech();
  const open = view.findings.filter((finding) => !finding.resolved_at);
  if (open.length === 0)
    return view.state === "good" || view.state === "info" ? (
      <p className="note good">
        <Mark state="good" /> {w.device.allWell}
      </p>
    ) : null;
  return (
    <Card title={w.device.toDo}>
      <ul className="found">
        {open.map((finding) => (
          <FindingLine key={finding.id} finding={finding} />
        ))}
      </ul>
    </Card>
  );
}

function Checks({ view }: { view: DeviceView }): ReactElement | null {
  const { w, both } = useSpeech();
  if (view.checks.length === 0) return null;
  const shapeOf = (rule: string, verdict: string): State => {
    const worst = view.findings.find((found) => found.rule === rule && !found.resolved_at);
    const shapes: Record<string, State> = {
      good: "good",
      bad: worst ? stateOf(worst.severity) : "warning",
      not_applicable: "none",
    };
    return shapes[verdict] ?? "unknown";
  };
  const wordOf = (verdict: string): string =>
    Object.hasOwn(w.device.verdicts, verdict)
      ? w.device.verdicts[verdict as keyof Words["device"]["verdicts"]] : verdict;
  return (
    <Card title={w.device.checks}>
      <div className="checks">
        {view.checks.map(({ rule, verdict, reason, reason_ja }) => (
          <div key={rule}>
            <Mark state={shapeOf(rule, verdict)} name={wordOf(verdict)} />
            <span>
              {ruleName(rule, w)}
              {reason ? (
                <span className="soft small">
                  {` ${wordOf(verdict)}: ${both({ ja: reason_ja || reason, en: reason })}`}
                </span>
              ) : null}
            </span>
          </div>
        ))}
      </div>
    </Card>
  );
}

function Basics({ view }: { view: DeviceView }): ReactElement {
  const { w, exact } = useSpeech();
  const { names } = w.device;
  const facts = factsOf(view);
  const why = (section: Section | undefined, fact: string): string | undefined =>
    whyNot(section?.from?.unknown, fact);
  const of: Fact[] = [
    [names.os, <Known key="os" value={[view.os, view.os_version].filter(Boolean).join(" ")}
      why={why(facts.os, "product")} />],
    [names.kernel, facts.os?.kernel],
    [names.address, <Known key="address" value={view.addresses}
      why={why(facts.interfaces, "adapters")} />],
    [names.machine, <Known key="machine" value={[view.vendor, view.model].filter(Boolean).join(" ")}
      why={why(facts.hardware, "model")} />],
    [names.serial, facts.hardware?.serial],
    [names.agent, view.agent_version],
    [names.since, exact(view.created_at)],
  ];
  return (
    <Card title={w.device.basics}>
      <Facts of={of} />
    </Card>
  );
}

function ProductFacts({ product }: { product: Product }): ReactElement {
  const { w, exact, when } = useSpeech();
  const { av } = w.device;
  const moment = (time: string | undefined, fact: string): ReactElement => (
    <Known value={time && `${exact(time)}${w.brackets(when(time))}`} why={whyNot(product.unknown, fact)} />
  );
  const switches: Record<string, string> = { on: av.on, off: av.off };
  const dates: Fact[] = product.has_pattern
    ? [
        [av.built, moment(product.pattern_built_at, "pattern_built_at")],
        [av.applied, moment(product.pattern_applied_at, "pattern_applied_at")],
        [av.tried, moment(product.update_tried_at, "update_tried_at")],
      ]
    : [[av.built, av.noPattern]];
  return (
    <Facts
      of={[
        [av.product, `${product.name ?? product.id} ${product.version ?? ""}`],
        ...dates,
        [av.realtime, <Known key="realtime" value={switches[product.realtime ?? ""]}
          why={whyNot(product.unknown, "realtime")} />],
      ]}
    />
  );
}

function Protection({ view }: { view: DeviceView }): ReactElement {
  const { w, day } = useSpeech();
  const { antivirus, patches } = factsOf(view);
  const products = antivirus?.products ?? [];
  // Looked for and not found is known.
  const why_none = whyNot(antivirus?.from?.unknown, "products");
  return (
    <Card title={w.device.protection}>
      {products.length === 0 ? (
        <Facts of={[[w.device.av.none, antivirus && why_none === undefined ? (
          <span key="none">
            <Mark state="action" /> {w.device.av.missing}
          </span>
        ) : <Known key="none" value="" why={why_none} />]]} />
      ) : (
        products.map((product) => <ProductFacts key={product.id} product={product} />)
      )}
      <Facts of={[[w.device.av.updated, <Known key="updated" value={day(patches?.last_update_at)}
        why={whyNot(patches?.from?.unknown, "last_update_at")} />]]} />
    </Card>
  );
}

/** What could not be read, and why: never hidden behind a good state. */
function Unknowns({ view }: { view: DeviceView }): ReactElement | null {
  const { w } = useSpeech();
  const nameOf = (section: string): string =>
    Object.hasOwn(w.sections, section) ? w.sections[section as keyof Words["sections"]] : section;
  const rows = Object.entries(factsOf(view) as Record<string, Section>).flatMap(
    ([section, body]) => [
      ...(body?.from?.unknown ?? []).map(({ fact, why }) => [nameOf(section), fact ?? "", why]),
      ...(body?.products ?? []).flatMap((product) =>
        (product.unknown ?? []).map(({ fact, why }) => [
          `${nameOf(section)}: ${product.name ?? product.id}`, fact ?? "", why,
        ])),
    ],
  );
  if (rows.length === 0) return null;
  return (
    <Card
      title={
        <>
          <Mark state="unknown" /> {w.device.unknowns}
        </>
      }
    >
      <Table
        caption={w.device.unknowns}
        heads={w.device.unknownHeads}
        rows={rows.map((cells) => ({ key: cells.join(" "), cells }))}
      />
    </Card>
  );
}

/** Everything about one device. */
export default function Device({ id }: { id: string }): ReactElement {
  const { w, when } = useSpeech();
  const device = useGet("/api/v1/devices/{id}", { id });
  return (
    <Loaded of={device}>
      {(view) => (
        <>
          <p className="no-print">
            <Link href="/devices">‹ {w.device.back}</Link>
          </p>
          <PageHead
            tools={
              <PrintButton />
            }
          >
            <Mark state={stateOf(view.state)} /> {view.name}
          </PageHead>
          <p>
            <b className={view.state}>
              {view.stage === "in_use" ? w.state[stateOf(view.state) as "good"] : stageWord(view.stage, w)}
            </b>{" "}
            <span className="soft">{w.device.lastSeen(when(view.last_seen))}</span>
          </p>
          {view.stage === "in_use" ? null : (
            <p className="note">
              {w.deviceList.outOfUse(stageWord(view.stage, w))} {w.deviceList.stageMeans}
            </p>
          )}
          {view.cloned ? <p className="note bad">{w.device.cloned}</p> : null}
          <ToDo view={view} />
          <div className="two">
            <div>
              <Protection view={view} />
              <Checks view={view} />
            </div>
            <div>
              <Basics view={view} />
              <DeviceLedger id={id} />
              <DeviceScore view={view} />
              <Cost view={view} />
            </div>
          </div>
          <Unknowns view={view} />
          <PastState id={id}>
            {(past) => (
              <div className="two">
                <Protection view={past} />
                <Basics view={past} />
              </div>
            )}
          </PastState>
          <Timeline view={view} />
          <Incidents view={view} />
          <Settings view={view} />
          <DevicePolicy id={id} />
          <Raw view={view} />
        </>
      )}
    </Loaded>
  );
}
