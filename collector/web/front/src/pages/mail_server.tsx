import { useId, useRef, useState } from "react";
import type { ReactElement } from "react";

import { post, remove } from "../api/client";
import { readAnew, useGet } from "../api/queries";
import { useSpeech } from "../i18n/words";
import { useMay } from "../session";
import { DialogButton, SureButton } from "../ui/dialog";
import { explain } from "../ui/explain";
import { ActButton, Field, Form, SelectField } from "../ui/form";
import { Mark } from "../ui/mark";
import { Loaded } from "../ui/parts";
import type { Setting } from "./alerts";

// What stands in it: collector/notify/mail_server.hpp.
interface Server {
  security: (typeof securities)[number];
  host: string;
  port: number;
  ca: string;
  user: string;
  from: string;
  to: string[];
  language: (typeof languages)[number];
  secret: string;
}

const securities = ["starttls", "tls", "none"] as const;
const languages = ["ja", "en"] as const;

const kind = "mail_server";
const pem_bytes_at_most = 60_000;

/** Certificates as text: pasted, or out of a file. */
function Authority({ known }: { known: string | undefined }): ReactElement {
  const { w } = useSpeech();
  const words = w.mail;
  const id = useId();
  const text = useRef<HTMLTextAreaElement>(null);
  const take = async (file: File | undefined): Promise<void> => {
    if (!file || file.size > pem_bytes_at_most) return;
    const read = await file.text();
    if (text.current) text.current.value = read;
  };
  return (
    <details>
      <summary>{words.ca}</summary>
      <div className="field">
        <label htmlFor={id}>{words.caText}</label>
        <span className="hint" id={`${id}-hint`}>{words.caHint}</span>
        <textarea id={id} ref={text} name="ca" rows={4} className="whole" defaultValue={known}
          aria-describedby={`${id}-hint`} />
      </div>
      <div className="field">
        <label htmlFor={`${id}-file`}>{words.caFile}</label>
        <input type="file" id={`${id}-file`} accept=".pem,.crt,.cer"
          onChange={({ target }) => void take(target.files?.[0])} />
      </div>
    </details>
  );
}

/** By which server mails go. */
function ServerForm({ setting, close }: { setting: Setting | undefined; close: () => void }): ReactElement {
  const { w } = useSpeech();
  const words = w.mail;
  const known = setting?.settings as Server | undefined;
  // As it was when the form opened; what is shown behind it goes on.
  const [seen_at] = useState(setting?.changed_at);
  return (
    <Form
      submit={words.save}
      cancel={close}
      means={(problem) => {
        const { code, field } = problem;
        return code === "invalid" && field && Object.hasOwn(words.wrong, field)
          ? words.wrong[field as keyof typeof words.wrong] : explain(problem, w);
      }}
      done={() => {
        close();
        void readAnew();
      }}
      send={({ security, host = "", port, user = "", secret, from = "", to = "", ca, language }) => {
        const settings = {
          security, host: host.trim(), port: Number(port), ca, user: user.trim(), from: from.trim(),
          to: to.split(/[\s,、]+/).filter(Boolean), language,
        };
        const body = { name: "mail", settings, secret, seen_at };
        const place = { kind, id: String(setting?.id) };
        return setting ? post("/api/v1/alert-settings/{kind}/{id}", place, body)
          : post("/api/v1/alert-settings/{kind}", { kind }, body);
      }}
    >
      <Field label={words.host} hint={words.hostHint} name="host" required maxLength={253}
        defaultValue={known?.host} />
      <SelectField label={words.security} hint={words.securityHint} name="security"
        first={known?.security} options={securities.map((one) => [one, words.securities[one]] as const)} />
      <Field label={words.port} hint={words.portHint} name="port" type="number" min="1" max="65535"
        required defaultValue={known?.port ?? 587} />
      <Field label={words.from} hint={words.fromHint} name="from" required maxLength={254}
        defaultValue={known?.from} />
      <Field label={words.to} hint={words.toHint} name="to" required maxLength={1000}
        defaultValue={known?.to.join(" ")} />
      <Field label={words.user} hint={words.userHint} name="user" maxLength={200}
        autoComplete="off" defaultValue={known?.user} />
      <Field label={words.password} hint={known?.secret ? words.passwordKept : undefined}
        name="secret" type="password" autoComplete="new-password" maxLength={1000} />
      <SelectField label={words.language} name="language" first={known?.language}
        options={languages.map((one) => [one, words.languages[one]] as const)} />
      <Authority known={known?.ca} />
    </Form>
  );
}

/** One mail at once, and how that went. */
function TestMail({ to }: { to: string }): ReactElement {
  const { w } = useSpeech();
  const words = w.mail;
  const [result, setResult] = useState<{ sent: boolean; trouble: string; detail: string }>();
  const trouble = (name: string): string =>
    words.troubles[Object.hasOwn(words.troubles, name) ? (name as keyof typeof words.troubles) : "other"];
  return (
    <>
      <ActButton quiet done={readAnew}
        act={async () => {
          setResult(undefined);
          setResult(await post("/api/v1/mail-server/test", {}, {}));
        }}>
        {words.test}
      </ActButton>
      <div role="status">
        {result ? (
          <p>
            <Mark state={result.sent ? "good" : "action"} />{" "}
            {result.sent ? words.sent(to) : trouble(result.trouble)}{" "}
            {result.detail ? <span className="soft small">{words.said(result.detail)}</span> : null}
          </p>
        ) : null}
      </div>
    </>
  );
}

function Known({ setting }: { setting: Setting }): ReactElement {
  const { w } = useSpeech();
  const words = w.mail;
  const may = useMay();
  const server = setting.settings as Server;
  return (
    <>
      <p>{words.summary(server.host, server.port, words.securities[server.security])}</p>
      <p>{words.addresses(server.from, server.to.join(w.comma))}</p>
      {setting.fixed ? <p>{words.fixed}</p> : null}
      <div className="row">
        {may.administer && !setting.fixed ? (
          <>
            <DialogButton text={words.change} title={words.title}>
              {(close) => <ServerForm setting={setting} close={close} />}
            </DialogButton>
            <SureButton text={words.remove} question={words.removeSure} done={readAnew}
              act={() => remove("/api/v1/alert-settings/{kind}/{id}",
                { kind, id: String(setting.id) })} />
          </>
        ) : null}
        {may.operateWhole ? <TestMail to={server.to[0] ?? ""} /> : null}
      </div>
    </>
  );
}

/** The mail server: what is set, or where it is set. */
export function MailServer(): ReactElement {
  const { w } = useSpeech();
  const may = useMay();
  const page = useGet("/api/v1/alert-settings/{kind}", { kind });
  const words = w.mail;
  return (
    <Loaded of={page}>
      {({ items: [setting] }) => {
        if (setting) return <Known setting={setting} />;
        return (
          <>
            <p>{words.none}</p>
            {may.administer ? (
              <DialogButton text={words.set} title={words.title} style="main">
                {(close) => <ServerForm setting={undefined} close={close} />}
              </DialogButton>
            ) : null}
          </>
        );
      }}
    </Loaded>
  );
}
