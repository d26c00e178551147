import { useState } from "react";
import type { ReactElement } from "react";

import { post } from "../api/client";
import type { components } from "../api/schema";
import { states_in_order } from "../charts/charts";
import { useSpeech } from "../i18n/words";
import { ActButton } from "../ui/form";
import { Mark } from "../ui/mark";
import { ruleName } from "../ui/rule_name";

type Body = Partial<components["schemas"]["PolicyBody"]>;
type View = components["schemas"]["PreviewAnswer"];

/** What setting a policy would change: states of devices, and findings that begin or end. */
function Effect({ view }: { view: View }): ReactElement {
  const { w } = useSpeech();
  const words = w.policies.preview;
  const moved = states_in_order.filter((state) => view.before[state] !== view.after[state]);
  return (
    <div className="note" role="status">
      {moved.length === 0 ? <p>{words.same}</p> : (
        <ul className="plain">
          {moved.map((state) => (
            <li key={state}>
              <Mark state={state} /> {w.state[state]}{" "}
              <b className="nowrap">{words.moved(view.before[state], view.after[state])}</b>
            </li>
          ))}
        </ul>
      )}
      {view.rules.length === 0 ? null : (
        <ul className="plain small">
          {view.rules.map(({ rule, opened, ended }) => (
            <li key={rule}>
              {ruleName(rule, w)}: {words.findings(opened, ended)}
            </li>
          ))}
        </ul>
      )}
      {view.looked_at < view.devices ? (
        <p className="small soft">{words.partly(view.looked_at, view.devices)}</p>
      ) : null}
    </div>
  );
}

/** A button that tells what would change before anything does; `body` is asked for when pressed. */
export function PolicyPreview({ body }: { body: () => Body }): ReactElement {
  const { w } = useSpeech();
  const [view, setView] = useState<View>();
  const look = async (): Promise<void> => {
    setView(undefined);
    setView(await post("/api/v1/policies/preview", {}, body()));
  };
  return (
    <div className="row">
      <ActButton quiet act={look}>{w.policies.preview.look}</ActButton>
      {view ? <Effect view={view} /> : null}
    </div>
  );
}
