import { useState } from "react";
import type { ReactElement } from "react";

import { post, remove } from "../api/client";
import { readAnew, useAll, useGet } from "../api/queries";
import type { Answer } from "../api/client";
import { termOf } from "../domain/filter";
import { useSpeech } from "../i18n/words";
import type { Words } from "../i18n/ja";
import { Link, linkTo } from "../router";
import { useAsked } from "../ui/asked";
import { DialogButton, SureButton } from "../ui/dialog";
import { ActButton, Check, Field, Form } from "../ui/form";
import { Mark } from "../ui/mark";
import { Card, Loaded, Moment, PageHead } from "../ui/parts";
import { ShownOnce } from "../ui/shown_once";
import { Table } from "../ui/table";
import { Views } from "../ui/views";
import { Twins } from "./agent_twins";

const versions_shown = 20;

type Queue = Answer<"/api/v1/enrolment-queue">["items"];
type Keys = Answer<"/api/v1/enrolment-keys">["items"];
type Enrolled = Answer<"/api/v1/agents">["items"];

function QueueButtons({ entry }: { entry: Queue[number] }): ReactElement {
  const { w } = useSpeech();
  const words = w.agents;
  const id = String(entry.id);
  const approve = (body: { same_as?: string }) => () =>
    post("/api/v1/enrolment-queue/{id}/approve", { id }, body);
  return (
    <>
      {entry.conflict ? (
        <p className="warning">
          <Mark state="warning" /> {words.conflict}
          <Link href={`/devices/${entry.conflict}`}>{entry.conflict_name}</Link>
        </p>
      ) : null}
      <div className="row">
        {entry.conflict ? (
          <ActButton act={approve({ same_as: entry.conflict })} done={readAnew}>
            {words.same}
          </ActButton>
        ) : null}
        <ActButton act={approve({})} done={readAnew} style="main">
          {entry.conflict ? words.asNew : words.approve}
        </ActButton>
        <ActButton
          act={() => post("/api/v1/enrolment-queue/{id}/reject", { id })}
          done={readAnew}
        >
          {words.reject}
        </ActButton>
      </div>
    </>
  );
}

function QueueTable({ items }: { items: Queue }): ReactElement {
  const { w } = useSpeech();
  return (
    <Table
      saves
      caption={w.agents.queue}
      heads={w.agents.queueHeads}
      list="queue"
      fields="code hostname address machine asked -"
      tight={[0, 4]}
      rows={items.map((entry) => ({
        key: entry.id,
        cells: [
          <b key="code">{entry.code}</b>,
          entry.hostname,
          entry.address,
          entry.machine,
          <Moment key="asked" at={entry.asked_at} />,
          <QueueButtons key="buttons" entry={entry} />,
        ],
      }))}
    />
  );
}

/** Makes a key, which is shown this once. */
export function KeyForm({ close }: { close: () => void }): ReactElement {
  const { w } = useSpeech();
  const words = w.agents;
  const [key, setKey] = useState("");
  const finish = (): void => {
    close();
    void readAnew();
  };
  if (key)
    return (
      <ShownOnce says={words.made} done={finish}>
        <code className="key">{key}</code>
      </ShownOnce>
    );
  const send = async ({ note, uses, days, range = "", auto }: Record<string, string>) => {
    const made = await post("/api/v1/enrolment-keys", {}, {
      note, uses: Number(uses), days: Number(days), range: range.trim(), auto_approve: auto === "on",
    });
    setKey(made.key);
  };
  return (
    <Form send={send} submit={words.newKey} cancel={close}>
      <Field label={words.note} hint={words.noteHint} name="note" maxLength={60} />
      <Field label={words.uses} name="uses" type="number" defaultValue="50" min="1" max="100000"
        required />
      <Field label={words.days} name="days" type="number" defaultValue="30" min="1" max="400"
        required />
      <Field label={words.range} hint={words.rangeHint} name="range" maxLength={100} />
      <Check name="auto" text={words.auto} />
    </Form>
  );
}

function KeyTable({ items }: { items: Keys }): ReactElement {
  const { w, day } = useSpeech();
  const words = w.agents;
  return (
    <Table
      saves
      caption={words.keys}
      heads={words.keyHeads}
      list="keys"
      fields="note used until range last -"
      rows={items.map((key) => ({
        key: key.id,
        by: { 1: key.used, 2: key.expires_at },
        cells: [
          <span key="note">
            {key.note || "…"} <span className="soft small">{key.hint}</span>
          </span>,
          `${key.used} / ${key.uses}`,
          day(key.expires_at),
          key.range || words.anywhere,
          <Moment key="used" at={key.last_used_at} />,
          key.revoked ? (
            <span className="soft">{words.revoked}</span>
          ) : (
            <SureButton
              text={words.revoke}
              question={words.revokeSure}
              act={() => remove("/api/v1/enrolment-keys/{id}", { id: String(key.id) })}
              done={readAnew}
            />
          ),
        ],
      }))}
    />
  );
}

