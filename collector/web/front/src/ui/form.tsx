import { useEffect, useId, useRef, useState } from "react";
import type { InputHTMLAttributes, ReactElement, ReactNode, RefObject } from "react";

import { Problem } from "../api/client";
import { nowByCollector } from "../api/clock";
import { useSpeech } from "../i18n/words";
import { explain } from "./explain";
import { sayDone } from "./live";

type Values = Record<string, string>;

interface FieldProps extends InputHTMLAttributes<HTMLInputElement> {
  label: string;
  hint?: string | undefined;
  name: string;
  inputRef?: RefObject<HTMLInputElement | null>;
}

/** An input under its label. */
export function Field({ label, hint, inputRef, ...rest }: FieldProps): ReactElement {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {hint ? (
        <span className="hint" id={`${id}-hint`}>
          {hint}
        </span>
      ) : null}
      <input
        type="text"
        {...rest}
        id={id}
        ref={inputRef}
        aria-describedby={hint ? `${id}-hint` : undefined}
      />
    </div>
  );
}

/** One of several in a list that opens; options are [value, text]. */
export function SelectField({ label, hint, name, options, first }: {
  label: string;
  hint?: string;
  name: string;
  options: (readonly [string, string])[];
  first?: string | undefined;
}): ReactElement {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {hint ? <span className="hint">{hint}</span> : null}
      <select id={id} name={name} defaultValue={first}>
        {options.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
}

/** One of several; options are [value, text]. The first is chosen. */
export function Choice({ name, legend, options }: {
  name: string;
  legend: string;
  options: (readonly [string, string])[];
}): ReactElement {
  return (
    <fieldset>
      <legend>{legend}</legend>
      {options.map(([value, text], i) => (
        <label className="line" key={value}>
          <input type="radio" name={name} value={value} defaultChecked={i === 0} />
          <span>{text}</span>
        </label>
      ))}
    </fieldset>
  );
}

export function Check({ name, text, on = false }: {
  name: string;
  text: string;
  /** At first. */
  on?: boolean;
}): ReactElement {
  return (
    <label className="line">
      <input type="checkbox" name={name} defaultChecked={on} />
      <span>{text}</span>
    </label>
  );
}

/** What stands in a form now. */
export const valuesOf = (form: HTMLFormElement): Values =>
  Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)]));

const slow_after_ms = 5_000;

/** Says that the answer takes its time, once it does. */
function Waiting(): ReactElement | null {
  const { w } = useSpeech();
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), slow_after_ms);
    return () => clearTimeout(timer);
  }, []);
  return <span className="soft" role="status">{slow ? w.waiting : ""}</span>;
}

interface FormProps {
  /** When it comes to a text, that is what is said aloud. */
  send: (values: Values) => Promise<unknown>;
  done?: (answer: unknown) => void;
  submit: string;
  cancel?: (() => void) | undefined;
  danger?: boolean;
  /** What a refusal means in this form, where it differs. */
  means?: (problem: Problem) => string | undefined;
  children: ReactNode;
}

/**
 * A form that calls `send` with its values and then `done`. While it waits it cannot be sent twice;
 * a refusal stands in it, and what was typed stays.
 */
export function Form(props: FormProps): ReactElement {
  const { w } = useSpeech();
  const [waiting, setWaiting] = useState(false);
  const [problem, setProblem] = useState("");
  const node = useRef<HTMLFormElement>(null);
  const send = async (form: HTMLFormElement): Promise<void> => {
    const values = valuesOf(form);
    setWaiting(true);
    setProblem("");
    for (const field of form.querySelectorAll("[aria-invalid]"))
      field.removeAttribute("aria-invalid");
    try {
      const answer = await props.send(values);
      sayDone(typeof answer === "string" ? answer : w.doneOf(props.submit));
      props.done?.(answer);
    } catch (error) {
      const own = error instanceof Problem ? props.means?.(error) : undefined;
      setProblem(own ?? explain(error, w));
      const wrong = error instanceof Problem && error.field
        ? form.querySelector<HTMLInputElement>(`[name="${error.field}"]`) : null;
      wrong?.setAttribute("aria-invalid", "true");
      wrong?.focus();
    } finally {
      setWaiting(false);
    }
  };
  return (
    <form
      ref={node}
      onSubmit={(event) => {
        event.preventDefault();
        if (!waiting) void send(event.currentTarget);
      }}
    >
      {props.children}
      <p className="problem" role="alert">
        {problem}
      </p>
      {waiting ? <Waiting /> : null}
      <div className="row buttons">
        <button type="submit" className={props.danger ? "danger" : "main"} aria-disabled={waiting}>
          {props.submit}
        </button>
        {props.cancel ? (
          <button type="button" onClick={props.cancel}>
            {w.cancel}
          </button>
        ) : null}
      </div>
    </form>
  );
}

/** A button that does something at once; a refusal stands beside it. */
export function ActButton({ act, done, style, quiet = false, children }: {
  act: () => Promise<unknown>;
  done?: () => unknown;
  style?: "main" | "danger";
  /** It changes nothing: what it shows is all that there is to say. */
  quiet?: boolean;
  children: ReactNode;
}): ReactElement {
  const { w } = useSpeech();
  const [waiting, setWaiting] = useState(false);
  const [problem, setProblem] = useState("");
  const run = async (): Promise<void> => {
    setWaiting(true);
    setProblem("");
    try {
      await act();
      if (!quiet) sayDone(typeof children === "string" ? w.doneOf(children) : w.done);
      await done?.();
    } catch (error) {
      setProblem(explain(error, w));
    } finally {
      setWaiting(false);
    }
  };
  return (
    <>
      <button
        type="button"
        className={style}
        aria-disabled={waiting}
        onClick={() => {
          if (!waiting) void run();
        }}
      >
        {children}
      </button>
      <span className="problem" role="alert">
        {problem}
      </span>
      {waiting ? <Waiting /> : null}
    </>
  );
}

/** Whose password a form is about, for the browser's own keeper of passwords. */
export function UserName({ name }: { name: string }): ReactElement {
  return <input type="text" name="username" autoComplete="username" value={name} readOnly hidden />;
}

const day_ms = 86_400_000;

/** The day so many days ahead by the collector's clock, as a field of type "date" wants it. */
export function dayAhead(days: number): string {
  const then = new Date(nowByCollector() + days * day_ms);
  const two = (number: number): string => String(number).padStart(2, "0");
  return `${then.getFullYear()}-${two(then.getMonth() + 1)}-${two(then.getDate())}`;
}

/** A day as people mean it: until its end. */
export function endOfDay(text: string | undefined): string | null {
  return text ? new Date(`${text}T23:59:59`).toISOString() : null;
}
