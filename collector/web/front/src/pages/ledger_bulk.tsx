import { useState } from "react";
import type { ReactElement } from "react";

import { post } from "../api/client";
import { readAnew } from "../api/queries";
import type { Site } from "../api/types";
import type { components } from "../api/schema";
import { editable } from "../domain/devices";
import type { ColumnKey, EditableKey } from "../domain/devices";
import { useSpeech } from "../i18n/words";
import { Dialog } from "../ui/dialog";
import { ActButton, dayAhead } from "../ui/form";
import { Note } from "../ui/parts";
import { Table } from "../ui/table";
import { shownValue } from "./ledger_filters";
import type { SiteName } from "./ledger_filters";
import { ValueInput } from "./ledger_cell";

export type Plan = components["schemas"]["PlanView"];

/** Which devices a change is about: chosen ones, or all that a filter takes. */
export interface Meant {
  count: number;
  devices?: string[];
  q?: string;
  filter?: string;
}

/** What a plan would change, value by value. */
export function PlanTable({ plan, site_name }: {
  plan: Plan;
  site_name: SiteName;
}): ReactElement {
  const { w } = useSpeech();
  const words = w.deviceList.bulk;
  const shown = (field: string, value: string): string =>
    value === "" ? w.deviceList.empty : shownValue(field, value, w, site_name);
  return (
    <div className="plan" role="region" aria-label={words.look} tabIndex={0}>
      <Table
        named
        caption={words.look}
        heads={[words.device, words.field, words.was, words.isNow]}
        rows={plan.items.map((item) => ({
          key: `${item.id} ${item.device} ${item.field}`,
          cells: [
            item.device,
            w.deviceList.heads[item.field as ColumnKey] ?? item.field,
            <span key="was" className="soft">{shown(item.field, item.was)}</span>,
            shown(item.field, item.is_now),
          ],
        }))}
      />
      {plan.values > plan.items.length ? (
        <p className="soft">{words.more(plan.values - plan.items.length)}</p>
      ) : null}
    </div>
  );
}

/** Changes many devices: first shows what would be, then does exactly that. */
export function BulkDialog({ meant, sites, site_name, close, done }: {
  meant: Meant;
  sites: Site[];
  site_name: SiteName;
  close: () => void;
  done: (plan: Plan) => void;
}): ReactElement {
  const { w } = useSpeech();
  const words = w.deviceList.bulk;
  const [field, setField] = useState<EditableKey>("place");
  const [value, setValue] = useState("");
  const [day, setDay] = useState(dayAhead(0));
  const [note, setNote] = useState("");
  const [plan, setPlan] = useState<Plan>();
  const ask = (expect: string): Promise<Plan> => {
    const { devices = [], q = "", filter = "" } = meant;
    // A stage of life is not said without since when.
    const set = field === "stage"
      ? { stage: value, stage_day: day, ...(note ? { stage_note: note } : {}) } : { [field]: value };
    const body = { devices, q, filter, state: "", set, expect };
    return post("/api/v1/ledger/bulk", {}, body as never);
  };
  return (
    <Dialog title={words.title(meant.count)} close={close}>
      {plan ? (
        <>
          <p>{plan.changed > 0 ? words.preview(plan.changed, plan.unchanged) : words.nothing}</p>
          {plan.changed > 0 ? <PlanTable plan={plan} site_name={site_name} /> : null}
          <div className="row buttons">
            {plan.changed > 0 ? (
              <ActButton style="main" act={async () => done(await ask(plan.expect))}>
                {words.run(plan.changed)}
              </ActButton>
            ) : null}
            <button type="button" onClick={() => setPlan(undefined)}>
              {words.back}
            </button>
          </div>
        </>
      ) : (
        <>
          <div className="field">
            <label>
              {words.field}
              <select
                value={field}
                onChange={(event) => {
                  setField(event.target.value as EditableKey);
                  setValue(event.target.value === "stage" ? "in_use" : "");
                }}
              >
                {(Object.keys(editable) as EditableKey[]).map((key) => (
                  <option key={key} value={key}>
                    {w.deviceList.heads[key]}
                  </option>
                ))}
              </select>
            </label>
          </div>
          <div className="field">
            <span>{words.value}</span>
            {field === "site" || field === "stage" ? null : (
              <span className="hint">{words.valueHint}</span>
            )}
            <ValueInput
              field={field} value={value} sites={sites} label={words.value} change={setValue} />
          </div>
          {field === "stage" ? (
            <>
              <div className="field">
                <span>{words.since}</span>
                <ValueInput
                  field="stage_day" value={day} sites={[]} label={words.since} change={setDay} />
              </div>
              <div className="field">
                <span>{words.why}</span>
                <ValueInput
                  field="stage_note" value={note} sites={[]} label={words.why} change={setNote} />
              </div>
              <p className="hint">{w.deviceList.stageMeans}</p>
            </>
          ) : null}
          <div className="row buttons">
            <ActButton quiet style="main" act={async () => setPlan(await ask(""))}>
              {words.look}
            </ActButton>
            <button type="button" onClick={close}>
              {w.cancel}
            </button>
          </div>
        </>
      )}
    </Dialog>
  );
}

/** Says what was done together and offers to undo it. */
export function UndoNote({ batch, text, undone }: {
  batch: number;
  text: string;
  undone: () => void;
}): ReactElement {
  const { w } = useSpeech();
  const words = w.deviceList.bulk;
  const [after, setAfter] = useState("");
  const undo = async (): Promise<void> => {
    const answer = await post("/api/v1/ledger/batches/{id}/undo", { id: String(batch) });
    setAfter(answer.job === null ? words.undone(answer.devices, answer.kept) : words.undoing);
    undone();
    if (answer.job !== null) await readAnew();
  };
  return (
    <Note kind="good">
      <div className="row between" role="status">
        <span>{after || text}</span>
        {after ? null : <ActButton act={undo}>{words.undo}</ActButton>}
      </div>
    </Note>
  );
}
