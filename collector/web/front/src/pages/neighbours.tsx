import type { ReactElement } from "react";

import { post, remove } from "../api/client";
import { readAnew } from "../api/queries";
import type { Neighbour } from "../api/types";
import { nowByCollector } from "../api/clock";
import { useSpeech } from "../i18n/words";
import { Link, linkTo, useQueryOfPage } from "../router";
import { useMay } from "../session";
import { useAsked } from "../ui/asked";
import type { Asked } from "../ui/asked";
import { DialogButton, SureButton } from "../ui/dialog";
import { Choice, dayAhead, endOfDay, Field, Form } from "../ui/form";
import { NoRows, SearchBox } from "../ui/list_tools";
import { Mark } from "../ui/mark";
import { Card, Loaded, Moment, PageHead, Tabs } from "../ui/parts";
import { PrintButton } from "../ui/print";
import { Table } from "../ui/table";
import { Views } from "../ui/views";
import { useList } from "./more";

const states = ["unknown", "known"] as const;

function NameForm({ stranger, close }: { stranger: Neighbour; close: () => void }): ReactElement {
  const { w } = useSpeech();
  const words = w.neighbours;
  return (
    <Form
      send={({ which, name, until }) => {
        const of = which === "all" ? { device: stranger.device_id } : { mac: stranger.mac };
        return post("/api/v1/neighbours", {}, { ...of, name, until: endOfDay(until) });
      }}
      submit={words.give}
      cancel={close}
      done={() => {
        close();
        void readAnew();
      }}
    >
      <Choice name="which" legend={words.which}
        options={[["one", words.only], ["all", words.all(stranger.device)]]} />
      <Field label={words.name} hint={words.nameHint} name="name" required maxLength={60} />
      <Field label={words.until} name="until" type="date" min={dayAhead(1)} />
    </Form>
  );
}

interface ListProps {
  items: Neighbour[];
  asked: Asked;
}

function Strangers({ items, asked }: ListProps): ReactElement {
  const { w } = useSpeech();
  const may = useMay();
  const { heads, ...words } = w.neighbours;
  return (
    <Table
      saves
      caption={words.states.unknown}
      heads={[heads.mac, heads.address, heads.seenBy, heads.first, ""]}
      fields="mac address device first -"
      asked={asked}
      tight={[0, 3]}
      rows={items.map((stranger) => ({
        key: `${stranger.mac} ${stranger.device_id}`,
        cells: [
          stranger.mac,
          stranger.address,
          <Link key="device" href={`/devices/${stranger.device_id}`}>
            {stranger.device}
          </Link>,
          <Moment key="first" at={stranger.first_seen} />,
          may.operateWhole ? (
            <DialogButton text={words.give} title={words.title(stranger.mac)}>
              {(close) => <NameForm stranger={stranger} close={close} />}
            </DialogButton>
          ) : null,
        ],
      }))}
    />
  );
}

function KnownOnes({ items, asked }: ListProps): ReactElement {
  const { w, day } = useSpeech();
  const may = useMay();
  const { heads, ...words } = w.neighbours;
  const end = ({ until }: Neighbour): ReactElement | string => {
    if (!until) return w.noEnd;
    const ended = new Date(until).getTime() <= nowByCollector();
    return ended ? <span className="warning">{w.ended}</span> : w.until(day(until));
  };
  return (
    <Table
      saves
      caption={words.states.known}
      heads={[heads.name, heads.mac, heads.by, heads.until, ""]}
      fields="name mac by until -"
      asked={asked}
      tight={[1]}
      rows={items.map((item) => ({
        key: item.id,
        cells: [
          <b key="name">{item.name}</b>,
          item.mac,
          `${w.by(item.approved_by)} ${day(item.approved_at)}`,
          end(item),
          may.operateWhole ? (
            <SureButton
              text={words.remove}
              question={words.sure}
              act={() => remove("/api/v1/neighbours/{id}", { id: String(item.id) })}
              done={readAnew}
            />
          ) : null,
        ],
      }))}
    />
  );
}

/** Machines near our devices: those that nobody knows, and those with a name. */
export default function Neighbours(): ReactElement {
  const { w } = useSpeech();
  const may = useMay();
  const [query] = useQueryOfPage();
  const state = states.find((one) => one === query.get("state")) ?? "unknown";
  const asked = useAsked();
  const { q, sort } = asked;
  const { page, more } = useList("/api/v1/neighbours", { state, q, sort });
  const tabs = states
    .filter((name) => name === "unknown" || may.seeWhole)
    .map((name) => ({
      name,
      to: linkTo("/neighbours", { state: name, q }),
      text: w.neighbours.states[name],
    }));
  const empty = state === "unknown" ? (
    <>
      <Mark state="good" /> {w.neighbours.noneUnknown}
    </>
  ) : w.neighbours.noneKnown;
  return (
    <>
      <PageHead tools={<PrintButton />}>{w.nav.neighbours}</PageHead>
      <p>{w.neighbours.intro}</p>
      <div className="row between tabs-line">
        <Tabs label={w.nav.neighbours} tabs={tabs} open={state} />
        <Views list="neighbours" />
      </div>
      <Card>
        <SearchBox asked={asked} of={w.neighbours.states[state]} />
        <Loaded of={page}>
          {({ items, ...rest }) => (
            <>
              {items.length === 0 ? <NoRows asked={asked}>{empty}</NoRows> : null}
              {items.length > 0 && state === "unknown" ? (
                <Strangers items={items} asked={asked} />
              ) : null}
              {items.length > 0 && state === "known" ? (
                <KnownOnes items={items} asked={asked} />
              ) : null}
              {more({ items, ...rest })}
            </>
          )}
        </Loaded>
      </Card>
    </>
  );
}
