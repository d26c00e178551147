import { useRef } from "react";
import type { ReactElement } from "react";

import { get, post } from "../api/client";
import type { Answer } from "../api/client";
import { readAnew, useGet } from "../api/queries";
import { SupportBar, YearHeads } from "../charts/years";
import {
  budgetOf, endsBy, firstDayOf, fiscalYearOf, lastDayOf, placeOf, priceOf, systemsOf,
} from "../domain/budget";
import type { SystemLine } from "../domain/budget";
import { inOrder } from "../domain/in_order";
import { spanOf, stateOfLine, years_shown } from "../domain/support";
import { useSpeech } from "../i18n/words";
import type { Speech } from "../i18n/words";
import { Link } from "../router";
import { useMay } from "../session";
import { useAsked } from "../ui/asked";
import { DialogButton } from "../ui/dialog";
import { Field, Form } from "../ui/form";
import { HeadMenu, SortHead } from "../ui/list_tools";
import { Mark } from "../ui/mark";
import { Card, Loaded, PageHead } from "../ui/parts";
import { PrintButton } from "../ui/print";
import { SaveButton } from "../ui/save_button";
import { SaveTable } from "../ui/save_table";
import { Views } from "../ui/views";
import { useSiteName } from "./site_names";
import "../style/support.css";

type View = Answer<"/api/v1/os-support">;

function remarkOf(line: SystemLine, { w }: Speech): string {
  const words = w.support;
  if (line.support === "unknown") return words.notKnown;
  if (line.free_update) return words.free;
  const parts = [
    line.support === "extended_only" ? words.extendedOnly : "",
    line.until === null && line.support === "supported" ? words.noEnd : "",
    line.waived > 0 ? words.waived(line.waived) : "",
  ];
  return parts.filter(Boolean).join(w.comma);
}

