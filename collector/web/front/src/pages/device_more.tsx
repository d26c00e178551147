import type { ReactElement } from "react";

import type { Facts as FactsOf, Footprint } from "../api/facts";
import type { DeviceView } from "../api/types";
import { useSpeech } from "../i18n/words";
import type { Words } from "../i18n/ja";
import { Mark } from "../ui/mark";
import { Card, Facts } from "../ui/parts";
import { Table } from "../ui/table";

const day_s = 86_400;
const mib_bytes = 1_048_576;

function sectionName(w: Words, name: string): string {
  return Object.hasOwn(w.sections, name) ? w.sections[name as keyof Words["sections"]] : name;
}

/** What the agent measured of itself; it has told nothing yet when there is none. */
export function Cost({ view }: { view: DeviceView }): ReactElement | null {
  const { w } = useSpeech();
  const { costs, ...words } = w.device;
  const footprint = (view.footprint ?? {}) as Footprint;
  if (!footprint.up_s) return null;
  const mib = (bytes = 0): string => words.megabytes((bytes / mib_bytes).toFixed(1));
  const cpu = ((footprint.cpu_ms ?? 0) / (10 * footprint.up_s)).toFixed(2);
  const traffic = ((footprint.sent_bytes ?? 0) + (footprint.received_bytes ?? 0)) / footprint.up_s;
  const { probe_slowest: slowest, probe_ms_max = 0 } = footprint;
  return (
    <Card title={words.cost}>
      {(footprint.degraded ?? []).map((what) => (
        <p className="note" key={what}>
          <Mark state="warning" /> {words.heldBack(what)}
        </p>
      ))}
      <Facts
        of={[
          [costs.cpu, words.cpuShare(cpu)],
          [costs.memory, mib(footprint.pss_bytes || footprint.rss_bytes)],
          [costs.network, words.perDay(mib(traffic * day_s))],
          [costs.waiting, words.records(footprint.spool_events ?? 0)],
          [costs.slowest,
            slowest ? words.took(sectionName(w, slowest), (probe_ms_max / 1000).toFixed(1)) : ""],
        ]}
      />
    </Card>
  );
}

export function Incidents({ view }: { view: DeviceView }): ReactElement | null {
  const { w, exact } = useSpeech();
  if (view.incidents.length === 0) return null;
  const nameOf = (kind: string): string =>
    Object.hasOwn(w.incidents, kind) ? w.incidents[kind as keyof Words["incidents"]] : kind;
  return (
    <Card title={w.device.incidents}>
      <Table
        caption={w.device.incidents}
        heads={w.device.incidentHeads}
        tight={[0]}
        rows={view.incidents.map(({ at, kind, detail }, i) => ({
          key: `${at} ${i}`,
          cells: [exact(at), nameOf(kind), detail],
        }))}
      />
    </Card>
  );
}

/** What the agent goes by, and who said it: what is built in comes last. */
export function Settings({ view }: { view: DeviceView }): ReactElement | null {
  const { w } = useSpeech();
  const { settingOrigins: origins } = w.device;
  const all = ((view.facts ?? {}) as FactsOf).self?.settings ?? [];
  if (all.length === 0) return null;
  const nameOf = (origin: string): string => {
    const key = origin.replace(" ", "_");
    return Object.hasOwn(origins, key) ? origins[key as keyof typeof origins] : origin;
  };
  const built_in = (origin: string): boolean => origin === "default";
  const rows = [...all].sort((a, b) => Number(built_in(a.origin)) - Number(built_in(b.origin)));
  return (
    <Card className="no-print">
      <details>
        <summary>{w.device.settings}</summary>
        <Table
          caption={w.device.settings}
          heads={w.device.settingHeads}
          rows={rows.map(({ key, value, origin }) => ({ key, cells: [key, value, nameOf(origin)] }))}
        />
      </details>
    </Card>
  );
}

export function Raw({ view }: { view: DeviceView }): ReactElement {
  const { w, exact } = useSpeech();
  const facts = (view.facts ?? {}) as Record<string, unknown>;
  return (
    <Card title={w.device.raw} className="no-print">
      {view.sections.map(({ name, received_at }) => (
        <details key={name}>
          <summary>
            {sectionName(w, name)}{" "}
            <span className="soft small">{w.device.received(exact(received_at))}</span>
          </summary>
          <pre tabIndex={0}>{JSON.stringify(facts[name], null, 1)}</pre>
        </details>
      ))}
    </Card>
  );
}
