import type { ReactElement } from "react";

import { useGet } from "../api/queries";
import { SupportBar, YearHeads } from "../charts/years";
import { endsBy, firstDayOf, fiscalYearOf, lastDayOf, placeOf, systemsOf } from "../domain/budget";
import { spanOf, stateOfLine, years_shown } from "../domain/support";
import { useSpeech } from "../i18n/words";
import { Link } from "../router";
import { Mark } from "../ui/mark";
import { Card } from "../ui/parts";
import "../style/support.css";

const systems_shown = 7;

/** Whose support ends when, the earliest first, and how many devices that is money for. */
export function OsSupportCard(): ReactElement | null {
  const speech = useSpeech();
  const { w } = speech;
  const words = w.overview.os;
  const { data: view } = useGet("/api/v1/os-support", {}, { every_ms: 600_000 });
  if (!view || view.items.length === 0) return null;
  const year = fiscalYearOf(view.today);
  const lines = systemsOf(view.items);
  const need = lines.filter((line) => endsBy(line, lastDayOf(year + 1)))
    .reduce((sum, { devices }) => sum + devices, 0);
  const now = placeOf(view.today, firstDayOf(year), firstDayOf(year + years_shown));
  return (
    <Card title={w.nav.os} className="os-card" aside={<Link href="/os">{words.budget}</Link>}>
      <p className="small">
        {words.need(year + 1)} <b className="nowrap">{w.devices(need)}</b>
      </p>
      <div className="systems-head small soft no-print" aria-hidden="true">
        <YearHeads names={Array.from({ length: years_shown }, (_, i) =>
          i % 2 === 0 ? String(year + i) : "")} />
      </div>
      <ul className="systems">
        {lines.slice(0, systems_shown).map((line) => {
          const state = stateOfLine(line, view.today);
          return (
            <li key={[line.os, line.support, line.until].join()}>
              <span className="name">
                <Mark state={state} name={w.state[state as "good"]} /> {line.os || w.unknown}
              </span>
              <span className="unseen">{line.until ? speech.day(line.until) : ""}</span>
              <SupportBar today={now} span={spanOf(line, view.today, speech)} />
              <b className="number nowrap">{line.devices}{w.deviceUnit}</b>
            </li>
          );
        })}
      </ul>
      {lines.length > systems_shown ? (
        <p className="small soft">{words.more(lines.length - systems_shown)}</p>
      ) : null}
    </Card>
  );
}
