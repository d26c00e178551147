import type { ReactElement, ReactNode } from "react";

import { post, remove } from "../api/client";
import type { Answer } from "../api/client";
import { readAnew, useGet } from "../api/queries";
import { useSpeech } from "../i18n/words";
import type { Words } from "../i18n/ja";
import { useMay } from "../session";
import { DialogButton, SureButton } from "../ui/dialog";
import { ActButton } from "../ui/form";
import { Mark } from "../ui/mark";
import { Card, Loaded, Moment, PageHead } from "../ui/parts";
import { ruleName } from "../ui/rule_name";
import { Table } from "../ui/table";
import { Views } from "../ui/views";
import { ChannelForm, RouteForm } from "./alert_forms";
import { ContactForm, Contacts } from "./contacts";
import { MailServer } from "./mail_server";
import { MaintenanceForm } from "./maintenance_form";
import { useList } from "./more";
import { useSiteName } from "./site_names";

export type Setting = Answer<"/api/v1/alert-settings/{kind}">["items"][number];
type Delivery = Answer<"/api/v1/alert-deliveries">["items"][number];

// What stands in a setting: collector/notify/alert_settings.hpp.
interface Hours {
  days: (keyof Words["alerts"]["days"])[];
  from: string;
  to: string;
}

export interface Channel {
  kind: keyof Words["alerts"]["kinds"];
  paused: boolean;
  to: string[];
  address: string;
}

export interface RouteOf {
  paused: boolean;
  least: keyof Words["alerts"]["least"];
  rules: string[];
  site: string;
  hours: Hours[];
  wait_for_hours: boolean;
  channels: string[];
  repeat_every_min: number;
  escalate_after_min: number;
  escalate_to: string[];
}

interface Maintenance {
  site: string;
  device: string;
  from: string;
  until: string | null;
  hours: Hours[];
  reason: string;
}

function ChannelState({ of, settings }: { of: Setting; settings: Channel }): ReactElement {
  const { w, when } = useSpeech();
  const words = w.alerts;
  if (settings.paused) return <><Mark state="none" /> {words.paused}</>;
  if (!of.usable) return <><Mark state="none" /> {words.noMailServer}</>;
  if (of.failing_since)
    return <><Mark state="action" /> {words.failingSince(when(of.failing_since))} {of.problem}</>;
  if (of.problem) return <><Mark state="warning" /> {of.problem}</>;
  if (!of.last_sent_at) return <>{words.neverUsed}</>;
  return <><Mark state="good" /> {words.sent(when(of.last_sent_at))}</>;
}

function Channels({ items }: { items: Setting[] }): ReactElement {
  const { w } = useSpeech();
  const may = useMay();
  const { heads, ...words } = w.alerts;
  const whereTo = ({ kind, to, address }: Channel): string => {
    if (kind !== "mail") return address;
    return to.length === 0 ? words.usual : to.join(w.comma);
  };
  return (
    <Table
      saves
      caption={words.channels}
      heads={[heads.name, heads.kind, heads.to, heads.state, heads.waiting, ""]}
      list="ways"
      fields="name kind to state waiting -"
      rows={items.map((item) => {
        const settings = item.settings as Channel;
        return {
          key: item.id,
          by: { 3: item.problem ?? "", 4: item.queued ?? 0 },
          cells: [
            <b key="name">{settingName(item.name, w)}</b>,
            words.kinds[settings.kind],
            whereTo(settings),
            <ChannelState key="state" of={item} settings={settings} />,
            String(item.queued),
            may.administer ? (
              <div className="row" key="buttons">
                {item.usable && !settings.paused ? (
                  <ActButton done={readAnew}
                    act={() => post("/api/v1/alert-channels/{id}/test", { id: String(item.id) })}>
                    {words.test}
                  </ActButton>
                ) : null}
                <SureButton text={words.form.remove} question={words.form.removeChannelSure}
                  done={readAnew} act={() => removeSetting("channel", item.id)} />
              </div>
            ) : null,
          ],
        };
      })}
    />
  );
}

