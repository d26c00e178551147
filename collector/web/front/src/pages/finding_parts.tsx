import { useState } from "react";
import type { ReactElement, ReactNode } from "react";

import { post } from "../api/client";
import type { ActionBody, Finding, Lines } from "../api/types";
import { isolated } from "../domain/isolate";
import { useSpeech } from "../i18n/words";
import type { Speech } from "../i18n/words";
import { Link } from "../router";
import { useMay, useSession } from "../session";
import { Dialog } from "../ui/dialog";
import { DueField } from "../ui/due_field";
import { Check, dayAhead, endOfDay, Field, Form } from "../ui/form";

export const finding_states = ["open", "acknowledged", "snoozed", "waived", "resolved"] as const;
export type FindingState = (typeof finding_states)[number];

export const findingStateOf = (text: string | null): FindingState =>
  finding_states.find((state) => state === text) ?? "open";

export type Action =
  | "acknowledge" | "snooze" | "waive" | "resolve" | "reopen" | "assign" | "comment";

/** What must stay so while a risk is accepted. */
const conditions = ["one_cable", "no_new_neighbour", "no_usb", "same_network"] as const;

const days_at_most = { snooze: 90, waive: 366 };
const suggested_days = { snooze: 7, waive: 90 };

/** Where the next step of a rule is done, if that is a page of ours. */
export function PlaceOfRule({ rule }: { rule: string }): ReactElement | null {
  const { w } = useSpeech();
  const places: Record<string, [string, string]> = {
    process_unknown: ["/programs", w.findings.toPrograms],
    process_lookalike: ["/programs", w.findings.toPrograms],
    remote_tool: ["/programs", w.findings.toPrograms],
    usb_unregistered: ["/media", w.findings.toMedia],
    neighbour_unknown: ["/neighbours", w.findings.toNeighbours],
  };
  const place = places[rule];
  if (!place) return null;
  return (
    <p className="no-print">
      <Link className="button main" href={place[0]}>
        {place[1]}
      </Link>
    </p>
  );
}

/** Why it matters and what to do next, as steps. */
export function Steps({ why, next, rule }: {
  why: Lines;
  next: Lines;
  rule?: string | undefined;
}): ReactElement {
  const { w, lines } = useSpeech();
  return (
    <>
      <h3>{w.findings.why}</h3>
      {lines(why).map((line) => (
        <p key={line}>{line}</p>
      ))}
      <h3>{w.findings.next}</h3>
      <ol className="steps">
        {lines(next).map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      {rule ? <PlaceOfRule rule={rule} /> : null}
    </>
  );
}

/** Who looks after it and until when: "Tanaka, due 27 Nov". */
export function ownerAndDue(finding: Finding, { w, day }: Speech): string {
  const until = finding.until
    && w.findings.until(w.findings.states[findingStateOf(finding.state)], day(finding.until));
  return [isolated(finding.owner), finding.due && w.findings.due(day(finding.due)), until]
    .filter(Boolean)
    .join(w.comma);
}

function Fields({ action }: { action: Action }): ReactNode {
  const { w } = useSpeech();
  const { name } = useSession();
  const may = useMay();
  const words = w.findings;
  if (action === "snooze" || action === "waive")
    return (
      <>
        <Field label={words.day} hint={words.hints[action]} name="until" type="date" required
          defaultValue={dayAhead(suggested_days[action])} min={dayAhead(1)}
          max={dayAhead(days_at_most[action] - 1)} />
        {action === "waive" ? (
          <>
            <Field label={words.reason} name="reason" required maxLength={300} />
            <fieldset>
              <legend>{words.conditionsOf}</legend>
              {conditions.map((name) => (
                <Check key={name} name={`only ${name}`} text={words.conditions[name]} />
              ))}
            </fieldset>
          </>
        ) : null}
      </>
    );
  if (action === "assign" || (action === "acknowledge" && may.operate))
    return (
      <>
        <Field label={words.ownerName} name="owner" maxLength={60}
          defaultValue={action === "acknowledge" ? name : undefined} />
        <DueField label={words.dueDay} name="due" />
      </>
    );
  if (action === "resolve")
    return (
      <Field label={words.doneWhat} hint={words.hints.resolve} name="reason" required
        maxLength={300} />
    );
  if (action === "comment")
    return <Field label={words.memo} name="reason" required maxLength={300} />;
  return null;
}

/** Does one thing with several findings, one after the other; says how far it is. */
export async function actOn(
  ids: readonly string[],
  body: Partial<ActionBody>,
  progress: (done: number) => void,
): Promise<void> {
  let done = 0;
  for (const id of ids) {
    await post("/api/v1/findings/{id}/actions", { id }, body);
    progress(++done);
  }
}

/** Asks for what an action needs, and does it with all findings that were chosen. */
export function ActionDialog({ action, ids, close, done }: {
  action: Action;
  ids: readonly string[];
  close: () => void;
  done: () => unknown;
}): ReactElement {
  const { w } = useSpeech();
  const [finished, setFinished] = useState(0);
  const many = ids.length > 1;
  const send = (values: Record<string, string>): Promise<void> => {
    const { until, due, owner, reason } = values;
    const only = conditions.filter((name) => values[`only ${name}`] === "on");
    const body = {
      action, owner, reason, conditions: only, until: endOfDay(until), due: due || null,
    };
    return actOn(ids, body, setFinished);
  };
  return (
    <Dialog title={w.findings.actions[action]} close={close}>
      <p className="soft">{w.findings.forCount(ids.length)}</p>
      <Form
        send={send}
        submit={w.findings.actions[action]}
        cancel={close}
        done={() => {
          close();
          void done();
        }}
      >
        <Fields action={action} />
        {many && finished > 0 ? (
          <progress max={ids.length} value={finished} aria-label={w.findings.forCount(ids.length)} />
        ) : null}
      </Form>
    </Dialog>
  );
}

/** What may be done with findings in a state. */
export function actionsIn(state: FindingState, may_operate: boolean): Action[] {
  if (!may_operate) return state === "open" ? ["acknowledge", "comment"] : ["comment"];
  if (state === "resolved") return ["reopen", "comment"];
  const first: Action = state === "open" ? "acknowledge" : "reopen";
  return [first, "assign", "snooze", "waive", "resolve", "comment"];
}

/** Buttons for what may be done with the findings that were chosen. */
export function Actions({ state, ids, may_operate, done }: {
  state: FindingState;
  ids: readonly string[];
  may_operate: boolean;
  done: () => unknown;
}): ReactElement {
  const { w } = useSpeech();
  const [open, setOpen] = useState<Action>();
  return (
    <div className="row no-print">
      {actionsIn(state, may_operate).map((action) => (
        <button
          key={action}
          type="button"
          className={action === "acknowledge" ? "main" : undefined}
          disabled={ids.length === 0}
          aria-haspopup="dialog"
          onClick={() => setOpen(action)}
        >
          {w.findings.actions[action]}
        </button>
      ))}
      {open ? (
        <ActionDialog action={open} ids={ids} close={() => setOpen(undefined)} done={done} />
      ) : null}
    </div>
  );
}
