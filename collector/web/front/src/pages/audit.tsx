import { useState } from "react";
import type { ReactElement } from "react";

import { get } from "../api/client";
import type { Answer } from "../api/client";
import { useSpeech } from "../i18n/words";
import type { Words } from "../i18n/ja";
import { useQueryOfPage } from "../router";
import { useAsked } from "../ui/asked";
import { ActButton } from "../ui/form";
import { NoRows, SearchBox } from "../ui/list_tools";
import { Mark } from "../ui/mark";
import { Card, Loaded, PageHead } from "../ui/parts";
import { PrintButton } from "../ui/print";
import { SaveButton } from "../ui/save_button";
import { Table } from "../ui/table";
import { Views } from "../ui/views";
import { useList } from "./more";

type Check = Answer<"/api/v1/audit/check">;

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
      <ActButton quiet act={look}>{words.check}</ActButton>
    </Card>
  );
}

/** Who did what, the newest first. */
export default function Audit(): ReactElement {
  const { w, exact } = useSpeech();
  const words = w.audit;
  const [query, change] = useQueryOfPage();
  const action = query.get("action") ?? "";
  const asked = useAsked();
  const { q, sort } = asked;
  const { page, more } = useList("/api/v1/audit", { action, q, sort });
  const heads = words.heads;
  const lines = (): string[][] => [
    [...heads],
    ...(page.data?.items ?? []).map(({ at, who: person, action: what, detail }) =>
      [exact(at), person, actionName(what, w), detail]),
  ];
  return (
    <>
      <PageHead
        tools={
          <>
          <Views list="audit" />
          <SaveButton name={w.nav.audit} count={page.data?.items.length ?? 0} rows={lines} />
          <PrintButton />
          </>
        }
      >
        {w.nav.audit}
      </PageHead>
      <ChainCheck />
      <Card>
        <div className="row tools-line no-print">
          <SearchBox asked={asked} of={w.nav.audit} />
          <select aria-label={words.action} value={action}
            onChange={(event) => change({ action: event.target.value })}>
            <option value="">{w.all}</option>
            {Object.entries(words.actions).map(([key, text]) => (
              <option key={key} value={key}>
                {text}
              </option>
            ))}
          </select>
        </div>
        <Loaded of={page}>
          {({ items, ...rest }) => (
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
                    cells: [exact(at), <span key="who" className="who">{person}</span>, actionName(what, w), detail],
                  }))}
                />
              )}
              {more({ items, ...rest })}
            </>
          )}
        </Loaded>
      </Card>
    </>
  );
}