const removeSetting = (kind: string, id: number): Promise<void> =>
  remove("/api/v1/alert-settings/{kind}/{id}", { kind, id: String(id) });

/** What came from the settings file is called there as the collector calls it. */
function settingName(name: string, w: Words): string {
  const { least, kinds } = w.alerts;
  if (Object.hasOwn(least, name)) return least[name as keyof typeof least];
  return Object.hasOwn(kinds, name) ? kinds[name as keyof typeof kinds] : ruleName(name, w);
}

/** "Mon, Tue 09:00–17:00" */
function hoursText(all: Hours[], w: Words): string {
  const words = w.alerts;
  if (all.length === 0) return words.always;
  return all
    .map(({ days, from, to }) => {
      const names = days.length === 0 ? words.everyDay
        : days.map((day) => words.days[day]).join(w.comma);
      return `${names} ${from}–${to}`;
    })
    .join(w.comma);
}

function Routes({ items, channels }: { items: Setting[]; channels: string[] }): ReactElement {
  const { w } = useSpeech();
  const may = useMay();
  const { heads, ...words } = w.alerts;
  const site_name = useSiteName();
  const laterOf = (route: RouteOf): string =>
    [
      route.repeat_every_min > 0 ? words.repeat(route.repeat_every_min) : "",
      route.escalate_after_min > 0
        ? words.escalate(route.escalate_after_min, route.escalate_to.join(w.comma)) : "",
    ].filter(Boolean).join(w.comma);
  return (
    <Table
      saves
      caption={words.routes}
      heads={[heads.name, heads.what, heads.hours, heads.by, heads.later, ""]}
      list="routes"
      fields="name what hours by later -"
      rows={items.map((item) => {
        const { id, name } = item;
        const route = item.settings as RouteOf;
        const rules = route.rules.length === 0 ? words.allRules : route.rules.map((rule) => ruleName(rule, w)).join(w.comma);
        return {
          key: id,
          cells: [
            <span key="name">
              <b>{settingName(name, w)}</b> {route.paused ? words.paused : ""}
            </span>,
            [words.least[route.least], rules, route.site ? site_name(route.site) : ""].filter(Boolean).join(w.comma),
            hoursText(route.hours, w),
            route.channels.map((channel) => settingName(channel, w)).join(w.comma),
            laterOf(route),
            may.administer ? (
              <div className="row" key="buttons">
                <DialogButton text={words.form.change} title={settingName(name, w)}>
                  {(close) => <RouteForm setting={item} channels={channels} close={close} />}
                </DialogButton>
                <SureButton text={words.form.remove} question={words.form.removeRouteSure}
                  done={readAnew} act={() => removeSetting("route", id)} />
              </div>
            ) : null,
          ],
        };
      })}
    />
  );
}

function MaintenanceTable({ items }: { items: Setting[] }): ReactElement {
  const { w, exact } = useSpeech();
  const { heads, ...words } = w.alerts;
  const site_name = useSiteName();
  return (
    <Table
      saves
      caption={words.maintenance}
      heads={[heads.name, heads.site, heads.from, heads.until, heads.hours, ""]}
      list="work"
      fields="name site from until hours -"
      rows={items.map(({ id, name, settings }) => {
        const one = settings as Maintenance;
        return {
          key: id,
          by: { 2: one.from, 3: one.until ?? "" },
          cells: [
            <span key="name">
              <b>{name}</b> <span className="soft small">{one.reason}</span>
            </span>,
            one.device || (one.site ? site_name(one.site) : words.everywhere),
            exact(one.from),
            one.until ? exact(one.until) : w.noEnd,
            hoursText(one.hours, w),
            <SureButton key="end" text={words.remove} question={words.removeSure} done={readAnew}
              act={() => removeSetting("maintenance", id)} />,
          ],
        };
      })}
    />
  );
}

