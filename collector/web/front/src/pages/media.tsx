import { useRef } from "react";
import type { ReactElement } from "react";

import { post, remove } from "../api/client";
import { readAnew, useGet } from "../api/queries";
import type { Medium } from "../api/types";
import { nowByCollector } from "../api/clock";
import { useSpeech } from "../i18n/words";
import { Link, linkTo, useQueryOfPage } from "../router";
import { useMay } from "../session";
import { useAsked } from "../ui/asked";
import type { Asked } from "../ui/asked";
import { DialogButton, SureButton } from "../ui/dialog";
import { dayAhead, endOfDay, Field, Form } from "../ui/form";
import { NoRows, SearchBox } from "../ui/list_tools";
import { Mark } from "../ui/mark";
import { Card, Exact, Loaded, Moment, PageHead, Tabs } from "../ui/parts";
import { PrintButton } from "../ui/print";
import { Table } from "../ui/table";
import { Views } from "../ui/views";
import { eventText } from "./events";
import { useList } from "./more";
import { useSiteName } from "./site_names";

const states = ["unregistered", "registered"] as const;

function nameOf(medium: Medium): string {
  const maker = [medium.vendor, medium.product].filter(Boolean).join(" ");
  return maker || `${medium.vendor_id}:${medium.product_id}`;
}

/**
 * In the usual order, rows stay where they were while the page is open, so that a click meets its row;
 * new ones follow.
 */
function useSteady<Item>(
  items: readonly Item[], keyOf: (item: Item) => string, is_usual: boolean,
): readonly Item[] {
  const places = useRef(new Map<string, number>());
  if (!is_usual) return items;
  for (const item of items)
    if (!places.current.has(keyOf(item))) places.current.set(keyOf(item), places.current.size);
  const place = (item: Item): number => places.current.get(keyOf(item)) ?? 0;
  return [...items].sort((a, b) => place(a) - place(b));
}

const keyOf = ({ vendor_id, product_id, serial, device_id }: Medium): string =>
  [vendor_id, product_id, serial, device_id].join(" ");

function RegisterForm({ medium, close }: { medium: Medium; close: () => void }): ReactElement {
  const { w, exact } = useSpeech();
  const { vendor_id, product_id, serial } = medium;
  return (
    <Form
      send={async ({ label = "", until }) => {
        const body = { vendor_id, product_id, serial, label, until: endOfDay(until) };
        await post("/api/v1/usb-media", {}, body);
        return w.media.done(label);
      }}
      submit={w.media.register}
      cancel={close}
      done={() => {
        close();
        void readAnew();
      }}
    >
      <p>
        <Where medium={medium} devices={medium.devices} />{" "}
        <span className="soft">{medium.last_attached ? exact(medium.last_attached) : ""}</span>
      </p>
      <Field label={w.media.label} hint={w.media.labelHint} name="label" required maxLength={60} />
      <Field label={w.media.until} name="until" type="date" min={dayAhead(1)} />
    </Form>
  );
}

function Where({ medium, devices }: { medium: Medium; devices: number }): ReactElement {
  const { w } = useSpeech();
  const site_name = useSiteName();
  if (!medium.device_id) return <span className="soft">{w.media.notUsed}</span>;
  return (
    <>
      <Link href={`/devices/${medium.device_id}`}>{medium.device}</Link>
      {devices > 1 ? ` +${devices - 1}` : ""}
      {medium.site ? (
        <>
          {" "}
          <span className="soft small">{`${site_name(medium.site)} ${medium.place}`.trim()}</span>
        </>
      ) : null}
    </>
  );
}

interface ListProps {
  items: Medium[];
  asked: Asked;
  /** Nothing is narrowed, and the rows are those of that. */
  is_usual: boolean;
}

function Unregistered({ items, asked, is_usual }: ListProps): ReactElement {
  const { w } = useSpeech();
  const may = useMay();
  const { heads } = w.media;
  return (
    <Table
      saves
      caption={w.media.states.unregistered}
      heads={[heads.medium, heads.serial, heads.where, heads.when, ""]}
      fields="medium serial device when -"
      asked={asked}
      tight={[3]}
      rows={useSteady(items, keyOf, is_usual).map((medium) => ({
        key: keyOf(medium),
        cells: [
          <span key="name">
            <bdi>{nameOf(medium)}</bdi>{" "}
            <span className="soft small">{medium.volume_labels.join(w.comma)}</span>
          </span>,
          medium.serial || <span className="soft">{w.media.noSerial}</span>,
          <Where key="where" medium={medium} devices={medium.devices} />,
          <Moment key="when" at={medium.last_attached} />,
          medium.serial && may.operateWhole ? (
            <DialogButton
              text={w.media.register}
              title={w.media.title(`${nameOf(medium)} ${medium.serial}`)}
            >
              {(close) => <RegisterForm medium={medium} close={close} />}
            </DialogButton>
          ) : null,
        ],
      }))}
    />
  );
}

