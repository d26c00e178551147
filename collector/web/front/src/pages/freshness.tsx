import { useRef } from "react";
import type { ReactElement } from "react";

import { getAll } from "../api/client";
import type { Answer } from "../api/client";
import { nowByCollector } from "../api/clock";
import { useGet } from "../api/queries";
import { stateOf } from "../api/types";
import { Bars } from "../charts/charts";
import { inOrder } from "../domain/in_order";
import { useSpeech } from "../i18n/words";
import { Link, linkTo, useQueryOfPage } from "../router";
import { useAsked } from "../ui/asked";
import { HeadMenu, NoRows, SearchBox, SortHead } from "../ui/list_tools";
import { Mark } from "../ui/mark";
import { Card, Loaded, Moment, PageHead, StateWord, Tabs } from "../ui/parts";
import { PrintButton } from "../ui/print";
import { SaveButton } from "../ui/save_button";
import { SaveTable } from "../ui/save_table";
import { Table } from "../ui/table";
import { Views } from "../ui/views";
import { useList } from "./more";
import { useSiteName } from "./site_names";
import "../style/support.css";

const ages = ["pattern", "patch"] as const;
type Age = (typeof ages)[number];
type View = Answer<"/api/v1/freshness">;
type Item = Answer<"/api/v1/freshness/devices">["items"][number];
const day_ms = 86_400_000;

const sumOf = (lines: View["pattern"]): number[] =>
  (lines[0]?.bars ?? []).map((_, bar) =>
    lines.reduce((sum, line) => sum + (line.bars[bar] ?? 0), 0));

/** Since how many days; nothing when not known. */
function daysOf(item: Item, age: Age): number | undefined {
  const since = age === "pattern" ? item.pattern_built_at : item.patched_until;
  return since ? Math.max(0, Math.floor((nowByCollector() - Date.parse(since)) / day_ms)) : undefined;
}