function Dead({ items }: { items: Delivery[] }): ReactElement {
  const { w } = useSpeech();
  const may = useMay();
  const { heads, ...words } = w.alerts;
  return (
    <Table
      saves
      caption={words.dead}
      heads={[heads.when, heads.by, heads.to, heads.what, heads.why, ""]}
      list="dead"
      fields="when by to what why -"
      tight={[0]}
      rows={items.map(({ id, composed_at, channel, recipient, summary, problem }) => ({
        key: id,
        cells: [
          <Moment key="when" at={composed_at} />, channel, recipient, summary, problem,
          may.administer ? (
            <div className="row">
              <ActButton done={readAnew}
                act={() => post("/api/v1/alert-deliveries/{id}/send-again", { id: String(id) })}>
                {words.sendAgain}
              </ActButton>
              <SureButton text={words.drop} question={words.dropSure} done={readAnew}
                act={() => remove("/api/v1/alert-deliveries/{id}", { id: String(id) })} />
            </div>
          ) : null,
        ],
      }))}
    />
  );
}

/** The settings of one kind under their heading. */
function Kind({ kind, title, aside, hint, empty, children }: {
  kind: "channel" | "route" | "contact" | "maintenance";
  title: string;
  aside?: ReactNode;
  hint?: string;
  empty?: ReactNode;
  children: (items: Setting[]) => ReactNode;
}): ReactElement {
  const { w } = useSpeech();
  const page = useGet("/api/v1/alert-settings/{kind}", { kind });
  return (
    <Card title={title} aside={aside}>
      {hint ? <p>{hint}</p> : null}
      <Loaded of={page}>
        {({ items }) => (items.length === 0 ? empty ?? <p>{w.none}</p> : children(items))}
      </Loaded>
    </Card>
  );
}

/** Who is told of what, by which way, and what could not be delivered. */
export default function Alerts(): ReactElement {
  const { w } = useSpeech();
  const words = w.alerts;
  const may = useMay();
  const dead = useList("/api/v1/alert-deliveries", { state: "dead" });
  const channels = useGet("/api/v1/alert-settings/{kind}", { kind: "channel" });
  const contacts = useGet("/api/v1/alert-settings/{kind}", { kind: "contact" });
  const names = channels.data?.items.map(({ name }) => name) ?? [];
  return (
    <>
      <PageHead tools={<Views list="alerts" />}>{w.nav.alerts}</PageHead>
      <p>{words.intro}</p>
      <Loaded of={dead.page}>
        {({ items, ...rest }) =>
          items.length === 0 ? null : (
            <Card title={words.dead}>
              <p>{words.deadHint}</p>
              <Dead items={items} />
              {dead.more({ items, ...rest })}
            </Card>
          )
        }
      </Loaded>
      <Card title={w.mail.title}>
        <MailServer />
      </Card>
      <Kind kind="channel" title={words.channels}
        aside={may.administer ? (
          <DialogButton text={words.form.addChannel} title={words.form.addChannel}>
            {(close) => <ChannelForm close={close} />}
          </DialogButton>
        ) : null}>
        {(items) => <Channels items={items} />}
      </Kind>
      <Kind kind="route" title={words.routes}
        empty={<p className="warning">{words.noRoutes}</p>}
        aside={may.administer && names.length > 0 ? (
          <DialogButton text={words.form.addRoute} title={words.form.addRoute} style="main">
            {(close) => <RouteForm channels={names} close={close} />}
          </DialogButton>
        ) : null}>
        {(items) => <Routes items={items} channels={names} />}
      </Kind>
      <Kind kind="contact" title={words.contact.title} hint={words.contact.hint}
        aside={may.administer ? (
          <DialogButton text={words.contact.add} title={words.contact.add}>
            {(close) => (
              <ContactForm close={close}
                others={contacts.data?.items.map(({ name }) => name) ?? []} />
            )}
          </DialogButton>
        ) : null}>
        {(items) => <Contacts items={items} />}
      </Kind>
      <Kind kind="maintenance" title={words.maintenance} hint={words.maintenanceHint}
        aside={may.operateWhole ? (
          <DialogButton text={words.addMaintenance} title={words.addMaintenance} style="main">
            {(close) => <MaintenanceForm close={close} />}
          </DialogButton>
        ) : null}>
        {(items) => <MaintenanceTable items={items} />}
      </Kind>
    </>
  );
}
