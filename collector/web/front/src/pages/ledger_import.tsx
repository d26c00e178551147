import { useId, useRef, useState } from "react";
import type { ReactElement } from "react";

import { Problem, upload } from "../api/client";
import type { components } from "../api/schema";
import { editable } from "../domain/devices";
import type { ColumnKey } from "../domain/devices";
import type { Words } from "../i18n/ja";
import { useSpeech } from "../i18n/words";
import { Dialog } from "../ui/dialog";
import { explain } from "../ui/explain";
import { ActButton } from "../ui/form";
import { Note } from "../ui/parts";
import { Table } from "../ui/table";
import { PlanTable } from "./ledger_bulk";
import type { SiteName } from "./ledger_filters";

type Read = components["schemas"]["ImportView"];

/** What a column of a file can mean. */
const fields: ColumnKey[] = [
  ...new Set<ColumnKey>([
    "name", "hostname", "site", ...(Object.keys(editable) as ColumnKey[]), "os", "vendor", "model",
    "serial", "address", "mac",
  ]),
];
const keys: ColumnKey[] = ["name", "hostname", "serial", "asset_number", "me_number", "mac"];

interface Wish {
  columns: string[] | undefined;
  key: string;
  add: boolean;
  clear: boolean;
}

/** Of a file's name; in letters, each of which has four bytes at most. */
const name_length_max = 60;

const first_wish: Wish = { columns: undefined, key: "", add: false, clear: false };

function ask(file: File, wish: Wish, expect: string): Promise<Read> {
  return upload("/api/v1/ledger/imports", {
    columns: wish.columns?.join(",") ?? "",
    key: wish.key,
    add: wish.add ? "1" : "",
    clear: wish.clear ? "1" : "",
    expect,
    file: file.name.slice(0, name_length_max),
  }, file);
}

/** Why a file cannot be read, with the place in it. */
export function explainFile(error: unknown, w: Words): string {
  const detail = error instanceof Problem ? error.detail ?? "" : "";
  const { problems } = w.deviceList.import;
  const [, row = "", column = "", why = ""] =
    /^row (\d+)(?:, column (\d+))?: (.*)$/.exec(detail) ?? [];
  const encoding = /^not written in (\S+)$/.exec(why)?.[1];
  if (encoding) return problems.encoding(row, column, encoding);
  if (why === "a zero byte") return problems.zero(row, column);
  if (row) return column ? problems.cell(row, column) : problems.columns(row);
  const too_large = error instanceof Problem && error.status === 413;
  if (too_large || detail.includes("rows: split")) return problems.rows;
  if (detail === "not a table") return problems.binary;
  const torn = /^begins like (\S+) and is not$/.exec(detail)?.[1];
  if (torn) return problems.torn(torn);
  if (detail.startsWith("an old Excel")) return problems.old;
  if (detail.endsWith("no rows")) return problems.empty;
  if (detail.includes("Excel")) return problems.damaged;
  return explain(error, w);
}

/** What each column of the file means, with the first of its cells. */
function Columns({ read, columns, change }: {
  read: Read;
  /** What is wished, which the collector may not have read yet. */
  columns: string[] | undefined;
  change: (columns: string[]) => void;
}): ReactElement {
  const { w } = useSpeech();
  const words = w.deviceList.import;
  const chosen = read.columns.map(({ field }) => field);
  // Arrow keys pass through other fields on their way; those are not taken from their columns.
  const [before, setBefore] = useState(chosen);
  return (
    <div className="plan" role="region" aria-label={words.column} tabIndex={0}>
      <Table
        named
        caption={words.column}
        heads={[words.column, words.sample, words.meaning]}
        rows={read.columns.map((column, i) => ({
          key: `${i} ${column.head}`,
          cells: [
            column.head || i + 1,
            <span key="sample" className="soft name">{column.samples.join(" / ")}</span>,
            <select
              key="meaning"
              aria-label={`${words.meaning}: ${column.head || i + 1}`}
              value={columns?.[i] ?? column.field}
              onFocus={() => setBefore(columns ?? chosen)}
              onChange={(event) => {
                const next = before.map((field) => field === event.target.value ? "" : field);
                next[i] = event.target.value;
                change(next);
              }}
            >
              <option value="">{words.skip}</option>
              {fields.map((field) => (
                <option key={field} value={field}>
                  {w.deviceList.heads[field]}
                </option>
              ))}
            </select>,
          ],
        }))}
      />
    </div>
  );
}

