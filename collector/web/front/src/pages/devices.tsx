import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useEffect, useMemo, useState } from "react";
import type { ReactElement } from "react";

import { get } from "../api/client";
import { useGet } from "../api/queries";
import { stateOf } from "../api/types";
import type { DeviceItem } from "../api/types";
import { states_in_order } from "../charts/charts";
import { csvOf, saveAs } from "../domain/csv";
import { countedState, filterDevices, sortDevices } from "../domain/devices";
import type { DeviceFilter } from "../domain/devices";
import { useSpeech } from "../i18n/words";
import type { Speech } from "../i18n/words";
import { Link, useQueryOfPage } from "../router";
import { useMay, useSession } from "../session";
import { DataTable } from "../ui/data_table";
import type { Column } from "../ui/data_table";
import { dayAhead } from "../ui/form";
import { say } from "../ui/live";
import { Card, Loaded, PageHead, StateWord } from "../ui/parts";

const rows_a_page = 1000;
// As many as a browser sorts without being noticed; beyond, the collector does the filtering.
const rows_at_most = 20_000;
const list_every_ms = 60_000;

interface DeviceList {
  total: number;
  items: DeviceItem[];
}

/** All devices, page by page, or as many as fit. */
async function readDevices(asked: { q?: string; state?: string }): Promise<DeviceList> {
  const items: DeviceItem[] = [];
  let after: string | undefined;
  for (;;) {
    const page = await get("/api/v1/devices", { ...asked, after, limit: rows_a_page });
    items.push(...page.items);
    if (!page.next || items.length >= rows_at_most) return { total: page.total, items };
    after = page.next;
  }
}

function useDevices({ q, state }: DeviceFilter) {
  const all = useQuery({
    queryKey: ["devices", {}],
    queryFn: () => readDevices({}),
    refetchInterval: list_every_ms,
  });
  const too_many = (all.data?.total ?? 0) > rows_at_most;
  const some = useQuery({
    queryKey: ["devices", { q, state }],
    queryFn: () => readDevices({ q, state }),
    refetchInterval: list_every_ms,
    enabled: too_many && Boolean(q || state),
  });
  return too_many && (q || state) ? some : all;
}

type SiteName = (id: string) => string;

function columnsOf(speech: Speech, site_name: SiteName, has_sites: boolean): Column<DeviceItem>[] {
  const { w, when, day } = speech;
  const { heads } = w.deviceList;
  const columns: Column<DeviceItem>[] = [
    { key: "state", head: heads.state, tight: true,
      cell: (item) => <StateWord state={stateOf(countedState(item.state))} /> },
    { key: "name", head: heads.name,
      cell: (item) => <Link href={`/devices/${item.id}`}>{item.name}</Link> },
    { key: "site", head: heads.site, cell: (item) => site_name(item.site) },
    { key: "os", head: heads.os,
      cell: (item) => (
        <>
          {item.os} <span className="soft small">{item.os_version}</span>
        </>
      ) },
    { key: "pattern", head: heads.pattern, tight: true,
      cell: (item) => item.pattern_built_at ? day(item.pattern_built_at) : (
        <span className="soft">{w.unknown}</span>
      ) },
    { key: "seen", head: heads.lastSeen, tight: true, cell: (item) => when(item.last_seen) },
    { key: "address", head: heads.address, cell: (item) => item.address },
  ];
  return has_sites ? columns : columns.filter(({ key }) => key !== "site");
}

/** What stands on the screen, as rows of text. */
function rowsOf(items: DeviceItem[], speech: Speech, site_name: SiteName): string[][] {
  const { w, exact, day } = speech;
  const { heads } = w.deviceList;
  const head = [
    heads.state, heads.name, heads.site, heads.os, w.programs.version, heads.pattern,
    heads.lastSeen, heads.address, heads.model, heads.antivirus,
  ];
  return [head, ...items.map((item) => [
    w.state[stateOf(countedState(item.state)) as "good"], item.name, site_name(item.site), item.os,
    item.os_version, day(item.pattern_built_at), exact(item.last_seen), item.address, item.model,
    item.antivirus,
  ])];
}

