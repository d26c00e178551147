import { useState } from "react";
import type { ReactElement } from "react";

import { post } from "../api/client";
import type { Answer } from "../api/client";
import { readAnew, useGet } from "../api/queries";
import { StackedBar, states_in_order } from "../charts/charts";
import { TrendLine } from "../charts/trend";
import { useSpeech } from "../i18n/words";
import { Link, linkTo, useLocation, useQueryOfPage } from "../router";
import { useMay, useSession } from "../session";
import { Change } from "../ui/change";
import { DialogButton } from "../ui/dialog";
import { Form } from "../ui/form";
import { Mark } from "../ui/mark";
import { Card, Loaded, PageHead } from "../ui/parts";
import { PrintButton } from "../ui/print";
import { ruleName } from "../ui/rule_name";
import { goal_score } from "./overview_sites";
import { Table } from "../ui/table";
import { Approval } from "./approval";
import { ReportMail } from "./report_mail";
import "../style/report.css";

type View = Answer<"/api/v1/reports/{month}">;
type Report = View["report"];
type Rule = Report["rules"][number];

// What fits on one sheet of A4.
const rules_shown = 6;
const sites_shown = 10;
const waivers_shown = 5;
const support_shown = 6;

function How({ report }: { report: Report }): ReactElement {
  const { w } = useSpeech();
  const words = w.reports;
  const { all } = report;
  return (
    <section className="card state">
      <div>
        <p className="sentence">
          {all.score === null ? words.noScore : words.sentence(all.score, all.before)}
        </p>
        <p>{words.inNeed(report.action, report.all.devices)}</p>
        <p className="soft">
          {words.changes(report.opened, report.resolved, report.resolved_by_people)}
        </p>
        <StackedBar counts={report} />
        <div className="legend">
          {states_in_order.map((name) => (
            <span key={name} className="nowrap">
              <Mark state={name} /> {w.state[name]} <b>{report[name]}</b> {w.deviceUnit}
            </span>
          ))}
        </div>
      </div>
      <div className="score">
        <span className="soft">{w.overview.score}</span>
        <p className="big">
          {all.score ?? "―"}
          <span className="small">{w.overview.points}</span>
        </p>
        <p>
          {words.sinceBefore} <Change now={all.score} before={all.before} />
        </p>
        <p className="soft">{w.overview.goal} {w.overview.goalPoints(goal_score)}</p>
      </div>
    </section>
  );
}

