import type { ReactElement } from "react";

import type { FindingDetail } from "../api/types";
import { useSpeech } from "../i18n/words";
import { Link } from "../router";
import { useMay } from "../session";
import { Card } from "../ui/parts";

const parties = ["department", "supplier", "network"] as const;

/** Whom to phone about a finding, and what to say. */
export function Call({ call, device }: {
  call: FindingDetail["call"];
  device: string;
}): ReactElement | null {
  const { w, both } = useSpeech();
  const may = useMay();
  const whom = parties.find((party) => party === call.whom);
  if (!whom) return null;
  const words = w.findings.call;
  return (
    <Card title={words.title}>
      <p>
        <b>{words.whom[whom]}</b>
        {" "}
        <bdi>{call.supplier}</bdi>
      </p>
      {call.people.length > 0 ? (
        <ul>
          {call.people.map(({ name, phone, note }) => (
            <li key={name}>
              <bdi>{name}</bdi> {phone ? <a href={`tel:${phone.replace(/[^+0-9]/g, "")}`}>{phone}</a> : null}{" "}
              <span className="soft">{note}</span>
            </li>
          ))}
        </ul>
      ) : (
        <p className="soft">
          {words.nobody}{" "}
          {may.administer ? <Link href="/alerts">{w.alerts.contact.add}</Link> : null}
        </p>
      )}
      <h3>{words.say}</h3>
      <blockquote>
        {device ? <><bdi>{device}</bdi>: </> : null}
        {both(call.say)}
      </blockquote>
    </Card>
  );
}
