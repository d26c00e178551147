import type { ReactElement } from "react";

import { post } from "../api/client";
import type { Answer } from "../api/client";
import { readAnew, useGet } from "../api/queries";
import { useSpeech } from "../i18n/words";
import { Link, linkTo, useQueryOfPage } from "../router";
import { useMay } from "../session";
import { SureButton } from "../ui/dialog";
import { Mark } from "../ui/mark";
import { Card, Loaded, PageHead } from "../ui/parts";
import { PrintButton } from "../ui/print";
import { Table } from "../ui/table";
import { Views } from "../ui/views";
import { useList } from "./more";

type Event = Answer<"/api/v1/site-events">["items"][number];

function EventTable({ items, open }: { items: Event[]; open: string }): ReactElement {
  const { w, exact } = useSpeech();
  const words = w.siteEvents;
  const [query] = useQueryOfPage();
  return (
    <Table
      saves
      caption={w.nav.siteEvents}
      heads={words.heads}
      list="events"
      fields="since site devices missing state -"
      tight={[0]}
      rows={items.map((event) => ({
        key: event.id,
        by: { 0: event.since, 2: event.devices, 3: event.missing, 4: event.closed_at ?? "" },
        cells: [
          exact(event.since),
          event.whole ? words.whole : event.site_name,
          w.devices(event.devices),
          event.missing > 0 ? (
            <b key="missing" className="action">{w.devices(event.missing)}</b>
          ) : w.devices(0),
          event.closed_at ? (
            <span key="state"><Mark state="good" /> {words.ended(exact(event.closed_at))}</span>
          ) : (
            <span key="state"><Mark state="action" /> {words.goesOn}</span>
          ),
          event.id === open ? <b key="list">{words.shown}</b> : (
            <Link key="list" href={linkTo("/site-events", { ...Object.fromEntries(query), id: event.id })} replace>
              {words.list}
            </Link>
          ),
        ],
      }))}
    />
  );
}

/** Who is back, for the round through the hospital: on paper, too. */
function Returns({ id }: { id: string }): ReactElement {
  const { w, exact } = useSpeech();
  const words = w.siteEvents;
  const may = useMay();
  const page = useGet("/api/v1/site-events/{id}", { id });
  return (
    <Loaded of={page}>
      {({ event, items }) => (
        <Card
          title={words.title(event.whole ? words.whole : event.site_name, exact(event.since))}
          aside={
            <div className="row tools">
              {event.closed_at === null && may.operate ? (
                <SureButton text={words.close} question={words.closeSure} done={readAnew}
                  act={() => post("/api/v1/site-events/{id}/close", { id }, {})} />
              ) : null}
              <PrintButton />
            </div>
          }
        >
          <p>{words.counts(event.back, event.missing)}</p>
          <Table
            saves
            caption={words.list}
            heads={words.returnHeads}
            list=""
            fields="state name heard back -"
            tight={[2, 3]}
            rows={items.map((one) => ({
              key: one.device_id,
              by: { 2: one.last_heard_at ?? "", 3: one.back_at ?? "" },
              cells: [
                one.back_at ? (
                  <span key="state"><Mark state="good" /> {words.back}</span>
                ) : (
                  <span key="state"><Mark state="silent" /> {words.missing}</span>
                ),
                <Link key="name" href={`/devices/${one.device_id}`}>{one.device}</Link>,
                exact(one.last_heard_at), exact(one.back_at), "",
              ],
            }))}
          />
        </Card>
      )}
    </Loaded>
  );
}

/** Power cuts and the like: many devices silent at once, and the list of those that came back. */
export default function SiteEvents(): ReactElement {
  const { w } = useSpeech();
  const words = w.siteEvents;
  const [query] = useQueryOfPage();
  const { page, more } = useList("/api/v1/site-events", {});
  return (
    <>
      <PageHead>{w.nav.siteEvents}</PageHead>
      <p className="no-print">{words.intro}</p>
      <Views list="site-events" />
      <Loaded of={page}>
        {({ items, ...rest }) => {
          const open = query.get("id") ?? items[0]?.id ?? "";
          if (items.length === 0)
            return (
              <Card>
                <p><Mark state="good" /> {words.none}</p>
              </Card>
            );
          return (
            <>
              <Card className="no-print">
                <EventTable items={items} open={open} />
                {more({ items, ...rest })}
              </Card>
              <Returns key={open} id={open} />
            </>
          );
        }}
      </Loaded>
    </>
  );
}
