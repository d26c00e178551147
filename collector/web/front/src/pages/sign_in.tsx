import { useEffect, useRef, useState } from "react";
import type { ReactElement } from "react";

import { post, Problem } from "../api/client";
import type { Session } from "../api/types";
import { useSpeech } from "../i18n/words";
import { useSession } from "../session";
import { Dialog } from "../ui/dialog";
import { Field, Form } from "../ui/form";
import { Mark } from "../ui/mark";

type Done = (session: Session) => unknown;

/** Name and password, and the code of the second factor once it is asked for. */
function SignInForm({ done, name }: { done: Done; name?: string }): ReactElement {
  const { w } = useSpeech();
  const [needsCode, setNeedsCode] = useState(false);
  const password = useRef<HTMLInputElement>(null);
  const code = useRef<HTMLInputElement>(null);
  const first = useRef<HTMLInputElement>(null);
  // There is nothing else to do on this page; whose sign-in has ended is known by name.
  useEffect(() => (name ? password : first).current?.focus(), [name]);
  useEffect(() => {
    if (needsCode) code.current?.focus();
  }, [needsCode]);
  const send = async (values: Record<string, string>): Promise<Session> => {
    try {
      return await post("/api/v1/session", {}, values);
    } catch (error) {
      const asks = error instanceof Problem && error.code === "code_required";
      if (asks) setNeedsCode(true);
      const field = needsCode || asks ? code : password;
      setTimeout(() => {
        if (field.current) field.current.value = "";
        field.current?.focus();
      });
      throw error;
    }
  };
  const means = ({ status, code: why, wait_s }: Problem): string | undefined =>
    status === 401 && why !== "code_required" && wait_s === 0 ? w.signIn.wrong : undefined;
  return (
    <Form send={send} done={(answer) => done(answer as Session)} submit={w.signIn.submit}
      means={means}>
      <Field label={w.signIn.name} name="name" autoComplete="username" required maxLength={100}
        defaultValue={name} inputRef={first} />
      <Field label={w.signIn.password} name="password" type="password" required maxLength={200}
        autoComplete="current-password" inputRef={password} />
      <label className="line">
        <input
          type="checkbox"
          onChange={(event) => {
            if (password.current) password.current.type = event.target.checked ? "text" : "password";
          }}
        />
        <span>{w.signIn.show}</span>
      </label>
      {needsCode ? (
        <Field label={w.signIn.code} hint={w.signIn.codeHint} name="code" maxLength={40}
          autoComplete="one-time-code" inputMode="numeric" required inputRef={code} />
      ) : null}
    </Form>
  );
}

/** The page of somebody who is not signed in. */
export function SignIn({ done, switchLanguage }: {
  done: Done;
  switchLanguage: () => void;
}): ReactElement {
  const { w } = useSpeech();
  return (
    <main id="main" className="card signin">
      <title>{`${w.signIn.title} - ${w.brand}`}</title>
      <h1 className="row">
        <Mark state="good" />
        {w.brand}
      </h1>
      <p className="soft">{w.signIn.what}</p>
      <SignInForm done={done} />
      <p className="soft small buttons">{w.signIn.help}</p>
      <button type="button" lang={w.languageCode} onClick={switchLanguage}>
        {w.language}
      </button>
    </main>
  );
}

/** The sign-in has ended: the page stays below, with what was typed into it. */
export function SignInAgain({ done }: { done: Done }): ReactElement {
  const { w } = useSpeech();
  const { name } = useSession();
  return (
    <Dialog title={w.signIn.title}>
      <p className="note">{w.errors.session_required}</p>
      <SignInForm done={done} name={name} />
    </Dialog>
  );
}
