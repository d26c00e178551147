import type { ReactElement } from "react";

import { stateOf } from "../api/types";
import type { Task } from "../api/types";
import { useSpeech } from "../i18n/words";
import { Link, linkTo } from "../router";
import { Mark } from "../ui/mark";

/** A kind of finding: what, why, where, since when, and the way to its steps. */
export function TaskItem({ task, state }: { task: Task; state: string }): ReactElement {
  const { w, both, joined, someOf, when } = useSpeech();
  const to = linkTo("/inbox", { state: state === "open" ? undefined : state, rule: task.rule });
  return (
    <li>
      <Mark state={stateOf(task.severity)} name={w.state[stateOf(task.severity) as "action"]} />
      <div>
        <p>
          <b>{both(task.title)}</b>{" "}
          <b className={`${stateOf(task.severity)} nowrap`}>{w.devices(task.devices)}</b>{" "}
          {task.points > 0 ? (
            <b className="good nowrap small">{w.overview.gain(task.points)}</b>
          ) : null}
        </p>
        <p className="small">{joined(task.why)}</p>
        <p className="small soft">
          {someOf(task.some_devices, task.devices)} / {w.overview.since(when(task.oldest_opened_at))}
        </p>
      </div>
      <Link className="button main" href={to} aria-label={`${w.overview.steps}: ${both(task.title)}`}>
        {w.overview.steps}
      </Link>
    </li>
  );
}
