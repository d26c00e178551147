import { useRef, useState } from "react";
import type { KeyboardEvent, ReactElement } from "react";

import { post, Problem } from "../api/client";
import type { LedgerChange } from "../api/client";
import type { DeviceItem, Site } from "../api/types";
import { editable, stages } from "../domain/devices";
import type { ColumnKey, EditableKey } from "../domain/devices";
import { useSpeech } from "../i18n/words";
import { Dialog } from "../ui/dialog";
import { explain } from "../ui/explain";
import { say } from "../ui/live";
import { shownValue } from "./ledger_filters";
import type { SiteName } from "./ledger_filters";

type Values = Partial<Record<EditableKey | "name", string>>;

/** Writes values of one device; what others have changed since `version` is refused (412). */
export async function writeLedger(id: string, version: number, set: Values): Promise<number> {
  const answer = await post(
    "/api/v1/devices/{id}/ledger", { id }, { set } as never,
    { "If-Match": `"ledger-${version}"` });
  return answer.version;
}

/** The fields that a person is asked for, each in its form. */
export function ValueInput({ field, value, sites, label, onKeyDown, onBlur, change, autoFocus }: {
  field: EditableKey;
  value: string;
  sites: Site[];
  label: string;
  change: (value: string) => void;
  onKeyDown?: (event: KeyboardEvent) => void;
  onBlur?: () => void;
  autoFocus?: boolean;
}): ReactElement {
  const { w } = useSpeech();
  const focus = (node: HTMLElement | null): void => {
    if (autoFocus && node && node !== document.activeElement) node.focus();
  };
  const form = editable[field];
  if (form === "site")
    return (
      <select
        aria-label={label}
        ref={focus}
        value={value}
        onKeyDown={onKeyDown}
        onBlur={onBlur}
        onChange={(event) => change(event.target.value)}
      >
        {value === "" ? <option value="">{w.deviceList.choose}</option> : null}
        {sites.map((site) => (
          <option key={site.id} value={site.id}>
            {site.name}
          </option>
        ))}
      </select>
    );
  if (form === "stage")
    return (
      <select
        aria-label={label}
        ref={focus}
        value={value || "in_use"}
        onKeyDown={onKeyDown}
        onBlur={onBlur}
        onChange={(event) => change(event.target.value)}
      >
        {stages.map((stage) => (
          <option key={stage} value={stage}>
            {w.deviceList.stages[stage]}
          </option>
        ))}
      </select>
    );
  return (
    <input
      aria-label={label}
      ref={focus}
      type={form === "date" ? "date" : "text"}
      inputMode={form === "year" ? "numeric" : undefined}
      maxLength={form === "year" ? 4 : 200}
      value={value}
      onKeyDown={onKeyDown}
      onBlur={onBlur}
      onChange={(event) => change(event.target.value)}
    />
  );
}

/** What somebody else changed while one was writing. */
function ChangedMeanwhile({ changes, site_name, mine, theirs }: {
  changes: LedgerChange[];
  site_name: SiteName;
  mine: () => void;
  theirs: () => void;
}): ReactElement {
  const { w, exact } = useSpeech();
  const words = w.deviceList;
  return (
    <Dialog title={words.changedTitle} close={theirs}>
      <ul>
        {changes.map((change) => (
          <li key={`${change.at} ${change.field}`}>
            {words.changedBy(
              change.who, words.heads[change.field as ColumnKey] ?? change.field,
              shownValue(change.field, change.was, w, site_name),
              shownValue(change.field, change.is_now, w, site_name))}{" "}
            <span className="soft">{exact(change.at)}</span>
          </li>
        ))}
      </ul>
      <div className="row buttons">
        <button type="button" className="main" onClick={mine}>
          {words.takeMine}
        </button>
        <button type="button" onClick={theirs}>
          {words.keepTheirs}
        </button>
      </div>
    </Dialog>
  );
}

/** A cell that turns into a field: Enter or a click opens it, Enter saves, Escape gives up. */
export function EditCell({ item, field, sites, site_name, active, changed, again }: {
  item: DeviceItem;
  field: EditableKey;
  sites: Site[];
  site_name: SiteName;
  active: boolean;
  changed: (item: DeviceItem) => void;
  again: () => void;
}): ReactElement {
  const { w } = useSpeech();
  const [draft, setDraft] = useState<string>();
  const [problem, setProblem] = useState("");
  const [foreign, setForeign] = useState<LedgerChange[]>([]);
  const saving = useRef(false);
  const button = useRef<HTMLButtonElement>(null);
  const value = item[field];
  const label = w.deviceList.edit(w.deviceList.heads[field], item.name);

  const close = (): void => {
    setDraft(undefined);
    setProblem("");
    requestAnimationFrame(() => button.current?.focus());
  };
  const save = async (text: string, version: number): Promise<void> => {
    if (saving.current) return;
    if (text.trim() === value) return close();
    saving.current = true;
    try {
      const now = await writeLedger(item.id, version, { [field]: text });
      changed({ ...item, [field]: text.trim(), version: now });
      say(w.done);
      close();
      // The state and the day follow from it.
      if (field === "stage") again();
    } catch (error) {
      if (error instanceof Problem && error.code === "changed_meanwhile") setForeign(error.changes);
      else setProblem(explain(error, w));
    } finally {
      saving.current = false;
    }
  };

  if (draft === undefined)
    return (
      <button
        type="button"
        ref={button}
        className="cell"
        aria-label={value ? undefined : label}
        tabIndex={active ? 0 : -1}
        title={label}
        onClick={() => setDraft(value)}
      >
        {value === "" ? "" : shownValue(field, value, w, site_name)}
      </button>
    );
  return (
    <span className="editing">
      <ValueInput
        field={field}
        value={draft}
        sites={sites}
        label={label}
        autoFocus
        change={setDraft}
        onBlur={() => {
          if (foreign.length === 0) void save(draft, item.version);
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter") {
            event.preventDefault();
            void save(draft, item.version);
          } else if (event.key === "Escape") {
            event.stopPropagation();
            // What is given up must not be saved by leaving the field.
            saving.current = true;
            close();
            requestAnimationFrame(() => {
              saving.current = false;
            });
          }
        }}
      />
      {problem ? (
        <span className="problem" role="alert">
          {problem}
        </span>
      ) : null}
      {foreign.length > 0 ? (
        <ChangedMeanwhile
          changes={foreign}
          site_name={site_name}
          mine={() => {
            setForeign([]);
            void save(draft, Math.max(...foreign.map(({ version }) => version)));
          }}
          theirs={() => {
            setForeign([]);
            close();
            again();
          }}
        />
      ) : null}
    </span>
  );
}
