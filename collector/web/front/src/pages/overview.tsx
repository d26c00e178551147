import type { ReactElement } from "react";

import { useGet } from "../api/queries";
import { stateOf } from "../api/types";
import type { Counts, Overview } from "../api/types";
import { Bars, StackedBar, states_in_order } from "../charts/charts";
import { TrendLine } from "../charts/trend";
import { useSpeech } from "../i18n/words";
import { Link, linkTo } from "../router";
import { useMay } from "../session";
import { Change } from "../ui/change";
import { Mark } from "../ui/mark";
import { Card, Facts, Loaded, Note, PageHead } from "../ui/parts";
import { PrintButton } from "../ui/print";
import { ruleName } from "../ui/rule_name";
import { SaveButton } from "../ui/save_button";
import { Approval } from "./approval";
import { OsSupportCard } from "./overview_os";
import { goal_score, rowsOf, Sites } from "./overview_sites";
import { TaskItem } from "./task_item";

const disk_days_few = 60; // To buy a disk takes a hospital a month or two.

type Headline = "none" | "action" | "warning" | "unknown" | "good";

/** Which sentence says how we are. */
export function headlineOf(counts: Counts): Headline {
  if (counts.total === 0) return "none";
  if (counts.action > 0) return "action";
  if (counts.warning > 0) return "warning";
  return counts.unknown + counts.silent > 0 ? "unknown" : "good";
}

function Headline({ counts }: { counts: Counts }): ReactElement {
  const { w } = useSpeech();
  const kind = headlineOf(counts);
  const words = w.overview.headline;
  const sentences = {
    none: words.none,
    action: words.action(counts.action),
    warning: words.warning(counts.warning),
    unknown: words.unknown(counts.unknown + counts.silent),
    good: words.good,
  };
  return (
    <p className="headline">
      <Mark state={kind === "none" ? "unknown" : kind} />
      <span>{sentences[kind]}</span>
    </p>
  );
}

function Score({ view }: { view: Overview }): ReactElement | null {
  const { w } = useSpeech();
  if (view.score === null) return null;
  return (
    <div className="score">
      <div className="soft">{w.overview.score}</div>
      <div>
        <span className="big">{view.score}</span> {w.overview.points}
      </div>
      <dl className="aims">
        {view.score_before === null ? null : (
          <div>
            <dt>{w.overview.fromLastWeek}</dt>
            <dd><b><Change now={view.score} before={view.score_before} /></b></dd>
          </div>
        )}
        <div>
          <dt>{w.overview.goal}</dt>
          <dd>{w.overview.goalPoints(goal_score)}</dd>
        </div>
        {view.waived === 0 ? null : (
          <div>
            <dt>{w.overview.waived}</dt>
            <dd><Link href="/inbox?state=waived">{w.devices(view.waived)}</Link></dd>
          </div>
        )}
      </dl>
      <details>
        <summary>{w.overview.scoreHow}</summary>
        <p className="small">{w.overview.scoreRule}</p>
      </details>
    </div>
  );
}

function How({ view }: { view: Overview }): ReactElement {
  const { w } = useSpeech();
  const may = useMay();
  const { counts, today, score, score_after } = view;
  const gains = score !== null && score_after !== null && score_after > score;
  return (
    <section className="card state">
      <div>
        <Headline counts={counts} />
        {counts.total === 0 ? (
          <>
            <p>{w.overview.firstDeviceHow}</p>
            {may.administer ? (
              <Link className="button main" href="/settings/setup">
                {w.overview.firstDevice}
              </Link>
            ) : null}
          </>
        ) : (
          <>
            <p className="soft">
              {w.overview.ofAll(counts.total)}{" "}
              {gains ? w.overview.promise(today.length, score, score_after) : null}
            </p>
            <StackedBar counts={counts} />
            <div className="legend">
              {states_in_order.map((name) => (
                <Link key={name} href={linkTo("/devices", { state: name })} className="nowrap">
                  <Mark state={name} /> {w.state[name]} <b>{counts[name]}</b> {w.deviceUnit}
                </Link>
              ))}
            </div>
          </>
        )}
      </div>
      <Score view={view} />
    </section>
  );
}

function Today({ view }: { view: Overview }): ReactElement {
  const { w, exact } = useSpeech();
  return (
    <Card
      title={w.overview.today}
      aside={<Link href="/inbox">{w.overview.seeAll(view.tasks_total)}</Link>}
    >
      {view.today.length === 0 ? (
        <p>
          <Mark state="good" /> {w.overview.nothing}{" "}
          <span className="soft small">{w.header.updated(exact(view.now))}</span>
        </p>
      ) : (
        <ul className="tasks">
          {view.today.map((task) => (
            <TaskItem key={task.rule} task={task} state="open" />
          ))}
        </ul>
      )}
    </Card>
  );
}

