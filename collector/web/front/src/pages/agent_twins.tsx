import type { ReactElement } from "react";

import { post } from "../api/client";
import type { Answer } from "../api/client";
import { readAnew, useGet } from "../api/queries";
import { useSpeech } from "../i18n/words";
import type { Words } from "../i18n/ja";
import { Link } from "../router";
import { DialogButton, SureButton } from "../ui/dialog";
import { Choice, Form } from "../ui/form";
import { Mark } from "../ui/mark";
import { Card, Moment, Note } from "../ui/parts";
import { Table } from "../ui/table";
import { useSiteName } from "./site_names";

type Pair = Answer<"/api/v1/twins">["items"][number];
type Twin = Pair["older"];

function TwinCell({ twin }: { twin: Twin }): ReactElement {
  const { w } = useSpeech();
  const site_name = useSiteName();
  return (
    <>
      <Link href={`/devices/${twin.id}`}>{twin.name}</Link>
      <div className="small soft">
        {[site_name(twin.site), twin.model].filter(Boolean).join(w.comma)}
      </div>
      <div className="small soft">
        {w.agents.twins.seen} <Moment at={twin.last_seen} />
      </div>
    </>
  );
}

/** Which of the two stays; it cannot be undone, and says so before. */
function MergeForm({ pair, close }: { pair: Pair; close: () => void }): ReactElement {
  const { w, day } = useSpeech();
  const words = w.agents.twins;
  const { older, newer } = pair;
  return (
    <Form
      danger
      submit={words.merge}
      cancel={close}
      send={({ keep }) => {
        const [from, into] = keep === "newer" ? [older, newer] : [newer, older];
        return post("/api/v1/twins/merge", {}, { from: from.id, into: into.id });
      }}
      done={() => {
        close();
        void readAnew();
      }}
    >
      <Choice
        name="keep"
        legend={words.keep}
        options={[
          ["older", words.older(older.name, day(older.created_at))],
          ["newer", words.newer(newer.name, day(newer.created_at))],
        ]}
      />
      <p>{words.what}</p>
      <Note kind="bad">
        <Mark state="warning" /> {words.warning}
      </Note>
    </Form>
  );
}

/** What both have: "serial number 5CG1234XYZ". */
function commonOf({ common }: Pair, w: Words): string {
  const { facts } = w.agents.twins;
  return common
    .map(({ kind, value }) =>
      `${Object.hasOwn(facts, kind) ? facts[kind as keyof typeof facts] : kind} ${value}`)
    .join(w.comma);
}

/** Devices that stand in the ledger twice, to be made one or told apart. */
export function Twins(): ReactElement | null {
  const { w } = useSpeech();
  const words = w.agents.twins;
  const page = useGet("/api/v1/twins", {}, { every_ms: 60_000 });
  const items = page.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <Card title={words.title}>
      <p className="soft">{words.intro}</p>
      <Table
        saves
        caption={words.title}
        heads={words.heads}
        list="twins"
        fields="older newer both -"
        rows={items.map((pair) => ({
          key: `${pair.older.id} ${pair.newer.id}`,
          by: { 0: pair.older.name, 1: pair.newer.name },
          cells: [
            <TwinCell key="older" twin={pair.older} />,
            <TwinCell key="newer" twin={pair.newer} />,
            commonOf(pair, w),
            <div className="row" key="buttons">
              <DialogButton text={words.merge} title={words.mergeTitle(pair.older.name)}>
                {(close) => <MergeForm pair={pair} close={close} />}
              </DialogButton>
              <SureButton
                text={words.apart}
                question={words.apartSure}
                act={() =>
                  post("/api/v1/twins/apart", {}, { one: pair.older.id, other: pair.newer.id })}
                done={readAnew}
              />
            </div>,
          ],
        }))}
      />
    </Card>
  );
}
