import type { ReactElement } from "react";

import { stateOf } from "../api/types";
import type { Task } from "../api/types";
import type { Words } from "../i18n/ja";
import { useSpeech } from "../i18n/words";
import type { Speech } from "../i18n/words";
import { Link, linkTo } from "../router";
import { Mark } from "../ui/mark";

/** How many it is about: devices, unless it is about the collector or a site itself. */
export const numberOf = ({ of_devices, devices, findings }: Task): number =>
  of_devices ? devices : findings;

/** The same in words. */
export const countOf = (task: Task, w: Words): string =>
  (task.of_devices ? w.devices : w.findings.count)(numberOf(task));

/** Where its devices stand: departments with numbers; in a single one, the devices' names. */
function whereOf(task: Task, { w, someOf }: Speech): string {
  if (task.sites < 2) return someOf(task.some_devices, task.devices);
  const names = task.some_sites.map(({ name, devices }) =>
    `${name || w.overview.hospital} ${w.devices(devices)}`);
  return w.overview.some(names.join(w.comma), task.sites - names.length);
}

/** Who does it, and until when. */
function whoOf(task: Task, { w, day }: Speech): string[] {
  const words = w.overview;
  const [first = ""] = task.some_owners;
  if (task.owners === 0) return [words.unowned];
  return [
    task.owners > 1 ? words.owners(first, task.owners - 1) : words.owner(first),
    task.due ? words.due(day(task.due)) : "",
    task.unowned > 0 ? words.partly(task.unowned) : "",
  ].filter(Boolean);
}

/** A kind of finding: what, why, where, since when, who does it, and the way to its steps. */
export function TaskItem({ task, state }: { task: Task; state: string }): ReactElement {
  const speech = useSpeech();
  const { w, both, joined, when } = speech;
  const to = linkTo("/inbox", { state: state === "open" ? undefined : state, rule: task.rule });
  return (
    <li>
      <Mark state={stateOf(task.severity)} name={w.state[stateOf(task.severity) as "action"]} />
      <div>
        <p>
          <b>{both(task.title)}</b>{" "}
          <b className={`${stateOf(task.severity)} nowrap`}>{countOf(task, w)}</b>{" "}
          {task.points > 0 ? (
            <b className="good nowrap small">{w.overview.gain(task.points)}</b>
          ) : null}
        </p>
        <p className="small">{joined(task.why)}</p>
        <p className="small soft">
          {whereOf(task, speech)}{" "}
          <span className="nowrap">{w.overview.since(when(task.oldest_opened_at))}</span>
        </p>
      </div>
      <div className="task-do">
        <Link
          className="button main"
          href={to}
          aria-label={`${w.overview.steps}: ${both(task.title)}`}
        >
          {w.overview.steps}
        </Link>
        {state === "open" ? (
          <p className="small soft">
            {whoOf(task, speech).map((text) => (
              <span key={text}>{text} </span>
            ))}
          </p>
        ) : null}
      </div>
    </li>
  );
}
