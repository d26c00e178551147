import type { ReactElement } from "react";

import type { Overview, State } from "../api/types";
import { StackedBar } from "../charts/charts";
import { useSpeech } from "../i18n/words";
import { Link, linkTo } from "../router";
import { Mark } from "../ui/mark";
import { Card } from "../ui/parts";

type SiteLine = Overview["sites"][number];

const good_score = 90;
const bad_score = 65;

/** The light of a department: ○ when nothing needs action and the score is high. */
export function lightOf(site: Pick<SiteLine, "score" | "action">): State {
  if (site.score < bad_score) return "action";
  return site.action === 0 && site.score >= good_score ? "good" : "warning";
}

/** The departments, the lowest score first. With one there is nothing to compare. */
export function Sites({ view }: { view: Overview }): ReactElement | null {
  const { w, both } = useSpeech();
  const words = w.overview.sites;
  if (view.sites.length < 2) return null;
  const reason = (site: SiteLine): string =>
    site.reason_devices > 0 ? `${both(site.reason)} ${w.devices(site.reason_devices)}` : "";
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
              <td className="small" data-head={words.reason}>
                {reason(site)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  );
}