/** Each system with how long its support reaches, the next five fiscal years. */
function Timeline({ view }: { view: View }): ReactElement {
  const speech = useSpeech();
  const { w } = speech;
  const words = w.support;
  const first = fiscalYearOf(view.today);
  const years = Array.from({ length: years_shown }, (_, i) => words.year(first + i));
  const now = placeOf(view.today, firstDayOf(first), firstDayOf(first + years_shown));
  const node = useRef<HTMLTableElement>(null);
  const asked = useAsked("systems");
  const lines = inOrder(systemsOf(view.items), ["os", "devices", "remark"], asked, (line) =>
    [line.os || w.unknown, line.devices, remarkOf(line, speech)]);
  return (
    <>
    <HeadMenu asked={asked} of={w.nav.os}
      heads={[["os", words.heads.os], ["devices", words.heads.devices], ["remark", words.heads.remark]]} />
    <table className="support" ref={node}>
      <caption className="unseen">{w.nav.os}</caption>
      <thead>
        <tr>
          <SortHead head={words.heads.os} field="os" asked={asked} />
          <SortHead head={words.heads.devices} field="devices" asked={asked} className="number" />
          <th scope="col" className="wide" data-text={words.heads.until}>
            <span className="unseen">{words.heads.until}</span>
            <YearHeads names={years} />
          </th>
          <SortHead head={words.heads.remark} field="remark" asked={asked} />
        </tr>
      </thead>
      <tbody>
        {lines.map((line) => {
          const state = stateOfLine(line, view.today);
          return (
            <tr key={[line.os, line.support, line.until].join()}>
              <th scope="row">
                <Mark state={state} name={w.state[state as "good"]} /> {line.os || w.unknown}
              </th>
              <td className="number" data-head={words.heads.devices}>{line.devices}</td>
              <td className="wide" data-text={line.until ? speech.day(line.until) : w.noEnd}>
                <span className="unseen">{line.until ? speech.day(line.until) : w.noEnd}</span>
                <SupportBar today={now} span={spanOf(line, view.today, speech)} />
              </td>
              <td className="small" data-head={words.heads.remark}>{remarkOf(line, speech)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
    <SaveTable of={node} name={w.nav.os} rows={lines.length} />
    </>
  );
}

function PriceForm({ view, systems, close }: {
  view: View;
  systems: string[];
  close: () => void;
}): ReactElement {
  const { w } = useSpeech();
  const words = w.support;
  const names = ["", ...systems];
  const known = (os: string): number =>
    view.prices.find((one) => one.os === os)?.price ?? 0;
  const send = async (values: Record<string, string>): Promise<void> => {
    for (const [i, os] of names.entries()) {
      const price = Number(values[`price${i}`] || 0);
      if (price !== known(os)) await post("/api/v1/os-support/prices", {}, { os, price });
    }
  };
  return (
    <Form send={send} submit={words.savePrices} cancel={close}
      done={() => {
        close();
        void readAnew();
      }}>
      {names.map((os, i) => (
        <Field key={os} label={os || words.otherPrice} hint={i === 0 ? words.priceHint : undefined}
          name={`price${i}`} type="number" min="0" max="100000000" step="1000"
          defaultValue={known(os) || ""} />
      ))}
    </Form>
  );
}

/** The devices behind the sums, for a file. */
async function budgetRows(
  view: View, until: string, speech: Speech, site_name: (id: string) => string,
): Promise<string[][]> {
  const { w } = speech;
  const words = w.support;
  const page = await get("/api/v1/os-support/devices", { before: until });
  const rows = page.items.map((item) => [
    site_name(item.site), item.name, item.model, item.os, item.until ?? "",
    item.until !== null && item.until < view.today ? words.ended : "",
    String(priceOf(view.prices, item.os) ?? ""),
  ]);
  return [[...words.csv], ...rows];
}

/** What the next fiscal year costs, by department. */
function Budget({ view }: { view: View }): ReactElement {
  const speech = useSpeech();
  const { w } = speech;
  const words = w.support;
  const may = useMay();
  const site_name = useSiteName();
  const node = useRef<HTMLTableElement>(null);
  const year = fiscalYearOf(view.today) + 1;
  const until = lastDayOf(year);
  const lines = budgetOf(view.items, view.prices, until);
  const asked = useAsked("budget");
  const shown = inOrder(lines, ["site", "devices", "amount"], asked, (line) =>
    [site_name(line.site), line.devices, line.amount]);
  const devices = lines.reduce((sum, line) => sum + line.devices, 0);
  const amount = lines.reduce((sum, line) => sum + line.amount, 0);
  const unpriced = lines.reduce((sum, line) => sum + line.unpriced, 0);
  const systems = [...new Set(view.items.filter((group) => endsBy(group, until))
    .map(({ os }) => os))].filter(Boolean);
  return (
    <Card
      title={words.budget(year)}
      aside={
        <div className="row tools">
          {may.operateWhole && devices > 0 ? (
            <DialogButton text={words.prices} title={words.prices}>
              {(close) => <PriceForm view={view} systems={systems} close={close} />}
            </DialogButton>
          ) : null}
          {devices > 0 ? (
            <SaveButton name={`${w.nav.os} ${words.year(fiscalYearOf(until))}`} text={words.save}
              rows={() => budgetRows(view, until, speech, site_name)} />
          ) : null}
        </div>
      }
    >
      {devices === 0 ? (
        <p>
          <Mark state="good" /> {words.nothing}
        </p>
      ) : (
        <table ref={node}>
          <caption className="unseen">{words.budget(year)}</caption>
          <thead>
            <tr>
              <SortHead head={words.heads.site} field="site" asked={asked} />
              <SortHead head={words.heads.devices} field="devices" asked={asked} className="number" />
              <SortHead head={words.heads.amount} field="amount" asked={asked} className="number" />
            </tr>
          </thead>
          <tbody>
            {shown.map((line) => (
              <tr key={line.site}>
                <th scope="row">
                  <Link href={`/devices?site=${line.site}`}>{site_name(line.site)}</Link>
                </th>
                <td className="number" data-head={words.heads.devices}>{line.devices}</td>
                <td className="number" data-head={words.heads.amount}>
                  {line.amount > 0 ? words.yen(line.amount) : "―"}
                </td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">{words.sum}</th>
              <td className="number">{devices}</td>
              <td className="number">{amount > 0 ? words.yen(amount) : "―"}</td>
            </tr>
          </tfoot>
        </table>
      )}
      {devices > 0 ? <SaveTable of={node} name={words.budget(year)} rows={lines.length} /> : null}
      {unpriced > 0 ? <p className="soft small">{words.unpriced(unpriced)}</p> : null}
      <p className="soft small">{words.how}</p>
    </Card>
  );
}

function Sentence({ view }: { view: View }): ReactElement {
  const { w } = useSpeech();
  const words = w.support;
  const year = fiscalYearOf(view.today) + 1;
  const need = view.items.filter((group) => endsBy(group, lastDayOf(year)));
  const sum = (groups: View["items"]): number =>
    groups.reduce((all, { devices }) => all + devices, 0);
  const ended = sum(need.filter(({ until }) => until !== null && until < view.today));
  const all = sum(need);
  const state = ended > 0 ? "action" : all > 0 ? "warning" : "good";
  return (
    <p className="sentence">
      <Mark state={state} />
      <span>{all > 0 ? words.sentence(all, ended, year) : words.nothing}</span>
    </p>
  );
}

/** When support ends, and what the next fiscal year's replacements cost. */
export default function OsSupport(): ReactElement {
  const { w } = useSpeech();
  const page = useGet("/api/v1/os-support", {}, { every_ms: 300_000 });
  return (
    <>
      <PageHead
        tools={
          <PrintButton main />
        }
      >
        {w.nav.os}
      </PageHead>
      <Views list="os" />
      <Loaded of={page}>
        {(view) =>
          view.items.length === 0 ? (
            <p>{w.support.noDevices}</p>
          ) : (
            <>
              <Card>
                <Sentence view={view} />
                <Timeline view={view} />
                <p className="soft small">{w.support.asOf(view.data_date)}</p>
              </Card>
              <Budget view={view} />
            </>
          )
        }
      </Loaded>
    </>
  );
}
