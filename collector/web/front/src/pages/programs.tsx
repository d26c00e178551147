import type { ReactElement } from "react";

import { post, remove } from "../api/client";
import { readAnew, useGet } from "../api/queries";
import { stateOf } from "../api/types";
import type { Program } from "../api/types";
import { isolated } from "../domain/isolate";
import { useSpeech } from "../i18n/words";
import type { Words } from "../i18n/ja";
import { linkTo, useQueryOfPage } from "../router";
import { useMay } from "../session";
import { useAsked } from "../ui/asked";
import type { Asked } from "../ui/asked";
import { DialogButton, SureButton } from "../ui/dialog";
import { NoRows, SearchBox } from "../ui/list_tools";
import { Mark } from "../ui/mark";
import { Card, Facts, Loaded, Moment, PageHead, Tabs } from "../ui/parts";
import { PrintButton } from "../ui/print";
import { Table } from "../ui/table";
import { Views } from "../ui/views";
import { fileName } from "./events";
import { ModelItems } from "./model_items";
import { useList } from "./more";
import { DecisionForm } from "./program_decision";

const states = ["unknown", "learned", "approved"] as const;
type ReviewState = (typeof states)[number];

function Remark({ program }: { program: Program }): ReactElement | null {
  const { w } = useSpeech();
  const { remark } = program;
  if (!remark) return null;
  const severity = program.severity ? stateOf(program.severity) : "warning";
  const known = Object.hasOwn(w.programs.remarks, remark);
  return (
    <div className={severity}>
      <Mark state={severity} />{" "}
      {known ? w.programs.remarks[remark as keyof Words["programs"]["remarks"]] : remark}
    </div>
  );
}

function ProgramName({ program }: { program: Program }): ReactElement {
  const { w, someOf } = useSpeech();
  const words = w.programs;
  const names = program.found_on.map((on) => on.device);
  return (
    <>
      <b>{fileName(program.path) || program.approval?.value}</b>
      <Remark program={program} />
      <div className="small soft">{program.path}</div>
      <details>
        <summary>{words.details}</summary>
        <Facts
          of={[
            [words.hash, program.sha256],
            [words.version, program.version],
            [words.parent, program.parent],
            [words.models, program.models.filter(Boolean).map(isolated).join(w.comma)],
            [words.onDevices, names.length === 0 ? "" : someOf(names, program.devices)],
          ]}
        />
      </details>
    </>
  );
}

const devicesOf = (program: Program): string => `${program.devices} / ${program.devices_total}`;

interface ListProps {
  items: Program[];
  asked: Asked;
}

function ToReview({ items, asked }: ListProps): ReactElement {
  const { w } = useSpeech();
  const may = useMay();
  const { heads, ...words } = w.programs;
  return (
    <Table
      saves
      caption={w.nav.programs}
      heads={[heads.program, heads.signer, heads.devices, heads.first, ""]}
      fields="name signer devices first -"
      asked={asked}
      tight={[2, 3]}
      rows={items.map((program) => ({
        key: program.id,
        cells: [
          <ProgramName key="name" program={program} />,
          program.signer || <span className="soft">{words.unsigned}</span>,
          devicesOf(program),
          <Moment key="first" at={program.first_seen} />,
          may.operate ? (
            <DialogButton text={words.decide} title={words.title(fileName(program.path))}>
              {(close) => (
                <DecisionForm program={program} see_whole={may.seeWhole} close={close} />
              )}
            </DialogButton>
          ) : null,
        ],
      }))}
    />
  );
}

function Decision({ program }: { program: Program }): ReactElement | null {
  const { w, day } = useSpeech();
  const words = w.programs;
  const { approval } = program;
  if (!approval) return null;
  const refused = approval.decision === "refuse";
  const end = approval.until ? w.until(day(approval.until)) : w.noEnd;
  return (
    <>
      <b className={refused ? "action" : "good"}>{refused ? words.refused : words.allowed}</b>{" "}
      {approval.scope === "site" ? words.everywhere : <bdi>{approval.scope_name}</bdi>}
      {w.comma}
      {approval.ended ? <span className="warning">{w.ended}</span> : end}
      <div className="small">{approval.reason}</div>
      <div className="small soft">
        {w.by(approval.decided_by)} <Moment at={approval.decided_at} />
      </div>
    </>
  );
}

