import { useState } from "react";
import type { ReactElement } from "react";

import { post } from "../api/client";
import { readAnew, useGet } from "../api/queries";
import { useSpeech } from "../i18n/words";
import { Check, Field, Form, SelectField } from "../ui/form";
import type { Channel, RouteOf, Setting } from "./alerts";
import { root_site } from "./site_names";

const kinds = ["mail", "webhook", "syslog"] as const;
const severities = ["info", "warning", "action"] as const;
const weekdays = ["mon", "tue", "wed", "thu", "fri"] as const;

const finish = (close: () => void) => (): void => {
  close();
  void readAnew();
};

/** Words that are separated by blanks or commas. */
const wordsOf = (text = ""): string[] => text.split(/[\s,、]+/).filter(Boolean);

/** A new way by which alerts go. What needs a secret is set up on the collector itself. */
export function ChannelForm({ close }: { close: () => void }): ReactElement {
  const { w } = useSpeech();
  const words = w.alerts.form;
  const [kind, setKind] = useState<(typeof kinds)[number]>("mail");
  return (
    <Form
      submit={words.addChannel}
      cancel={close}
      done={finish(close)}
      means={({ detail }) => detail}
      send={({ name, to, address }) => {
        const settings: Partial<Channel> = kind === "mail" ? { kind, to: wordsOf(to) } : { kind, address: address ?? "" };
        return post("/api/v1/alert-settings/{kind}", { kind: "channel" }, { name, settings });
      }}
    >
      <Field label={w.alerts.heads.name} hint={words.channelName} name="name" required maxLength={60} />
      <div className="field">
        <label htmlFor="channel-kind">{w.alerts.heads.kind}</label>
        <select id="channel-kind" value={kind}
          onChange={({ target }) => setKind(kinds.find((one) => one === target.value) ?? "mail")}>
          {kinds.map((one) => (
            <option key={one} value={one}>{w.alerts.kinds[one]}</option>
          ))}
        </select>
      </div>
      {kind === "mail" ? (
        <Field key="to" label={w.alerts.heads.to} hint={words.toHint} name="to" maxLength={1000} />
      ) : (
        <Field key="address" label={w.alerts.heads.to} hint={words.addresses[kind]} name="address"
          required maxLength={300} />
      )}
    </Form>
  );
}

type When = "always" | "weekdays" | "kept";

function hoursOf(when: string | undefined, from: string, to: string, route: RouteOf | undefined) {
  if (when === "kept") return route?.hours ?? [];
  return when === "weekdays" ? [{ days: [...weekdays], from, to }] : [];
}

/** Who is told of which findings, and when; what the form does not ask for stays as it is. */
export function RouteForm({ setting, channels, close }: {
  setting?: Setting;
  channels: string[];
  close: () => void;
}): ReactElement {
  const { w } = useSpeech();
  const words = w.alerts.form;
  const route = setting?.settings as RouteOf | undefined;
  const sites = useGet("/api/v1/sites", {}, { every_ms: false });
  const site_options = [["", w.alerts.everywhere] as const,
    ...(sites.data?.items ?? []).filter(({ id }) => id !== root_site).map(({ id, name }) => [id, name] as const)];
  const whens: [When, string][] = [
    ...(route && route.hours.length > 0 ? [["kept", words.kept] as [When, string]] : []),
    ["always", w.alerts.always], ["weekdays", words.weekdays],
  ];
  // As it was when the form opened; what the list shows behind it goes on.
  const [seen_at] = useState(setting?.changed_at);
  const send = (values: Record<string, string>) => {
    const { name, least, site, when, from = "", to = "", repeat, escalate, escalate_to } = values;
    const settings = {
      ...route,
      paused: values["paused"] === "on",
      least,
      site,
      hours: hoursOf(when, from, to, route),
      wait_for_hours: when === "weekdays" || route?.wait_for_hours === true,
      channels: channels.filter((channel) => values[`by ${channel}`] === "on"),
      repeat_every_min: Number(repeat || 0),
      escalate_after_min: Number(escalate || 0),
      escalate_to: escalate_to ? [escalate_to] : [],
    };
    const place = { kind: "route", id: String(setting?.id) };
    return setting ? post("/api/v1/alert-settings/{kind}/{id}", place, { name, settings, seen_at })
      : post("/api/v1/alert-settings/{kind}", { kind: "route" }, { name, settings });
  };
  return (
    <Form submit={setting ? words.saveRoute : words.addRoute} cancel={close} done={finish(close)}
      send={send} means={({ detail }) => detail}>
      <Field label={w.alerts.heads.name} hint={words.routeName} name="name" required maxLength={60}
        defaultValue={setting?.name} />
      <SelectField label={w.alerts.heads.what} name="least" first={route?.least ?? "action"}
        options={severities.map((one) => [one, w.alerts.least[one]] as const)} />
      <SelectField key={site_options.length} label={w.alerts.heads.site} name="site"
        first={route?.site} options={site_options} />
      <fieldset>
        <legend>{w.alerts.heads.by}</legend>
        {channels.map((channel) => (
          <Check key={channel} name={`by ${channel}`} text={channel}
            on={route?.channels.includes(channel) ?? channels.length === 1} />
        ))}
      </fieldset>
      <SelectField label={w.alerts.heads.hours} hint={words.hoursHint} name="when"
        first={whens[0]?.[0]} options={whens} />
      <Field label={words.from} name="from" type="time" defaultValue="08:30" />
      <Field label={words.to} name="to" type="time" defaultValue="17:15" />
      <Field label={words.repeat} name="repeat" type="number" min="0" max="10080"
        defaultValue={route?.repeat_every_min || ""} />
      <Field label={words.escalate} name="escalate" type="number" min="0" max="10080"
        defaultValue={route?.escalate_after_min || ""} />
      <SelectField label={words.escalateTo} name="escalate_to" first={route?.escalate_to[0]}
        options={[["", "―"] as const, ...channels.map((name) => [name, name] as const)]} />
      {setting ? <Check name="paused" text={words.pause} on={route?.paused ?? false} /> : null}
    </Form>
  );
}