function Rules({ title, rules, none, report }: {
  title: string;
  rules: Rule[];
  none: string;
  report: Report;
}): ReactElement {
  const { w } = useSpeech();
  const [name = "", before = "", end = ""] = w.reports.ruleHeads;
  const now = report.complete ? end : w.reports.asOfNow;
  return (
    <Card title={title}>
      {rules.length === 0 ? (
        <p className="soft">{none}</p>
      ) : (
        <table className="tightly">
          <caption className="unseen">{title}</caption>
          <thead>
            <tr>
              <th scope="col">{name}</th>
              <th scope="col" className="number">{before}</th>
              <th scope="col" className="number">{now}</th>
            </tr>
          </thead>
          <tbody>
            {rules.slice(0, rules_shown).map((rule) => (
              <tr key={rule.rule}>
                <th scope="row">{ruleName(rule.rule, w)}</th>
                <td className="number" data-head={before}>
                  {report.all.before === null ? "―" : w.reports.cases(rule.before)}
                </td>
                <td className="number" data-head={now}><b>{w.reports.cases(rule.now)}</b></td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
}

/** The departments whose score moved most. */
function Sites({ report }: { report: Report }): ReactElement | null {
  const { w } = useSpeech();
  const { hospital } = useSession();
  const words = w.reports;
  const moved = (site: Report["sites"][number]): number =>
    Math.abs((site.score ?? 0) - (site.before ?? site.score ?? 0));
  const sites = [...report.sites].sort((a, b) => moved(b) - moved(a)).slice(0, sites_shown);
  if (report.sites.length < 2) return null;
  const [name = "", devices = "", before = "", now = "", change = ""] = words.siteHeads;
  return (
    <Card title={words.sites}>
      <table className="tightly">
        <caption className="unseen">{words.sites}</caption>
        <thead>
          <tr>
            <th scope="col">{name}</th>
            {[devices, before, now, change].map((head) => (
              <th key={head} scope="col" className="number">{head}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {sites.map((site) => (
            <tr key={site.site}>
              <th scope="row">{site.name || hospital}</th>
              <td className="number" data-head={devices}>{site.devices}</td>
              <td className="number" data-head={before}>{site.before ?? "―"}</td>
              <td className="number" data-head={now}><b>{site.score ?? "―"}</b></td>
              <td className="number" data-head={change}>
                <Change now={site.score} before={site.before} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  );
}

function Waivers({ report }: { report: Report }): ReactElement {
  const { w, day } = useSpeech();
  const words = w.reports;
  const more = report.waivers_total - Math.min(waivers_shown, report.waivers.length);
  return (
    <Card title={words.waivers(report.waivers_total)}>
      {report.waivers.length === 0 ? <p className="soft">{w.none}</p> : (
        <Table
          caption={words.waivers(report.waivers_total)}
          heads={words.waiverHeads}
          rows={report.waivers.slice(0, waivers_shown).map((waiver, i) => ({
            key: i,
            cells: [
              waiver.device, ruleName(waiver.rule, w),
              <span key="reason" className="clip">{waiver.reason}</span>,
              waiver.until ? day(waiver.until) : w.noEnd,
            ],
          }))}
        />
      )}
      {more > 0 ? <p className="soft small">{words.moreWaivers(more)}</p> : null}
    </Card>
  );
}

/** Support that ended, as the page of support tells it: what may be prolonged is a warning. */
function Ended({ extended_only }: { extended_only: boolean }): ReactElement {
  const { w } = useSpeech();
  const state = extended_only ? "warning" : "action";
  return (
    <b className={state} title={extended_only ? w.support.extendedOnly : undefined}>
      <Mark state={state} /> {w.support.ended}
    </b>
  );
}

function Support({ report }: { report: Report }): ReactElement {
  const { w, day } = useSpeech();
  const words = w.reports;
  const total = report.support.reduce((sum, { devices }) => sum + devices, 0);
  const more = report.support.slice(support_shown).reduce((sum, { devices }) => sum + devices, 0);
  return (
    <Card title={words.support(total)}>
      {report.support.length === 0 ? <p className="soft">{w.none}</p> : (
        <Table
          caption={words.support(total)}
          heads={words.supportHeads}
          rows={report.support.slice(0, support_shown).map((line) => ({
            key: `${line.os} ${line.until} ${line.extended_only}`,
            cells: [
              line.os,
              line.until !== null && line.until < report.last
                ? <Ended key="ended" extended_only={line.extended_only} /> : day(line.until),
              w.devices(line.devices),
            ],
          }))}
        />
      )}
      {more > 0 ? <p className="soft small">{words.moreSupport(more)}</p> : null}
    </Card>
  );
}

/** What only the director can decide. */
function Decisions({ report }: { report: Report }): ReactElement {
  const { w } = useSpeech();
  const words = w.reports;
  const devices = report.support.reduce((sum, line) => sum + line.devices, 0);
  const ended = report.support
    .filter(({ until }) => until !== null && until < report.last)
    .reduce((sum, line) => sum + line.devices, 0);
  const lines = [
    devices > 0 ? words.decideSupport(devices, ended) : "",
    report.waivers_total > 0 ? words.decideWaivers(report.waivers_total) : "",
  ].filter(Boolean);
  return (
    <Card title={words.decisions}>
      {lines.length === 0 ? <p className="soft">{words.noDecisions}</p> : (
        <ul className="decisions">
          {lines.map((line) => (
            <li key={line}>
              <span>{line}</span> <span className="nowrap soft">{words.decide}</span>
            </li>
          ))}
        </ul>
      )}
      {devices > 0 ? (
        <p className="no-print small">
          <Link href="/os">{w.overview.os.budget}</Link>
        </p>
      ) : null}
    </Card>
  );
}

function Comment({ view }: { view: View }): ReactElement {
  const { w } = useSpeech();
  const words = w.reports;
  const may = useMay();
  return (
    <Card
      title={words.comment}
      aside={may.operateWhole ? (
        <DialogButton text={words.writeComment} title={words.comment}>
          {(close) => <CommentForm view={view} close={close} />}
        </DialogButton>
      ) : null}
    >
      {view.comment ? <p className="comment">{view.comment}</p> : (
        <p className="soft no-print">{words.noComment}</p>
      )}
      {view.comment_by ? <p className="soft small">{words.writtenBy(view.comment_by)}</p> : null}
    </Card>
  );
}

function CommentForm({ view, close }: { view: View; close: () => void }): ReactElement {
  const { w } = useSpeech();
  const words = w.reports;
  // As it was when the form opened; what the page shows behind it goes on.
  const [seen] = useState(view.comment);
  return (
    <Form
      submit={words.saveComment}
      cancel={close}
      send={({ comment }) =>
        post("/api/v1/reports/{month}/comment", { month: view.report.month }, { comment, seen })}
      done={() => {
        close();
        void readAnew();
      }}
    >
      <div className="field">
        <label htmlFor="comment">{words.comment}</label>
        <span className="hint" id="comment-hint">{words.commentHint}</span>
        <textarea id="comment" name="comment" rows={5} maxLength={600} className="whole"
          aria-describedby="comment-hint" defaultValue={view.comment} />
      </div>
    </Form>
  );
}

function Paper({ view }: { view: View }): ReactElement {
  const { w, day, exact } = useSpeech();
  const words = w.reports;
  const session = useSession();
  const { report } = view;
  const better = report.rules.filter((rule) => rule.now < rule.before).reverse();
  const worse = report.rules.filter((rule) => rule.now > rule.before);
  const name = report.days.length > 1
    ? [report.days[0], report.days.at(-1)]
      .map((one) => (one ? w.overview.trendFrom(day(one.day), String(one.score)) : "")).join(" – ")
    : "";
  return (
    <article className="paper">
      <div className="row between paper-head">
        <div>
          <h2>{words.title(words.month(report.month))}</h2>
          <p className="soft">
            {session.hospital} {words.until(day(report.last))}
            {report.complete ? "" : ` ${words.goesOn}`}
          </p>
        </div>
        <Approval />
      </div>
      <How report={report} />
      <div className="pair">
        <Decisions report={report} />
        <Comment view={view} />
      </div>
      <div className="pair">
        <div>
          <Rules title={words.better} rules={better} none={words.noneBetter} report={report} />
          <Sites report={report} />
        </div>
        <div>
          <Rules title={words.worse} rules={worse} none={words.noneWorse} report={report} />
          {report.days.length > 1 ? (
            <Card title={w.overview.trend}>
              <TrendLine points={report.days} name={name} dayName={day} />
            </Card>
          ) : null}
          <Support report={report} />
        </div>
      </div>
      <Waivers report={report} />
      <p className="soft small seal-of-record">
        {words.made(exact(report.made_at))}
        {report.audit_no > 0 ? (
          <>
            {" "}{words.audit(report.audit_no)} <code>{report.audit_hash}</code>
          </>
        ) : null}
      </p>
    </article>
  );
}

/** The month that is read, and a button for its paper. */
function Tools({ months, month }: { months: string[]; month: string }): ReactElement {
  const { w } = useSpeech();
  const words = w.reports;
  const [, go] = useLocation();
  return (
    <>
      <label className="row">
        <span>{words.which}</span>
        <select value={month} onChange={(event) =>
          go(linkTo("/reports", { month: event.target.value }), { replace: true })}>
          {months.map((one) => (
            <option key={one} value={one}>{words.month(one)}</option>
          ))}
        </select>
      </label>
      <PrintButton main />
    </>
  );
}

/** The one page that the director reads each month. */
export default function Reports(): ReactElement {
  const { w } = useSpeech();
  const may = useMay();
  const [query] = useQueryOfPage();
  const months = useGet("/api/v1/reports", {}, { every_ms: false });
  const names = months.data?.items.map(({ month }) => month) ?? [];
  // What is wanted in the first days of a month is the month before.
  const month = query.get("month") ?? names[1] ?? names[0] ?? "";
  const page = useGet("/api/v1/reports/{month}", { month }, { enabled: month !== "" });
  return (
    <>
      <PageHead tools={<Tools months={names} month={month} />}>{w.nav.reports}</PageHead>
      <p className="soft no-print">{w.reports.intro}</p>
      <Loaded of={months.data ? page : { ...months, data: undefined }}>
        {(view) => <Paper key={view.report.month} view={view as View} />}
      </Loaded>
      {may.administer ? <ReportMail /> : null}
    </>
  );
}
