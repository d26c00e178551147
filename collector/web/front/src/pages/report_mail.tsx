import type { ReactElement } from "react";

import { post, remove } from "../api/client";
import { readAnew, useGet } from "../api/queries";
import { useSpeech } from "../i18n/words";
import { DialogButton, SureButton } from "../ui/dialog";
import { Field, Form, SelectField } from "../ui/form";
import { Card, Loaded } from "../ui/parts";

interface Digest {
  monthly?: boolean;
  channels: string[];
  at: { days: string[]; from: string; to: string };
}

function MailForm({ channels, close }: { channels: string[]; close: () => void }): ReactElement {
  const { w } = useSpeech();
  const words = w.reports;
  return (
    <Form
      submit={words.mail}
      cancel={close}
      send={({ channel, at }) =>
        post("/api/v1/alert-settings/{kind}", { kind: "digest" }, {
          name: `monthly-${channel}`,
          settings: { monthly: true, channels: [channel], at: { days: [], from: at, to: "00:00" } },
        })}
      done={() => {
        close();
        void readAnew();
      }}
    >
      <SelectField label={words.mailBy} name="channel"
        options={channels.map((name) => [name, name] as const)} />
      <Field label={words.mailAt} name="at" type="time" defaultValue="08:00" required />
    </Form>
  );
}

/** Who gets the report each month by mail. */
export function ReportMail(): ReactElement {
  const { w } = useSpeech();
  const words = w.reports;
  const digests = useGet("/api/v1/alert-settings/{kind}", { kind: "digest" });
  const channels = useGet("/api/v1/alert-settings/{kind}", { kind: "channel" });
  const names = channels.data?.items.map(({ name }) => name) ?? [];
  return (
    <Card
      className="no-print"
      title={words.mailTitle}
      aside={names.length > 0 ? (
        <DialogButton text={words.mail} title={words.mail}>
          {(close) => <MailForm channels={names} close={close} />}
        </DialogButton>
      ) : null}
    >
      <p>{words.mailHint}</p>
      <Loaded of={digests}>
        {({ items }) => {
          const monthly = items.filter(({ settings }) => (settings as Digest).monthly);
          if (monthly.length === 0) return <p className="soft">{words.noMail}</p>;
          return (
            <ul>
              {monthly.map(({ id, settings }) => {
                const { channels: by, at } = settings as Digest;
                return (
                  <li key={id} className="row">
                    <span>{words.mailed(by.join(w.comma), at.from)}</span>
                    <SureButton text={words.endMail} question={words.endMailSure} done={readAnew}
                      act={() => remove("/api/v1/alert-settings/{kind}/{id}",
                        { kind: "digest", id: String(id) })} />
                  </li>
                );
              })}
            </ul>
          );
        }}
      </Loaded>
    </Card>
  );
}