function Registered({ items, asked }: ListProps): ReactElement {
  const { w, day } = useSpeech();
  const may = useMay();
  const { heads } = w.media;
  const end = ({ until }: Medium): ReactElement | string => {
    if (!until) return w.noEnd;
    const ended = new Date(until).getTime() <= nowByCollector();
    return ended ? <span className="warning">{w.ended}</span> : w.until(day(until));
  };
  return (
    <Table
      saves
      caption={w.media.states.registered}
      heads={[heads.label, heads.serial, heads.where, heads.when, heads.until, ""]}
      fields="label serial device when until -"
      asked={asked}
      rows={items.map((medium) => ({
        key: medium.id,
        cells: [
          <span key="name">
            <b>{medium.label}</b>{" "}
            <span className="soft small">{nameOf(medium)}</span>
          </span>,
          medium.serial,
          <Where key="where" medium={medium} devices={1} />,
          medium.last_attached ? <Moment key="when" at={medium.last_attached} /> : "",
          end(medium),
          may.operateWhole ? (
            <SureButton
              text={w.media.remove}
              question={w.media.sure}
              act={() => remove("/api/v1/usb-media/{id}", { id: String(medium.id) })}
              done={readAnew}
            />
          ) : null,
        ],
      }))}
    />
  );
}

/** What was plugged in lately, the newest first. */
function Uses(): ReactElement {
  const { w } = useSpeech();
  const page = useGet("/api/v1/events", { kind: "usb_attached", limit: 20 });
  return (
    <Card title={w.media.uses}>
      <Loaded of={page}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="soft">{w.none}</p>
          ) : (
            <Table
              saves
              caption={w.media.uses}
              list="uses"
              fields="at device what"
              heads={[w.device.eventHeads[0] ?? "", w.findings.device, w.device.eventHeads[2] ?? ""]}
              tight={[0]}
              rows={items.map((event) => ({
                key: `${event.device_id} ${event.no} ${event.received_at}`,
                cells: [
                  <Exact key="at" at={event.at} />,
                  <Link key="device" href={`/devices/${event.device_id}`}>
                    {event.device}
                  </Link>,
                  eventText(event),
                ],
              }))}
            />
          )
        }
      </Loaded>
    </Card>
  );
}

/** USB media: those that nobody registered, the register, and what was plugged in lately. */
export default function Media(): ReactElement {
  const { w } = useSpeech();
  const [query] = useQueryOfPage();
  const state = states.find((one) => one === query.get("state")) ?? "unregistered";
  const asked = useAsked();
  const { q, sort } = asked;
  const { page, more } = useList("/api/v1/usb-media", { state, q, sort });
  const is_usual = !q && !sort && !page.isPlaceholderData;
  const tabs = states.map((name) => ({
    name,
    to: linkTo("/media", { state: name, q }),
    text: w.media.states[name],
  }));
  const empty = state === "unregistered" ? (
    <>
      <Mark state="good" /> {w.media.noneUnregistered}
    </>
  ) : w.media.noneRegistered;
  return (
    <>
      <PageHead tools={<PrintButton />}>{w.nav.media}</PageHead>
      <p>{w.media.intro}</p>
      <div className="row between tabs-line">
        <Tabs label={w.nav.media} tabs={tabs} open={state} />
        <Views list="media" />
      </div>
      <Card>
        <SearchBox asked={asked} of={w.media.states[state]} />
        <Loaded of={page}>
          {({ items, ...rest }) => (
            <>
              {items.length === 0 ? <NoRows asked={asked}>{empty}</NoRows> : null}
              {items.length > 0 && state === "unregistered" ? (
                <Unregistered items={items} asked={asked} is_usual={is_usual} />
              ) : null}
              {items.length > 0 && state === "registered" ? (
                <Registered items={items} asked={asked} is_usual={is_usual} />
              ) : null}
              {more({ items, ...rest })}
            </>
          )}
        </Loaded>
      </Card>
      <Uses />
    </>
  );
}
