import { useEffect, useState } from "react";
import type { ReactElement } from "react";

import { useGet } from "../api/queries";
import { states_in_order } from "../charts/charts";
import { nothing_known, stageOf, stages } from "../domain/devices";
import type { ColumnKey, QuickFilter } from "../domain/devices";
import { partsOf } from "../domain/filter";
import { useSpeech } from "../i18n/words";
import type { Words } from "../i18n/ja";
import { ruleName } from "../ui/rule_name";
import { no_filter } from "./ledger_list";
import type { Asked } from "./ledger_list";

const values_every_ms = 300_000;
const menu_rows = 200;

export type SiteName = (id: string) => string;

/** A state as the ledger calls it; "none": nobody watches the device. */
export function stateWord(state: string, w: Words): string {
  if (state === "none") return w.deviceList.notWatched;
  if (stageOf(state)) return stageWord(state, w);
  return w.state[state as "good"] ?? state;
}

/** A stage of life; one of a newer collector by its own name. */
export function stageWord(stage: string, w: Words): string {
  const known = stageOf(stage);
  return known ? w.deviceList.stages[known] : stage;
}

/** How a value is shown where it stands alone. */
export function shownValue(field: string, value: string, w: Words, site_name: SiteName): string {
  if (value === "" || value === nothing_known) return w.deviceList.nothing;
  if (field === "state") return stateWord(value, w);
  if (field === "stage") return stageWord(value, w);
  if (field === "todo") return ruleName(value, w);
  return field === "site" ? site_name(value) : value;
}

/** A menu of what the devices have in a field, the most frequent first. */
function Menu({ field, asked, site_name }: {
  field: Exclude<QuickFilter, "state" | "todo" | "stage">;
  asked: Asked;
  site_name: SiteName;
}): ReactElement | null {
  const { w } = useSpeech();
  const values = useGet(
    "/api/v1/device-values", { field, limit: menu_rows }, { every_ms: values_every_ms });
  const head = w.deviceList.heads[field];
  const chosen = asked.quick[field] ?? "";
  const items = (values.data?.items ?? []).map(({ value }) => value);
  if (chosen && chosen !== nothing_known && !items.includes(chosen)) items.push(chosen);
  // A menu with one choice is none.
  if (items.length < 2 && !chosen) return null;
  const collator = new Intl.Collator("ja", { numeric: true });
  const name = (value: string): string => shownValue(field, value, w, site_name);
  return (
    <label>
      <span className="unseen">{head}</span>
      <select value={chosen} onChange={(event) => asked.change({ [field]: event.target.value })}>
        <option value="">{w.deviceList.anyOf(head)}</option>
        {items.includes("") ? <option value={nothing_known}>{w.deviceList.nothing}</option> : null}
        {items
          .filter(Boolean)
          .sort((a, b) => collator.compare(name(a), name(b)))
          .map((value) => (
            <option key={value} value={value}>
              {name(value)}
            </option>
          ))}
      </select>
    </label>
  );
}

/** What needs attention somewhere, the most urgent first. */
function TodoMenu({ asked }: { asked: Asked }): ReactElement {
  const { w } = useSpeech();
  const groups = useGet("/api/v1/finding-groups", { state: "active" }, { every_ms: values_every_ms });
  const chosen = asked.quick.todo ?? "";
  const rules = (groups.data?.items ?? []).map(({ rule }) => rule);
  if (chosen && !rules.includes(chosen)) rules.push(chosen);
  return (
    <label>
      <span className="unseen">{w.deviceList.heads.todo}</span>
      <select value={chosen} onChange={(event) => asked.change({ todo: event.target.value })}>
        <option value="">{w.deviceList.anyOf(w.deviceList.heads.todo)}</option>
        {rules.map((rule) => (
          <option key={rule} value={rule}>
            {ruleName(rule, w)}
          </option>
        ))}
      </select>
    </label>
  );
}

export function Filters({ asked, site_name }: {
  asked: Asked;
  site_name: SiteName;
}): ReactElement {
  const { w } = useSpeech();
  const words = w.deviceList;
  const [text, setText] = useState(asked.q);
  // Another page's search changes the address.
  useEffect(() => setText(asked.q), [asked.q]);
  return (
    <div className="filters no-print">
      <form role="search" aria-label={words.narrow} onSubmit={(event) => event.preventDefault()}>
        <input
          type="search"
          aria-label={w.header.search}
          placeholder={w.header.search}
          maxLength={60}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            asked.change({ q: event.target.value });
          }}
        />
      </form>
      <label>
        <span className="unseen">{words.heads.state}</span>
        <select
          value={asked.quick.state ?? ""}
          onChange={(event) => asked.change({ state: event.target.value })}
        >
          <option value="">{words.anyOf(words.heads.state)}</option>
          {[...states_in_order, "none"].map((state) => (
            <option key={state} value={state}>
              {stateWord(state, w)}
            </option>
          ))}
        </select>
      </label>
      <TodoMenu asked={asked} />
      <label>
        <span className="unseen">{words.heads.stage}</span>
        <select
          value={asked.quick.stage ?? ""}
          onChange={(event) => asked.change({ stage: event.target.value })}
        >
          <option value="">{words.anyOf(words.heads.stage)}</option>
          {stages.map((stage) => (
            <option key={stage} value={stage}>
              {words.stages[stage]}
            </option>
          ))}
        </select>
      </label>
      {(["site", "os", "kind", "place", "owner"] as const).map((field) => (
        <Menu key={field} field={field} asked={asked} site_name={site_name} />
      ))}
    </div>
  );
}

interface Pill {
  key: string;
  text: string;
  away: Record<string, string>;
}

/** What the list is narrowed by, one by one. */
export function pillsOf(asked: Asked, w: Words, site_name: SiteName): Pill[] {
  const pills: Pill[] = [];
  if (asked.q) pills.push({ key: "q", text: asked.q, away: { q: "" } });
  for (const [field, value] of Object.entries(asked.quick))
    pills.push({
      key: field, text: shownValue(field, value, w, site_name), away: { [field]: "" },
    });
  asked.terms.forEach((term, i) => {
    const parts = partsOf(term);
    const head = parts ? w.deviceList.heads[parts.field as ColumnKey] ?? parts.field : "";
    const values = parts?.values.map((value) => shownValue(parts.field, value, w, site_name));
    const op = parts?.op === ":" ? w.colon : ` ${parts?.op ?? ""} `;
    const text = parts ? `${parts.negated ? "≠ " : ""}${head}${op}${values?.join(w.comma)}` : term;
    const others = asked.terms.filter((_, k) => k !== i).join(" ");
    pills.push({ key: `${i} ${term}`, text, away: { filter: others } });
  });
  return pills;
}

export const clearAll = (asked: Asked): void => asked.change(no_filter);
