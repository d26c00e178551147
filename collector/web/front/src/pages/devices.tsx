import { useEffect, useMemo, useRef, useState } from "react";
import type { ReactElement, RefObject } from "react";

import { post, Problem } from "../api/client";
import { readAnew, useGet } from "../api/queries";
import { stateOf } from "../api/types";
import type { DeviceItem, Site } from "../api/types";
import { isEditable } from "../domain/devices";
import type { ColumnKey } from "../domain/devices";
import type { Rows } from "../domain/rows";
import { useSpeech } from "../i18n/words";
import type { Speech } from "../i18n/words";
import { Link } from "../router";
import { useMay, useSession } from "../session";
import { DataTable } from "../ui/data_table";
import type { Column } from "../ui/data_table";
import { DialogButton } from "../ui/dialog";
import { Field, Form, SelectField } from "../ui/form";
import { say } from "../ui/live";
import { Card, ErrorNote, Note, PageHead, Skeleton, StateWord } from "../ui/parts";
import { PrintButton, useWholeOnPaper } from "../ui/print";
import { BulkDialog, UndoNote } from "./ledger_bulk";
import type { Meant, Plan } from "./ledger_bulk";
import { EditCell } from "./ledger_cell";
import { clearAll, Filters, pillsOf, stageWord, stateWord } from "./ledger_filters";
import type { SiteName } from "./ledger_filters";
import { ImportDialog } from "./ledger_import";
import { LedgerJobs } from "./ledger_jobs";
import { useAsked, useDevices } from "./ledger_list";
import type { Asked } from "./ledger_list";
import { ColumnChooser, ExportButton, Views } from "./ledger_tools";

interface TableParts {
  speech: Speech;
  sites: Site[];
  site_name: SiteName;
  /** The list as it is when a cell has changed. */
  rows: RefObject<Rows<DeviceItem>>;
  may_edit: boolean;
  may_move: boolean;
}

const tight: ReadonlySet<string> = new Set([
  "state", "pattern", "seen", "address", "contract_until", "bought_year", "renewal_year",
]);

/** What stands in a cell that nobody edits. */
function plainCell(
  item: DeviceItem, key: ColumnKey, parts: TableParts, active: boolean,
): ReactElement | string {
  const { w, when, day, lines } = parts.speech;
  switch (key) {
    case "state":
      return item.state === "none" ? (
        <span className="soft">
          {stateWord(item.stage === "in_use" ? "none" : item.stage, w)}
        </span>
      ) : <StateWord state={stateOf(item.state)} />;
    case "name":
      return <Link href={`/devices/${item.id}`} tabIndex={active ? 0 : -1}>{item.name}</Link>;
    case "site":
      return parts.site_name(item.site);
    case "todo":
      return (
        <span className="todo" title={lines(item.todo).join("\n")}>
          {lines(item.todo).join(w.comma)}
        </span>
      );
    case "os":
      return (
        <span className="long" title={`${item.os} ${item.os_version}`}>
          {item.os}{" "}
          <span className="soft" data-text="">
            {item.os_version}
          </span>
        </span>
      );
    case "pattern":
      return item.pattern_built_at ? day(item.pattern_built_at) : (
        <span className="soft">{item.state === "none" ? "" : w.unknown}</span>
      );
    case "seen":
      return item.last_seen || item.state !== "none" ? when(item.last_seen) : "";
    case "stage":
      return stageWord(item.stage, w);
    default:
      return item[key];
  }
}

function columnsOf(keys: readonly ColumnKey[], parts: TableParts): Column<DeviceItem>[] {
  return keys.map((key) => ({
    key,
    head: parts.speech.w.deviceList.heads[key],
    tight: tight.has(key),
    sorts: key !== "note" && key !== "todo",
    cell: (item, index, active) => {
      const may = key === "site" ? parts.may_move : parts.may_edit;
      if (!may || !isEditable(key)) return plainCell(item, key, parts, active);
      return (
        <EditCell
          item={item}
          field={key}
          sites={parts.sites}
          site_name={parts.site_name}
          active={active}
          changed={(now) => parts.rows.current.replace(index, now)}
          again={() => parts.rows.current.again()}
        />
      );
    },
  }));
}

/** Why the list is empty, and the way out. */
function NothingThere({ filter, clear }: {
  filter: string;
  clear: (() => void) | undefined;
}): ReactElement {
  const { w } = useSpeech();
  const may = useMay();
  if (clear)
    return (
      <>
        <p>{w.deviceList.noneFor(filter)}</p>
        <button type="button" onClick={clear}>
          {w.deviceList.clear}
        </button>
      </>
    );
  return (
    <>
      <p>{w.overview.headline.none}</p>
      <p>{w.overview.firstDeviceHow}</p>
      {may.administer ? (
        <Link className="button main" href="/agents">
          {w.overview.firstDevice}
        </Link>
      ) : null}
    </>
  );
}