/** How many devices are so old, by department or product; each number leads to its devices. */
function AgeTable({ title, lines, age, name, site }: {
  title: string;
  lines: View["pattern"];
  age: Age;
  name: (of: string) => string;
  site: boolean;
}): ReactElement {
  const { w } = useSpeech();
  const words = w.freshness;
  const node = useRef<HTMLTableElement>(null);
  const old = (line: View["pattern"][number]): number =>
    line.bars.reduce((sum, count, bar) => sum + count * bar, 0);
  const asked = useAsked(site ? "sites" : "products");
  const heads = [
    ["name", site ? w.support.heads.site : words.product] as const,
    ...words.bars[age].map((bar, i) => [`bar${i}`, bar] as const),
  ];
  const shown = inOrder(
    [...lines].sort((a, b) => old(b) - old(a)), heads.map(([field]) => field), asked,
    (line) => [name(line.of), ...line.bars]);
  return (
    <>
    {lines.length > 5 || asked.q ? <SearchBox asked={asked} of={title} /> : null}
    <HeadMenu asked={asked} of={title} heads={heads} />
    <table className="ages" ref={node}>
      <caption className="unseen">{title}</caption>
      <thead>
        <tr>
          {heads.map(([field, head]) => (
            <SortHead key={field} head={head} field={field} asked={asked}
              className={field === "name" ? undefined : "number"} />
          ))}
        </tr>
      </thead>
      <tbody>
        {shown.map((line) => (
          <tr key={line.of}>
            <th scope="row">{name(line.of)}</th>
            {line.bars.map((count, bar) => (
              <td key={words.bars[age][bar]} className="number" data-head={words.bars[age][bar]}>
                {site && count > 0 ? (
                  <Link href={linkTo("/freshness", { of: age, bar: String(bar), site: line.of })}>
                    {count}
                  </Link>
                ) : count || <span className="soft">0</span>}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
    <SaveTable of={node} name={title} rows={shown.length} />
    </>
  );
}

/** The oldest devices of the bar and department that were chosen. */
function Oldest({ age }: { age: Age }): ReactElement {
  const { w, day, exact } = useSpeech();
  const words = w.freshness;
  const [query, change] = useQueryOfPage();
  const site_name = useSiteName();
  const site = query.get("site") ?? "";
  const bar = words.bars[age][Number(query.get("bar") ?? "-")] === undefined
    ? undefined : query.get("bar") ?? undefined;
  const list = useAsked();
  const asked = { of: age, bar, site, q: list.q, sort: list.sort };
  const { page, more } = useList("/api/v1/freshness/devices", asked);
  const dayOf = (item: Item): string =>
    age === "pattern" ? day(item.pattern_built_at) : day(item.patched_until);
  const ageOf = (item: Item): string => {
    const days = daysOf(item, age);
    return days === undefined ? w.unknown : words.days(days);
  };
  const productOf = (item: Item): string => (age === "pattern" ? item.antivirus : item.os);
  // The screen has the first of them, the file all.
  const lines = async (): Promise<string[][]> => {
    const all = await getAll("/api/v1/freshness/devices", asked);
    const rows = all.map((item) => [
      ageOf(item), dayOf(item), item.name, site_name(item.site), productOf(item),
      w.state[stateOf(item.state) as "good"], exact(item.last_seen),
    ]);
    return [[...words.heads], ...rows];
  };
  return (
    <Card
      title={words.oldest}
      aside={
        <SaveButton name={words.oldest} rows={lines} />
      }
    >
      {bar !== undefined || site ? (
        <p className="row no-print">
          {bar !== undefined ? (
            <button type="button" className="pill" onClick={() => change({ bar: undefined })}>
              {words.bars[age][Number(bar)]} <span aria-hidden="true">×</span>
              <span className="unseen">{w.deviceList.remove}</span>
            </button>
          ) : null}
          {site ? (
            <button type="button" className="pill" onClick={() => change({ site: undefined })}>
              {site_name(site)} <span aria-hidden="true">×</span>
              <span className="unseen">{w.deviceList.remove}</span>
            </button>
          ) : null}
        </p>
      ) : null}
      <SearchBox asked={list} of={words.oldest} />
      <Loaded of={page}>
        {({ items, ...rest }) =>
          items.length === 0 ? (
            <NoRows asked={list}><Mark state="good" /> {words.nothing}</NoRows>
          ) : (
            <>
              <Table
                caption={words.oldest}
                heads={words.heads}
                fields={`- ${age} name site ${age === "pattern" ? "antivirus" : "os"} state seen`}
                asked={list}
                tight={[0, 1]}
                rows={items.map((item) => ({
                  key: item.id,
                  cells: [
                    daysOf(item, age) === undefined ? <span className="soft">{ageOf(item)}</span>
                      : ageOf(item),
                    dayOf(item),
                    <Link key="name" href={`/devices/${item.id}`}>{item.name}</Link>,
                    site_name(item.site),
                    productOf(item),
                    <StateWord key="state" state={stateOf(item.state)} />,
                    <Moment key="seen" at={item.last_seen} />,
                  ],
                }))}
              />
              {more({ items, ...rest })}
            </>
          )
        }
      </Loaded>
    </Card>
  );
}

function Sentence({ bars, states, age }: { bars: number[]; states: string[]; age: Age }): ReactElement {
  const { w } = useSpeech();
  const old = bars.reduce(
    (sum, count, bar) => sum + (states[bar] === "action" ? count : 0), 0);
  const unknown = bars[bars.length - 1] ?? 0;
  const state = old > 0 ? "action" : unknown > 0 ? "unknown" : "good";
  return (
    <p className="sentence">
      <Mark state={state} />
      <span>{w.freshness.sentence[age](old, unknown)}</span>
    </p>
  );
}

/** Is anything silently not updating? */
export default function Freshness(): ReactElement {
  const { w } = useSpeech();
  const words = w.freshness;
  const [query] = useQueryOfPage();
  const age = ages.find((one) => one === query.get("of")) ?? "pattern";
  const page = useGet("/api/v1/freshness", {}, { every_ms: 60_000 });
  const site_name = useSiteName();
  const tabs = ages.map((name) => ({
    name,
    to: linkTo("/freshness", { of: name === "pattern" ? undefined : name }),
    text: words.of[name],
  }));
  return (
    <>
      <PageHead
        tools={
          <PrintButton main />
        }
      >
        {w.nav.freshness}
      </PageHead>
      <div className="row between tabs-line">
        <Tabs label={w.nav.freshness} tabs={tabs} open={age} />
        <Views list="freshness" />
      </div>
      <Loaded of={page}>
        {(view) => {
          const bars = sumOf(view[age]);
          const { states, warning, action } = view.means[age];
          return (
            <>
              <Card>
                <Sentence bars={bars} states={states} age={age} />
                <Bars
                  label={words.of[age]}
                  bars={bars.map((count, bar) => ({
                    name: words.bars[age][bar] ?? "", count,
                    state: stateOf(states[bar] ?? "unknown"),
                  }))}
                />
                <p className="soft small">{words.means[age](warning, action)}</p>
              </Card>
              <Card title={words.bySite}>
                <AgeTable title={words.bySite} lines={view[age]} age={age} name={site_name} site />
              </Card>
              {age === "pattern" ? (
                <Card title={words.byProduct}>
                  <AgeTable title={words.byProduct} lines={view.product} age={age} site={false}
                    name={(of) => of || words.noProduct} />
                </Card>
              ) : null}
            </>
          );
        }}
      </Loaded>
      <Oldest age={age} />
    </>
  );
}