/** The score of the last 13 weeks; a line once there are two days. */
function Trend({ view }: { view: Overview }): ReactElement | null {
  const { w, day } = useSpeech();
  const words = w.overview;
  const history = useGet("/api/v1/scores/history", { days: "91" }, { every_ms: 600_000 });
  // Today's is kept from time to time only; the page shows what is true now.
  const today = new Date(view.now).toLocaleDateString("sv");
  const points = [...history.data?.items ?? [], { day: today, score: view.score }]
    .flatMap(({ day: on, score }, i, all) =>
      score === null || (on >= today && i < all.length - 1) ? [] : [{ day: on, score }]);
  if (!history.data) return null;
  const name = [points[0], points.at(-1)]
    .map((point) => (point ? words.trendFrom(day(point.day), String(point.score)) : ""))
    .join(" – ");
  return (
    <Card title={words.trend} className={points.length < 2 ? "no-print" : ""}>
      {points.length < 2 ? (
        <p className="soft small">{words.trendTooShort}</p>
      ) : (
        <TrendLine points={points} name={name} dayName={day}
          goal={{ score: goal_score, name: words.goal }} />
      )}
    </Card>
  );
}

function PatternAges({ view }: { view: Overview }): ReactElement {
  const { w } = useSpeech();
  const bars = view.pattern_age.map((count, i) => ({
    name: w.freshness.bars.pattern[i] ?? "",
    count,
    state: stateOf(view.pattern_age_states[i] ?? "unknown"),
  }));
  return (
    <Card title={w.overview.ages}>
      <Bars bars={bars} label={w.overview.ages} />
    </Card>
  );
}

function Recent({ view }: { view: Overview }): ReactElement {
  const { w, both, when } = useSpeech();
  return (
    <Card
      title={w.overview.recent}
      className="no-print"
      aside={<Link href="/inbox?by=device">{w.overview.seeAllEvents}</Link>}
    >
      {view.recent.length === 0 ? <p className="soft">{w.none}</p> : null}
      <ul className="recent">
        {view.recent.map(({ newest: finding, count }) => (
          <li key={finding.id}>
            <Mark state={finding.resolved_at ? "good" : stateOf(finding.severity)} />
            <span>
              <Link href={`/findings/${encodeURIComponent(finding.id)}`}>{finding.device}</Link>{" "}
              {count > 1 ? w.overview.andOthers(count - 1) : ""}
              {finding.resolved_at ? w.overview.resolved : ""}
              {count > 1 ? ruleName(finding.rule, w) : both(finding.line)}{" "}
              <span className="soft small nowrap">
                {when(finding.resolved_at ?? finding.opened_at)}
              </span>
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Knowledge({ view }: { view: Overview }): ReactElement {
  const { w, both } = useSpeech();
  const { days_left } = view.disk;
  return (
    <Card title={w.overview.knowledge} className="no-print">
      <Facts
        of={[
          ...view.knowledge.map((file): [string, string] => [
            both(file.title),
            w.overview.asOf(file.data_date),
          ]),
          [w.overview.disk, days_left === null ? "" : w.overview.diskDays(days_left)],
        ]}
      />
    </Card>
  );
}

/** What endangers the watching itself; alerts that are not delivered stand above every page. */
function Warnings({ view }: { view: Overview }): ReactElement | null {
  const { w } = useSpeech();
  const { days_left } = view.disk;
  return days_left !== null && days_left < disk_days_few ? (
    <Note kind="bad">{w.overview.diskSoon(days_left)}</Note>
  ) : null;
}

/** How are we, and what is there to do today? */
export function OverviewPage(): ReactElement {
  const speech = useSpeech();
  const { w } = speech;
  const overview = useGet("/api/v1/overview");
  const { data } = overview;
  return (
    <>
      <PageHead
        tools={
          <>
            {data && data.counts.total > 0 ? (
              <SaveButton name={w.nav.overview} rows={() => rowsOf(data, speech)} />
            ) : null}
            <PrintButton main />
          </>
        }
      >
        {w.nav.overview}
      </PageHead>
      <Approval />
      <Loaded of={overview}>
        {(view) => (
            <>
              <Warnings view={view} />
              <How view={view} />
              {view.counts.total === 0 ? null : (
                <div className="two">
                  <div>
                    <Today view={view} />
                    <Sites view={view} />
                    <Recent view={view} />
                  </div>
                  <div className="side-cards">
                    <Trend view={view} />
                    <PatternAges view={view} />
                    <OsSupportCard />
                    <Knowledge view={view} />
                    {view.mail.state === "off" ? (
                      <p className="note small no-print">{w.overview.mailOff}</p>
                    ) : null}
                  </div>
                </div>
              )}
            </>
        )}
      </Loaded>
    </>
  );
}