function Decided({ items, asked }: ListProps): ReactElement {
  const { w } = useSpeech();
  const may = useMay();
  const { heads, ...words } = w.programs;
  return (
    <Table
      saves
      caption={w.programs.states.approved}
      heads={[heads.program, heads.decision, heads.devices, ""]}
      fields="name decided devices -"
      asked={asked}
      tight={[2]}
      rows={items.map((program) => ({
        key: program.approval?.id ?? program.id,
        cells: [
          <ProgramName key="name" program={program} />,
          <Decision key="decision" program={program} />,
          devicesOf(program),
          may.operate && program.approval ? (
            <SureButton
              text={words.takeBack}
              question={words.sure}
              act={() => remove("/api/v1/programs/approvals/{id}", { id: String(program.approval?.id) })}
              done={readAnew}
            />
          ) : null,
        ],
      }))}
    />
  );
}

/** For each model, until when programs are learned as usual. */
function Learning(): ReactElement | null {
  const { w, day } = useSpeech();
  const may = useMay();
  const words = w.programs;
  const models = useGet("/api/v1/models");
  if (!models.data || models.data.items.length === 0) return null;
  return (
    <Card title={words.learning}>
      <p>{words.learningIntro}</p>
      <Table
        saves
        caption={words.learning}
        heads={words.learningHeads}
        list="models"
        fields="model devices until -"
        rows={models.data.items.map(({ model, devices, learning, learning_until }) => ({
          key: model,
          by: { 1: devices, 2: learning_until ?? "" },
          cells: [
            model || words.noModel,
            w.devices(devices),
            learning ? words.learningUntil(day(learning_until)) : words.learningEnded(day(learning_until)),
            <span key="do">
              {model && may.seeWhole ? <ModelItems model={model} /> : null}{" "}
              {learning && may.administer ? (
                <SureButton
                  text={words.endLearning}
                  question={words.endSure}
                  act={() => post("/api/v1/models/learning", {}, { model })}
                  done={readAnew}
                />
              ) : null}
            </span>,
          ],
        }))}
      />
    </Card>
  );
}

function Empty({ state }: { state: ReviewState }): ReactElement {
  const { w } = useSpeech();
  const words = w.programs;
  if (state === "unknown")
    return (
      <>
        <Mark state="good" /> {words.noneUnknown}
      </>
    );
  return <>{state === "learned" ? words.noneLearned : words.noneApproved}</>;
}

/** Programs that wait for a decision, that were learned, that were decided about. */
export default function Programs(): ReactElement {
  const { w } = useSpeech();
  const [query] = useQueryOfPage();
  const state = states.find((one) => one === query.get("state")) ?? "unknown";
  const asked = useAsked();
  const { q, sort } = asked;
  const { page, more } = useList("/api/v1/programs", { state, q, sort });
  const tabs = states.map((name) => ({
    name,
    to: linkTo("/programs", { state: name, q }),
    text: w.programs.states[name],
  }));
  return (
    <>
      <PageHead tools={<PrintButton />}>{w.nav.programs}</PageHead>
      <p>{state === "learned" ? w.programs.learnedIntro : w.programs.intro}</p>
      <div className="row between tabs-line">
        <Tabs label={w.nav.programs} tabs={tabs} open={state} />
        <Views list="programs" />
      </div>
      <Card>
        <SearchBox asked={asked} of={w.programs.states[state]} />
        <Loaded of={page}>
          {({ items, ...rest }) => (
            <>
              {items.length === 0 ? <NoRows asked={asked}><Empty state={state} /></NoRows> : null}
              {items.length > 0 && state === "approved" ? (
                <Decided items={items} asked={asked} />
              ) : null}
              {items.length > 0 && state !== "approved" ? (
                <ToReview items={items} asked={asked} />
              ) : null}
              {more({ items, ...rest })}
            </>
          )}
        </Loaded>
      </Card>
      {state === "learned" ? <Learning /> : null}
    </>
  );
}