function Refused({ read }: { read: Read }): ReactElement | null {
  const { w } = useSpeech();
  const words = w.deviceList.import;
  if (read.refused_rows === 0) return null;
  const reasons: Record<string, string> = words.reasons;
  return (
    <details className="note">
      <summary>{words.refused(read.refused_rows)}</summary>
      <ul>
        {read.refused.map((row) => (
          <li key={`${row.row} ${row.column}`}>
            {words.row} {row.row}
            {row.column > 0 ? ` (${read.columns[row.column - 1]?.head ?? row.column})` : ""}:{" "}
            {reasons[row.why] ?? row.why} {row.cell ? <b className="name">{row.cell}</b> : null}
          </li>
        ))}
      </ul>
    </details>
  );
}

/** A file of the hospital: what it says, what would change, and then exactly that. */
export function ImportDialog({ site_name, close, done }: {
  site_name: SiteName;
  close: () => void;
  /** It is being taken in; see ImportJobs. */
  done: () => void;
}): ReactElement {
  const { w } = useSpeech();
  const words = w.deviceList.import;
  const id = useId();
  const picker = useRef<HTMLInputElement>(null);
  const [file, setFile] = useState<File>();
  const [wish, setWish] = useState(first_wish);
  const [read, setRead] = useState<Read>();
  const [problem, setProblem] = useState("");
  const looks = useRef(0);
  const look = async (of: File, next: Wish): Promise<void> => {
    const no = ++looks.current;
    setProblem("");
    setWish(next);
    try {
      const answer = await ask(of, next, "");
      // Something else was wished meanwhile.
      if (no !== looks.current) return;
      setRead(answer);
      setWish({
        ...next, columns: answer.columns.map(({ field }) => field), key: answer.key,
      });
    } catch (error) {
      if (no === looks.current) setProblem(explainFile(error, w));
    }
  };
  const again = (members: Partial<Wish>): void => {
    if (file) void look(file, { ...wish, ...members });
  };
  const plan = read?.plan;
  const size = plan ? plan.added + plan.changed : 0;
  const key_options = keys.filter((key) => wish.columns?.includes(key));
  return (
    <Dialog title={words.title} close={close}>
      <div className="field">
        <label htmlFor={id}>{words.file}</label>
        <span className="hint" id={`${id}-hint`}>
          {words.fileHint}
        </span>
        {/* The browser's own button speaks the browser's language. */}
        <div className="file">
          <input
            ref={picker}
            id={id}
            type="file"
            accept=".csv,.txt,.tsv,.xlsx"
            aria-describedby={`${id}-hint`}
            onChange={(event) => {
              const chosen = event.target.files?.[0];
              setFile(chosen);
              setRead(undefined);
              if (chosen) void look(chosen, first_wish);
            }}
          />
          <span className="row" aria-hidden="true">
            <span className="button" onClick={() => picker.current?.click()}>{words.pick}</span>
            <span className="name">{file?.name ?? words.nonePicked}</span>
          </span>
        </div>
      </div>
      {problem ? (
        <p className="problem" role="alert">
          {problem}
        </p>
      ) : null}
      {read ? (
        <>
          <p role="status">{words.read(read.encoding, read.rows)}</p>
          <Columns read={read} columns={wish.columns} change={(columns) => again({ columns, key: "" })} />
          {key_options.length > 0 ? (
            <div className="field">
              <label>
                {words.key}
                <select value={wish.key} onChange={(event) => again({ key: event.target.value })}>
                  {key_options.map((key) => (
                    <option key={key} value={key}>
                      {w.deviceList.heads[key]}
                    </option>
                  ))}
                </select>
              </label>
            </div>
          ) : (
            <Note kind="bad">{words.noKey}</Note>
          )}
          <label className="line">
            <input
              type="checkbox"
              checked={wish.add}
              onChange={(event) => again({ add: event.target.checked })}
            />
            <span>{words.add}</span>
          </label>
          <label className="line">
            <input
              type="checkbox"
              checked={wish.clear}
              onChange={(event) => again({ clear: event.target.checked })}
            />
            <span>{words.clear}</span>
          </label>
          {plan ? (
            <>
              <p>
                <b>{words.plan(plan.added, plan.changed, plan.unchanged)}</b>
              </p>
              <Refused read={read} />
              {size > 0 ? <PlanTable plan={plan} site_name={site_name} /> : null}
            </>
          ) : null}
        </>
      ) : null}
      <div className="row buttons">
        {file && plan && size > 0 ? (
          <ActButton
            style="main"
            act={async () => {
              await ask(file, wish, plan.expect);
              done();
            }}
          >
            {words.run(size)}
          </ActButton>
        ) : null}
        <button type="button" onClick={close}>
          {w.cancel}
        </button>
      </div>
    </Dialog>
  );
}