/** A filter that somebody wrote wrong, or what else failed. */
function CannotRead({ error, again, clear }: {
  error: unknown;
  again: () => void;
  clear: () => void;
}): ReactElement {
  const { w } = useSpeech();
  if (!(error instanceof Problem) || error.code !== "bad_filter")
    return <ErrorNote error={error} again={again} />;
  return (
    <div className="note bad" role="alert">
      <p>{w.deviceList.badFilter(error.detail ?? "")}</p>
      <button type="button" onClick={clear}>
        {w.deviceList.clear}
      </button>
    </div>
  );
}

/** What is done with the chosen devices. */
function ChosenBar({ count, total, chooseAll, chooseNone, change }: {
  count: number;
  total: number;
  chooseAll: () => void;
  chooseNone: () => void;
  change: () => void;
}): ReactElement {
  const { w } = useSpeech();
  const words = w.deviceList;
  return (
    <section className="chosen-bar row no-print" aria-label={words.chosen(count)}>
      <b>{words.chosen(count)}</b>
      {count < total ? (
        <button type="button" onClick={chooseAll}>
          {words.chooseAll(total)}
        </button>
      ) : null}
      <button type="button" className="main" aria-haspopup="dialog" onClick={change}>
        {words.bulk.change}
      </button>
      <button type="button" onClick={chooseNone}>
        {words.chooseNone}
      </button>
    </section>
  );
}

const everything = "*";

/** The rows that are chosen: some by their id, or everything that the filter takes. */
function useChosen(asked: Asked) {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const key = `${asked.q} ${asked.filter}`;
  // Another set, even an empty one, would draw the list once more at each key of a search.
  useEffect(() => setIds((now) => (now.size > 0 ? new Set() : now)), [key]);
  const all = ids.has(everything);
  return {
    all,
    count: (total: number): number => (all ? total : ids.size),
    has: (item: DeviceItem): boolean => all || ids.has(item.id),
    set: (items: DeviceItem[], chosen: boolean): void => {
      const next = new Set(all ? [] : ids);
      for (const { id } of items)
        if (chosen) next.add(id);
        else next.delete(id);
      setIds(next);
    },
    chooseAll: (): void => setIds(new Set([everything])),
    chooseNone: (): void => setIds(new Set()),
    meant: (total: number): Meant =>
      all ? { count: total, q: asked.q, filter: asked.filter } : { count: ids.size, devices: [...ids] },
  };
}

function List({ asked, rows, sites, site_name }: {
  asked: Asked;
  rows: Rows<DeviceItem>;
  sites: Site[];
  site_name: SiteName;
}): ReactElement {
  const speech = useSpeech();
  const { w } = speech;
  const words = w.deviceList;
  const may = useMay();
  const chosen = useChosen(asked);
  const [meant, setMeant] = useState<Meant>();
  const [importing, setImporting] = useState(false);
  const [undo, setUndo] = useState<{ batch: number; text: string }>();
  const total = rows.total ?? 0;
  const rows_now = useRef(rows);
  rows_now.current = rows;
  const columns = useMemo(
    () => columnsOf(
      asked.columns.filter((key) => key !== "site" || sites.length > 1),
      { speech, sites, site_name, rows: rows_now, may_edit: may.answer, may_move: may.operate },
    ),
    [asked.columns, speech, sites, site_name, may.answer, may.operate],
  );
  const { data: session } = useGet("/api/v1/overview", {}, { every_ms: false });
  const known = Math.max(total, asked.q || asked.filter ? session?.counts.total ?? 0 : total);
  const shown = words.shown(total, known);
  useEffect(() => {
    if (rows.fresh) say(shown);
  }, [shown, rows.fresh]);
  const pills = pillsOf(asked, w, site_name);
  const finish = (plan: Plan, text: string): void => {
    setMeant(undefined);
    chosen.chooseNone();
    if (plan.batch !== null) setUndo({ batch: plan.batch, text });
    rows.again();
    // Long work tells by itself how far it is.
    if (plan.job !== null) void readAnew();
  };

  return (
    <>
      <Views asked={asked} />
      <Filters asked={asked} site_name={site_name} />
      <div className="row between list-head">
        <p className="soft row">
          <span>{shown}</span>
          {pills.map(({ key, text, away }) => (
            <button key={key} type="button" className="pill" onClick={() => asked.change(away)}>
              {text} <span aria-hidden="true">×</span>
              <span className="unseen">{words.remove}</span>
            </button>
          ))}
        </p>
        <span className="row no-print">
          {pills.length > 0 ? (
            <button type="button" onClick={() => clearAll(asked)}>
              {words.clear}
            </button>
          ) : null}
          <ColumnChooser asked={asked} />
          <ExportButton asked={asked} count={total} narrowed={pills.map(({ text }) => text)} />
          {may.operate ? (
            <button type="button" aria-haspopup="dialog" onClick={() => setImporting(true)}>
              {words.import.button}
            </button>
          ) : null}
        </span>
      </div>
      {undo ? <UndoNote key={undo.batch} {...undo} undone={rows.again} /> : null}
      {may.operate ? <LedgerJobs changed={rows.again} /> : null}
      {asked.filter.includes("stage:") ? <p className="soft">{words.stageMeans}</p> : null}
      {rows.error instanceof Problem && rows.error.status > 0 ? (
        <CannotRead error={rows.error} again={rows.again} clear={() => clearAll(asked)} />
      ) : null}
      <Card className={asked.columns.length > 10 ? "wide" : "list"}>
        {rows.total === 0 ? (
          <NothingThere
            filter={pills.map(({ text }) => text).join(w.comma)}
            clear={pills.length > 0 ? () => clearAll(asked) : undefined}
          />
        ) : (
          <DataTable
            caption={w.nav.devices}
            columns={columns}
            count={total}
            at={rows.at}
            see={rows.see}
            idOf={(item) => item.id}
            sort={asked.sort}
            onSort={(sort) => asked.change({ sort })}
            chosen={may.operate ? { ...chosen, label: ({ name }) => words.chooseRow(name) } : undefined}
          />
        )}
      </Card>
      {chosen.count(total) > 0 ? (
        <ChosenBar
          count={chosen.count(total)}
          total={total}
          chooseAll={chosen.chooseAll}
          chooseNone={chosen.chooseNone}
          change={() => setMeant(chosen.meant(total))}
        />
      ) : null}
      {meant ? (
        <BulkDialog
          meant={meant}
          sites={sites}
          site_name={site_name}
          close={() => setMeant(undefined)}
          done={(plan) => finish(plan, words.bulk.done(plan.changed))}
        />
      ) : null}
      {importing ? (
        <ImportDialog
          site_name={site_name}
          close={() => setImporting(false)}
          done={() => {
            setImporting(false);
            chosen.chooseNone();
            void readAnew();
          }}
        />
      ) : null}
    </>
  );
}