function Filters({ list, filter, site_name, change }: {
  list: DeviceItem[];
  filter: DeviceFilter;
  site_name: SiteName;
  change: (members: Partial<DeviceFilter>) => void;
}): ReactElement {
  const { w } = useSpeech();
  const words = w.deviceList;
  const [text, setText] = useState(filter.q);
  // Another page's search changes the address.
  useEffect(() => setText(filter.q), [filter.q]);
  const collator = new Intl.Collator("ja", { numeric: true });
  const distinct = (of: (item: DeviceItem) => string): string[] =>
    [...new Set(list.map(of))].filter(Boolean);
  const sites = distinct(({ site }) => site)
    .map((id) => [id, site_name(id)] as const)
    .sort((a, b) => collator.compare(a[1], b[1]));
  const systems = distinct(({ os }) => os).sort(collator.compare);
  return (
    <div className="filters no-print">
      <form role="search" aria-label={words.narrow} onSubmit={(event) => event.preventDefault()}>
        <input
          type="search"
          aria-label={w.header.search}
          placeholder={w.header.search}
          maxLength={100}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            change({ q: event.target.value });
          }}
        />
      </form>
      <label>
        <span className="unseen">{words.heads.state}</span>
        <select value={filter.state} onChange={(event) => change({ state: event.target.value })}>
          <option value="">{words.anyState}</option>
          {states_in_order.map((state) => (
            <option key={state} value={state}>
              {w.state[state]}
            </option>
          ))}
        </select>
      </label>
      {sites.length > 1 ? (
        <label>
          <span className="unseen">{words.heads.site}</span>
          <select value={filter.site} onChange={(event) => change({ site: event.target.value })}>
            <option value="">{words.anySite}</option>
            {sites.map(([id, name]) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
      ) : null}
      <label>
        <span className="unseen">{words.heads.os}</span>
        <select value={filter.os} onChange={(event) => change({ os: event.target.value })}>
          <option value="">{words.anyOs}</option>
          {systems.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
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

function List({ list, total, site_name }: {
  list: DeviceItem[];
  total: number;
  site_name: SiteName;
}): ReactElement {
  const speech = useSpeech();
  const { w } = speech;
  const [query, change] = useQueryOfPage();
  const [q, state] = [query.get("q") ?? "", query.get("state") ?? ""];
  const [site, os] = [query.get("site") ?? "", query.get("os") ?? ""];
  const sort = query.get("sort") ?? "state";
  const asked = useDeferredValue(q);
  const filtered = useMemo(
    () => filterDevices(list, { q: asked, state, site, os }),
    [list, asked, state, site, os],
  );
  const items = useMemo(() => sortDevices(filtered, sort, site_name), [filtered, sort, site_name]);
  const columns = useMemo(
    () => columnsOf(speech, site_name, new Set(list.map((item) => item.site)).size > 1),
    [speech, site_name, list],
  );
  const shown = w.deviceList.shown(items.length, total);
  useEffect(() => say(shown), [shown]);
  const pills = [
    ["q", q], ["state", state && w.state[stateOf(state) as "good"]], ["site", site && site_name(site)],
    ["os", os],
  ].filter(([, text]) => text) as [string, string][];
  const clear = (): void => change({ q: "", state: "", site: "", os: "" });
  return (
    <>
      <Filters list={list} filter={{ q, state, site, os }} site_name={site_name} change={change} />
      <div className="row between list-head">
        <p className="soft row">
          <span>{shown}</span>
          {pills.map(([name, text]) => (
            <button key={name} type="button" className="pill" onClick={() => change({ [name]: "" })}>
              {text} <span aria-hidden="true">×</span>
              <span className="unseen">{w.deviceList.remove}</span>
            </button>
          ))}
        </p>
        <span className="row no-print">
          {pills.length > 0 ? (
            <button type="button" onClick={clear}>
              {w.deviceList.clear}
            </button>
          ) : null}
          <button
            type="button"
            disabled={items.length === 0}
            onClick={() => saveAs(`mimamori-${dayAhead(0)}.csv`, csvOf(rowsOf(items, speech, site_name)))}
          >
            {w.deviceList.csv(items.length)}
          </button>
        </span>
      </div>
      {list.length < total && !q && !state ? (
        <p className="note">{w.deviceList.tooMany(list.length)}</p>
      ) : null}
      <Card>
        {items.length === 0 ? (
          <NothingThere
            filter={pills.map(([, text]) => text).join(w.comma)}
            clear={pills.length > 0 ? clear : undefined}
          />
        ) : (
          <DataTable
            caption={w.nav.devices}
            columns={columns}
            items={items}
            idOf={(item) => item.id}
            sort={sort}
            onSort={(next) => change({ sort: next })}
          />
        )}
      </Card>
    </>
  );
}

/** The register of devices: narrowed, sorted and exported as it stands there. */
export default function Devices(): ReactElement {
  const { w } = useSpeech();
  const [query] = useQueryOfPage();
  const filter = { q: query.get("q") ?? "", state: query.get("state") ?? "", site: "", os: "" };
  const devices = useDevices(filter);
  const sites = useGet("/api/v1/sites", {}, { every_ms: list_every_ms });
  const site_items = sites.data?.items;
  const { hospital } = useSession();
  const site_name = useMemo(() => {
    const names = new Map((site_items ?? []).map((site) => [site.id, site.name]));
    return (id: string): string => names.get(id) || hospital;
  }, [site_items, hospital]);
  return (
    <>
      <PageHead
        tools={
          <button type="button" onClick={() => window.print()}>
            {w.print}
          </button>
        }
      >
        {w.nav.devices}
      </PageHead>
      <Loaded of={devices}>
        {({ items, total }) => <List list={items} total={total} site_name={site_name} />}
      </Loaded>
    </>
  );
}
