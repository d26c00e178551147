import type { ReactElement } from "react";

import type { Overview, State } from "../api/types";
import { StackedBar, states_in_order } from "../charts/charts";
import type { Words } from "../i18n/ja";
import { useSpeech } from "../i18n/words";
import type { Speech } from "../i18n/words";
import { Link, linkTo } from "../router";
import { Change } from "../ui/change";
import { Mark } from "../ui/mark";
import { Card } from "../ui/parts";
import { ruleName } from "../ui/rule_name";

type SiteLine = Overview["sites"][number];

/** What a department and the hospital should reach. */
export const goal_score = 90;
const bad_score = 65;

/** The light of a department: ○ when nothing needs action and the score is high. */
export function lightOf(site: Pick<SiteLine, "score" | "action">): State {
  if (site.score < bad_score) return "action";
  return site.action === 0 && site.score >= goal_score ? "good" : "warning";
}

const reasonOf = (site: SiteLine, w: Words): string =>
  site.reason_devices > 0 ? `${ruleName(site.rule, w)} ${w.devices(site.reason_devices)}` : "";

/** What the overview shows of the hospital and its departments, as rows of a file. */
export function rowsOf(view: Overview, { w }: Speech): string[][] {
  const words = w.overview.sites;
  const moved = (now: number | null, before: number | null): string =>
    now === null || before === null ? "" : String(now - before);
  const counted = (counts: Overview["counts"]): string[] =>
    states_in_order.map((state) => String(counts[state]));
  return [
    [words.name, words.devices, ...states_in_order.map((state) => w.state[state]), words.score,
      words.week, words.waived, words.reason],
    [words.all, String(view.counts.total), ...counted(view.counts), String(view.score ?? ""),
      moved(view.score, view.score_before), String(view.waived), ""],
    ...view.sites.map((site) => [
      site.name, String(site.total), ...counted(site), String(site.score),
      moved(site.score, site.score_before), String(site.waived), reasonOf(site, w),
    ]),
  ];
}

/** The departments, the lowest score first. With one there is nothing to compare. */
export function Sites({ view }: { view: Overview }): ReactElement | null {
  const { w } = useSpeech();
  const words = w.overview.sites;
  if (view.sites.length < 2) return null;
  // On the first days there is nothing to compare with.
  const week = view.sites.some(({ score_before }) => score_before !== null);
  const waived = view.waived > 0;
  return (
    <Card
      title={
        <>
          {words.title} <span className="soft small">{words.order}</span>
        </>
      }
      aside={<Link href="/devices">{w.nav.devices}</Link>}
    >
      <table className="sites">
        <caption className="unseen">{words.title}</caption>
        <thead>
          <tr>
            <th scope="col">
              <span className="unseen">{w.deviceList.heads.state}</span>
            </th>
            <th scope="col">{words.name}</th>
            <th scope="col" className="number">
              {words.devices}
            </th>
            <th scope="col">{words.parts}</th>
            <th scope="col" className="number">
              {words.score}
            </th>
            {week ? (
              <th scope="col" className="number">
                {words.week}
              </th>
            ) : null}
            {waived ? (
              <th scope="col" className="number">
                {words.waived}
              </th>
            ) : null}
            <th scope="col">{words.reason}</th>
          </tr>
        </thead>
        <tbody>
          {view.sites.map((site) => (
            <tr key={site.id}>
              <td>
                <Mark state={lightOf(site)} name={w.state[lightOf(site) as "good"]} />
              </td>
              <th scope="row">
                <Link href={linkTo("/devices", { site: site.id })}>{site.name}</Link>
              </th>
              <td className="number" data-head={words.devices}>
                {site.total}
              </td>
              <td>
                <StackedBar counts={site} thin />
              </td>
              <td className="number" data-head={words.score}>
                <b>{site.score}</b>
              </td>
              {week ? (
                <td className="number" data-head={words.week}>
                  <Change now={site.score} before={site.score_before} />
                </td>
              ) : null}
              {waived ? (
                <td className="number" data-head={words.waived}>
                  {site.waived}
                </td>
              ) : null}
              <td className="small" data-head={words.reason}>
                {reasonOf(site, w)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  );
}
