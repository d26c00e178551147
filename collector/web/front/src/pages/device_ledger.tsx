import { useRef } from "react";
import type { ReactElement } from "react";

import type { Answer } from "../api/client";
import { readAnew, useGet } from "../api/queries";
import type { Site } from "../api/types";
import { editable, stages } from "../domain/devices";
import type { ColumnKey, EditableKey } from "../domain/devices";
import { useSpeech } from "../i18n/words";
import { useMay } from "../session";
import { DialogButton } from "../ui/dialog";
import { Field, Form, SelectField } from "../ui/form";
import { Card, Facts, Loaded } from "../ui/parts";
import { Table } from "../ui/table";
import { writeLedger } from "./ledger_cell";
import { shownValue } from "./ledger_filters";
import { useSiteName } from "./site_names";

type View = Answer<"/api/v1/devices/{id}/ledger">;
type Change = View["changes"][number];

const fields = Object.keys(editable) as EditableKey[];

/** A change in words: who made what out of what. */
export function useChangeText(): (change: Change) => string {
  const { w } = useSpeech();
  const words = w.deviceList;
  const site_name = useSiteName();
  return ({ who, field, was, is_now }) => {
    const shown = (value: string): string => shownValue(field, value, w, site_name);
    return words.changedBy(who, words.heads[field as ColumnKey] ?? field, shown(was), shown(is_now));
  };
}

function LedgerForm({ view, sites, may_move, close }: {
  view: View;
  sites: Site[];
  may_move: boolean;
  close: () => void;
}): ReactElement {
  const { w } = useSpeech();
  const words = w.deviceList;
  const changeText = useChangeText();
  // What the form began with; while it is open, the page goes on reading.
  const begun = useRef(view);
  const version = useRef(view.version);
  const known = (field: EditableKey): string => begun.current.values[field] ?? "";
  const send = async (values: Record<string, string>): Promise<void> => {
    const set = Object.fromEntries(fields.flatMap((field) => {
      const value = (values[field] ?? known(field)).trim();
      return value === known(field) ? [] : [[field, value]];
    }));
    if (Object.keys(set).length > 0) await writeLedger(view.id, version.current, set);
  };
  return (
    <Form
      send={send}
      submit={words.keepEntry}
      cancel={close}
      means={({ code, changes }) => {
        if (code !== "changed_meanwhile") return undefined;
        version.current = Math.max(...changes.map((change) => change.version));
        return [...changes.map(changeText), words.saveAgain].join(" ");
      }}
      done={() => {
        close();
        void readAnew();
      }}
    >
      {fields.map((field) => {
        const form = editable[field];
        if (form === "site")
          return may_move ? (
            <SelectField key={field} label={words.heads[field]} name={field} first={known(field)}
              options={sites.map(({ id, name }) => [id, name || w.sites.root] as const)} />
          ) : null;
        if (form === "stage")
          return (
            <SelectField key={field} label={words.heads[field]} hint={words.stageMeans} name={field}
              first={known(field)} options={stages.map((one) => [one, words.stages[one]] as const)} />
          );
        return (
          <Field key={field} label={words.heads[field]} name={field} defaultValue={known(field)}
            type={form === "date" ? "date" : "text"} maxLength={form === "year" ? 4 : 200}
            inputMode={form === "year" ? "numeric" : undefined} />
        );
      })}
    </Form>
  );
}

/** What people know of the device, to be changed in place, and who changed what. */
export function DeviceLedger({ id }: { id: string }): ReactElement {
  const { w, day, exact } = useSpeech();
  const words = w.deviceList;
  const may = useMay();
  const site_name = useSiteName();
  const changeText = useChangeText();
  const sites = useGet("/api/v1/sites", {}, { every_ms: false });
  const entry = useGet("/api/v1/devices/{id}/ledger", { id });
  const shown = (view: View, field: EditableKey): string => {
    const value = view.values[field] ?? "";
    if (value && (field === "site" || field === "stage")) return shownValue(field, value, w, site_name);
    return editable[field] === "date" && value ? day(value) : value;
  };
  return (
    <Loaded of={entry}>
      {(view) => (
        <Card
          title={words.entry}
          aside={may.answer ? (
            <DialogButton text={words.editEntry} title={words.editEntryOf(view.name)}>
              {(close) => (
                <LedgerForm view={view} sites={sites.data?.items ?? []} may_move={may.operate}
                  close={close} />
              )}
            </DialogButton>
          ) : null}
        >
          <Facts of={fields.map((field) => [words.heads[field], shown(view, field)])} />
          {view.changes.length > 0 ? (
            <details className="no-print">
              <summary>{words.entryChanges}</summary>
              <Table
                caption={words.entryChanges}
                heads={words.entryHeads}
                tight={[0]}
                rows={view.changes.map((change, i) => ({
                  key: `${change.version} ${i}`,
                  cells: [exact(change.at), changeText(change)],
                }))}
              />
            </details>
          ) : null}
        </Card>
      )}
    </Loaded>
  );
}