/** A printer, a pump: it stands in the ledger and nobody watches it. */
function AddDevice({ sites, done }: { sites: Site[]; done: () => void }): ReactElement {
  const { w } = useSpeech();
  const words = w.deviceList;
  return (
    <DialogButton text={words.add.button} title={words.add.button}>
      {(close) => (
        <Form
          submit={words.add.submit}
          cancel={close}
          send={({ name = "", site = "", kind = "", place = "", mac = "" }) =>
            post("/api/v1/ledger", {}, { set: { name, site, kind, place, mac } } as never)}
          done={() => {
            close();
            done();
          }}
        >
          <Field label={words.add.name} name="name" required maxLength={100} />
          <SelectField
            label={words.heads.site} name="site" options={sites.map(({ id, name }) => [id, name])} />
          <Field label={words.heads.kind} name="kind" maxLength={100} />
          <Field label={words.heads.place} name="place" maxLength={200} />
          <Field label={words.heads.mac} hint={words.add.macHint} name="mac" maxLength={200} />
        </Form>
      )}
    </DialogButton>
  );
}

/** The register of devices: what agents report beside what people know. */
export default function Devices(): ReactElement {
  const { w } = useSpeech();
  const asked = useAsked();
  const may = useMay();
  const rows = useDevices(asked.q, asked.filter, asked.sort);
  const site_list = useGet("/api/v1/sites", {}, { every_ms: 60_000 });
  const { hospital } = useSession();
  const sites = useMemo(
    () => (site_list.data?.items ?? []).map((site) => ({ ...site, name: site.name || hospital })),
    [site_list.data, hospital],
  );
  const site_name = useMemo(() => {
    const names = new Map(sites.map((site) => [site.id, site.name]));
    return (id: string): string => names.get(id) ?? hospital;
  }, [sites, hospital]);
  const loaded = useMemo(() => {
    let count = 0;
    for (let i = 0; i < (rows.total ?? 0); ++i) count += rows.at(i) ? 1 : 0;
    return count;
  }, [rows]);
  useWholeOnPaper(rows.readAll);
  const changed = (): void => {
    rows.again();
    void readAnew();
  };
  return (
    <>
      <PageHead
        tools={
          <>
            {may.operate ? <AddDevice sites={sites} done={changed} /> : null}
            <PrintButton />
          </>
        }
      >
        {w.nav.devices}
      </PageHead>
      {rows.total !== undefined && loaded < rows.total ? (
        <div className="print-only not-whole">
          <Note>{w.deviceList.onPaper(loaded, rows.total)}</Note>
        </div>
      ) : null}
      {rows.total === undefined && rows.error ? (
        <CannotRead error={rows.error} again={rows.again} clear={() => clearAll(asked)} />
      ) : null}
      {rows.total === undefined && !rows.error ? <Skeleton /> : null}
      {rows.total === undefined ? null : (
        <List asked={asked} rows={rows} sites={sites} site_name={site_name} />
      )}
    </>
  );
}
