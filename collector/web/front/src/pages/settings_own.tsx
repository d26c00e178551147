import { useState } from "react";
import type { ReactElement } from "react";
import { encode } from "uqr";

import { post, Problem, remove } from "../api/client";
import { readAnew, useGet } from "../api/queries";
import { useSpeech } from "../i18n/words";
import { useSession } from "../session";
import { DialogButton, SureButton } from "../ui/dialog";
import { Field, Form, UserName } from "../ui/form";
import { Mark } from "../ui/mark";
import { Card, Loaded, Note } from "../ui/parts";
import { ShownOnce } from "../ui/shown_once";
import { Table } from "../ui/table";

function Password(): ReactElement {
  const { w } = useSpeech();
  const words = w.account;
  const { name } = useSession();
  const [changed, setChanged] = useState(false);
  if (changed)
    return (
      <Card title={words.title}>
        <Note kind="good">
          <Mark state="good" /> {words.changed}
        </Note>
      </Card>
    );
  const send = async ({ old_one, password, again }: Record<string, string>): Promise<void> => {
    if (password !== again) throw new Problem(400, "differ");
    await post("/api/v1/session/password", {}, { password: old_one, new_password: password });
  };
  return (
    <Card title={words.title}>
      <p>{words.intro}</p>
      <Form send={send} submit={words.submit} done={() => setChanged(true)}
        means={({ code }) => (code === "differ" ? words.differ : undefined)}>
        <UserName name={name} />
        <Field label={words.old} name="old_one" type="password" required maxLength={200}
          autoComplete="current-password" />
        <Field label={words.new} hint={words.newHint} name="password" type="password" required
          maxLength={200} autoComplete="new-password" />
        <Field label={words.again} name="again" type="password" required maxLength={200}
          autoComplete="new-password" />
      </Form>
    </Card>
  );
}

/** A QR code of a text, for an authenticator's camera; black on white in dark mode, too. */
function QrCode({ text, name }: { text: string; name: string }): ReactElement {
  const { data, size } = encode(text, { border: 2 });
  const path = data
    .flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : "")))
    .join("");
  return (
    <svg className="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={name}>
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}

type Step = { name: "ask" } | { name: "scan"; secret: string; uri: string }
  | { name: "codes"; codes: string[] };

/** Password, then the secret for the authenticator, then its first code, then recovery codes. */
function FactorSetUp({ close }: { close: () => void }): ReactElement {
  const { w } = useSpeech();
  const words = w.factor;
  const { name } = useSession();
  const [step, setStep] = useState<Step>({ name: "ask" });
  const finish = (): void => {
    close();
    void readAnew();
  };
  if (step.name === "ask")
    return (
      <Form submit={words.next} cancel={close}
        send={async ({ password }) => {
          const { secret, uri } = await post("/api/v1/session/second-factor", {}, { password });
          setStep({ name: "scan", secret, uri });
        }}>
        <UserName name={name} />
        <Field label={w.account.old} name="password" type="password" required maxLength={200}
          autoComplete="current-password" />
      </Form>
    );
  if (step.name === "scan")
    return (
      <>
        <p>{words.scan}</p>
        <QrCode text={step.uri} name={words.qr} />
        <p>
          {words.orType} <code className="key">{step.secret}</code>
        </p>
        <Form submit={words.confirm} cancel={close}
          send={async ({ code = "" }) => {
            const body = { code: code.trim() };
            const { recovery_codes } =
              await post("/api/v1/session/second-factor/confirm", {}, body);
            setStep({ name: "codes", codes: recovery_codes });
          }}>
          <Field label={w.signIn.code} name="code" required maxLength={10} inputMode="numeric"
            autoComplete="one-time-code" />
        </Form>
      </>
    );
  return (
    <ShownOnce says={words.codes} done={finish}>
      <ul className="codes">
        {step.codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
    </ShownOnce>
  );
}

function FactorOff({ close }: { close: () => void }): ReactElement {
  const { w } = useSpeech();
  const { name } = useSession();
  return (
    <Form submit={w.factor.off} danger cancel={close}
      send={({ password }) => post("/api/v1/session/second-factor/remove", {}, { password })}
      done={() => {
        close();
        void readAnew();
      }}>
      <p>{w.factor.offHint}</p>
      <UserName name={name} />
      <Field label={w.account.old} name="password" type="password" required maxLength={200}
        autoComplete="current-password" />
    </Form>
  );
}

function SecondFactor(): ReactElement {
  const { w } = useSpeech();
  const words = w.factor;
  const factor = useGet("/api/v1/session/second-factor");
  return (
    <Card title={words.title}>
      <p>{words.intro}</p>
      <Loaded of={factor}>
        {({ in_force, recovery_codes_left }) =>
          in_force ? (
            <>
              <p>
                <Mark state="good" /> {words.inForce} {words.codesLeft(recovery_codes_left)}
              </p>
              <DialogButton text={words.off} title={words.off}>
                {(close) => <FactorOff close={close} />}
              </DialogButton>
            </>
          ) : (
            <>
              <p>
                <Mark state="warning" /> {words.notInForce}
              </p>
              <DialogButton text={words.on} title={words.on} style="main">
                {(close) => <FactorSetUp close={close} />}
              </DialogButton>
            </>
          )
        }
      </Loaded>
    </Card>
  );
}

function SignIns(): ReactElement {
  const { w, exact, when } = useSpeech();
  const words = w.signIns;
  const page = useGet("/api/v1/session/sign-ins");
  return (
    <Card title={words.title}>
      <p>{words.intro}</p>
      <Loaded of={page}>
        {({ items }) => (
          <Table
            caption={words.title}
            heads={words.heads}
            rows={items.map((one) => ({
              key: one.id,
              cells: [
                one.address,
                exact(one.created_at),
                when(one.last_used_at),
                one.current ? (
                  <b>{words.here}</b>
                ) : (
                  <SureButton
                    text={words.end}
                    question={words.endSure}
                    act={() => remove("/api/v1/session/sign-ins/{id}", { id: one.id })}
                    done={readAnew}
                  />
                ),
              ],
            }))}
          />
        )}
      </Loaded>
    </Card>
  );
}

/** One's own access: password, second factor, where one is signed in. */
export function OwnSettings(): ReactElement {
  return (
    <div className="two even">
      <div>
        <Password />
      </div>
      <div>
        <SecondFactor />
        <SignIns />
      </div>
    </div>
  );
}