function AgentTable({ items }: { items: Enrolled }): ReactElement {
  const { w, day } = useSpeech();
  const words = w.agents;
  const status = (text: string): string =>
    Object.hasOwn(words.statuses, text)
      ? words.statuses[text as keyof Words["agents"]["statuses"]] : text;
  return (
    <Table
      saves
      caption={words.list}
      heads={words.listHeads}
      list=""
      first={100}
      fields="name version status since until -"
      rows={items.map((agent) => ({
        key: agent.id,
        by: { 3: agent.created_at, 4: agent.certificate_until ?? "" },
        cells: [
          <Link key="name" href={`/devices/${agent.device_id}`}>
            {agent.hostname || agent.id}
          </Link>,
          agent.agent_version,
          status(agent.status),
          day(agent.created_at),
          day(agent.certificate_until),
          agent.status === "approved" ? (
            <SureButton
              text={words.revokeAgent}
              question={words.revokeAgentSure}
              act={() => post("/api/v1/agents/{id}/revoke", { id: agent.id }, {})}
              done={readAnew}
            />
          ) : (
            agent.revoked_why
          ),
        ],
      }))}
    />
  );
}

/** How many devices have which version; each leads to its devices. */
function Versions(): ReactElement | null {
  const { w } = useSpeech();
  const words = w.agents;
  const page = useGet(
    "/api/v1/device-values", { field: "agent_version", limit: versions_shown }, { every_ms: 60_000 });
  const items = (page.data?.items ?? []).filter(({ value }) => value);
  if (items.length === 0) return null;
  return (
    <Card title={words.versions}>
      <Table
        caption={words.versions}
        heads={words.versionHeads}
        list="versions"
        fields="version devices"
        rows={items.map(({ value, devices }) => ({
          key: value,
          by: { 0: value, 1: devices },
          cells: [
            <Link key="version" href={linkTo("/devices", { filter: termOf("agent_version", value) })}>
              {value}
            </Link>,
            w.devices(devices),
          ],
        }))}
      />
    </Card>
  );
}

/** The enrolled agents, in a list that is read and drawn when somebody wants it. */
function AgentsList({ total }: { total: number }): ReactElement {
  const { w } = useSpeech();
  const { q, sort } = useAsked();
  const [open, setOpen] = useState(Boolean(q || sort));
  const enrolled = useAll("/api/v1/agents", {}, { every_ms: 60_000, enabled: open });
  return (
    <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{`${w.agents.list} (${total})`}</summary>
      {open ? (
        <Loaded of={enrolled}>
          {(items) => <AgentTable items={items} />}
        </Loaded>
      ) : null}
    </details>
  );
}

/** Who may report: what waits, the keys, and who is enrolled. */
export default function Agents(): ReactElement {
  const { w } = useSpeech();
  const words = w.agents;
  const queue = useGet("/api/v1/enrolment-queue");
  const keys = useGet("/api/v1/enrolment-keys");
  const enrolled = useGet("/api/v1/agents", { limit: 1 }, { every_ms: 60_000 });
  return (
    <>
      <PageHead tools={<Views list="agents" />}>{w.nav.agents}</PageHead>
      <Card title={words.queue}>
        <p className="soft">{words.queueHint}</p>
        <Loaded of={queue}>
          {({ items }) =>
            items.length === 0 ? <p>{words.noQueue}</p> : <QueueTable items={items} />
          }
        </Loaded>
      </Card>
      <Twins />
      <Card
        title={words.keys}
        aside={
          <DialogButton text={words.newKey} title={words.newKey} style="main">
            {(close) => <KeyForm close={close} />}
          </DialogButton>
        }
      >
        <Loaded of={keys}>
          {({ items }) => (items.length === 0 ? <p>{words.noKeys}</p> : <KeyTable items={items} />)}
        </Loaded>
      </Card>
      <Loaded of={enrolled}>
        {({ total }) => (total === 0 ? null : (
          <>
            <Versions />
            <Card>
              <AgentsList total={total} />
            </Card>
          </>
        ))}
      </Loaded>
    </>
  );
}
