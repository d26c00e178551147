import { useState } from "react";
import type { ReactElement } from "react";

import { get } from "../api/client";
import type { Answer } from "../api/client";
import { useGet } from "../api/queries";
import { csvOf, saveAs } from "../domain/csv";
import { useSpeech } from "../i18n/words";
import type { Words } from "../i18n/ja";
import { useQueryOfPage } from "../router";
import { useAsked } from "../ui/asked";
import { ActButton, dayAhead } from "../ui/form";
import { NoRows, SearchBox } from "../ui/list_tools";
import { Mark } from "../ui/mark";
import { Card, Loaded, PageHead } from "../ui/parts";
import { Table } from "../ui/table";
import { Views } from "../ui/views";

type Check = Answer<"/api/v1/audit/check">;
const rows_first = 100;
const rows_at_most = 1000;

/** What was done, in words; an action of a newer collector by its own name. */
export function actionName(action: string, w: Words): string {
  const { actions } = w.audit;
  return Object.hasOwn(actions, action)
    ? actions[action as keyof typeof actions] : action;
}

/** Whether the chain of entries is whole, when somebody asks. */
function ChainCheck(): ReactElement {
  const { w } = useSpeech();
  const words = w.audit;
  const [check, setCheck] = useState<Check>();
  const look = async (): Promise<void> => setCheck(await get("/api/v1/audit/check", {}));
  return (
    <Card title={words.chain} className="no-print">
      <p>{words.chainIntro}</p>
      {check ? (
        <div className={check.whole ? "note good" : "note bad"} role="status">
          <p>
            <Mark state={check.whole ? "good" : "action"} />{" "}
            {check.whole ? words.whole(check.entries, check.signatures) : words.broken}
          </p>
          {check.problems.map((problem) => (
            <p key={problem}>{problem}</p>
          ))}
          <p className="small">
            {words.head} <code>{check.head}</code>
          </p>
        </div>
      ) : null}
      <ActButton act={look}>{words.check}</ActButton>
    </Card>
  );
}

/** Who did what, the newest first. */
export default function Audit(): ReactElement {
  const { w, exact } = useSpeech();
  const words = w.audit;
  const [query, change] = useQueryOfPage();
  const [rows, setRows] = useState(rows_first);
  const who = query.get("who") ?? "";
  const action = query.get("action") ?? "";
  const asked = useAsked();
  const { q, sort } = asked;
  const page = useGet("/api/v1/audit", { who, action, q, sort, limit: rows });
  const heads = words.heads;
  return (
    <>
      <PageHead
        tools={
          <button
            type="button"
            disabled={!page.data || page.data.items.length === 0}
            onClick={() => {
              const lines = (page.data?.items ?? []).map(({ at, who: person, action: what, detail }) =>
                [exact(at), person, actionName(what, w), detail]);
              saveAs(`mimamori-audit-${dayAhead(0)}.csv`, csvOf([heads, ...lines]));
            }}
          >
            {w.deviceList.csv(page.data?.items.length ?? 0)}
          </button>
        }
      >
        {w.nav.audit}
      </PageHead>
      <ChainCheck />
      <form
        key={`${who} ${action}`}
        className="filters no-print"
        role="search"
        aria-label={w.deviceList.narrow}
        onSubmit={(event) => {
          event.preventDefault();
          const values = new FormData(event.currentTarget);
          change({ who: String(values.get("who") ?? ""), action: String(values.get("action") ?? "") });
          setRows(rows_first);
        }}
      >
        <input type="search" name="who" aria-label={words.who} placeholder={words.who}
          defaultValue={who} maxLength={60} />
        <select name="action" aria-label={words.action} defaultValue={action}>
          <option value="">{w.all}</option>
          {Object.entries(words.actions).map(([key, text]) => (
            <option key={key} value={key}>
              {text}
            </option>
          ))}
        </select>
        <button type="submit">{w.header.find}</button>
      </form>
      <Views list="audit" />
      <Card>
        <SearchBox asked={asked} of={w.nav.audit} />
        <Loaded of={page}>
          {({ items, next }) => (
            <>
              {items.length === 0 ? <NoRows asked={asked}>{w.none}</NoRows> : (
                <Table
                  caption={w.nav.audit}
                  heads={heads}
                  fields="at who action detail"
                  asked={asked}
                  tight={[0]}
                  rows={items.map(({ no, at, who: person, action: what, detail }) => ({
                    key: no,
                    cells: [exact(at), person, actionName(what, w), detail],
                  }))}
                />
              )}
              {next !== null && rows < rows_at_most ? (
                <button type="button" className="no-print"
                  onClick={() => setRows(Math.min(rows_at_most, rows * 3))}>
                  {w.more}
                </button>
              ) : null}
            </>
          )}
        </Loaded>
      </Card>
    </>
  );
}
