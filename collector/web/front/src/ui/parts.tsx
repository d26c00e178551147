import { useEffect, useState } from "react";
import type { ReactElement, ReactNode } from "react";

import { nowByCollector } from "../api/clock";
import { Problem } from "../api/client";
import type { State } from "../api/types";
import { useSpeech } from "../i18n/words";
import { Link } from "../router";
import { sentenceOf } from "./explain";
import { Mark } from "./mark";

interface CardProps {
  title?: ReactNode;
  /** What stands at the right of the heading: a link to more. */
  aside?: ReactNode;
  className?: string;
  children: ReactNode;
}

export function Card({ title, aside, className, children }: CardProps): ReactElement {
  return (
    <section className={className ? `card ${className}` : "card"}>
      {title ? (
        <div className="row between card-head">
          <h2>{title}</h2>
          {aside}
        </div>
      ) : null}
      {children}
    </section>
  );
}

/** The page's heading with what can be done with the whole page at its right. */
export function PageHead({ children, tools }: {
  children: ReactNode;
  tools?: ReactNode;
}): ReactElement {
  return (
    <div className="row between page-head">
      <h1>{children}</h1>
      {tools ? <div className="row tools">{tools}</div> : null}
    </div>
  );
}

export function Note({ kind, children }: {
  kind?: "bad" | "good";
  children: ReactNode;
}): ReactElement {
  return <div className={kind ? `note ${kind}` : "note"}>{children}</div>;
}

/** A state with its word. */
export function StateWord({ state }: { state: State }): ReactElement {
  const { w } = useSpeech();
  return (
    <span className="nowrap">
      <Mark state={state} /> {state === "none" ? "" : w.state[state]}
    </span>
  );
}

/** How long ago something was; the exact time stands in files and under the pointer. */
export function Moment({ at }: { at: string | null | undefined }): ReactElement {
  const { when, exact } = useSpeech();
  if (!at) return <>{when(at)}</>;
  return (
    <time dateTime={at} title={exact(at)} data-text={exact(at)}>
      {when(at)}
    </time>
  );
}

/** The exact time; lists are sorted by it. */
export function Exact({ at }: { at: string | null | undefined }): ReactElement {
  const { exact } = useSpeech();
  return <>{exact(at)}</>;
}

export type Fact = [name: string, value: ReactNode];

const isEmpty = (value: ReactNode): boolean =>
  value === undefined || value === null || value === "" || value === false;

/** Names and values below each other; those without a value are left out. */
export function Facts({ of }: { of: Fact[] }): ReactElement {
  return (
    <dl className="facts">
      {of.filter(([, value]) => !isEmpty(value)).map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

export interface Tab {
  name: string;
  to: string;
  text: ReactNode;
}

/** Links to the parts of a page; the open one is marked. */
export function Tabs({ label, tabs, open }: {
  label: string;
  tabs: Tab[];
  open: string;
}): ReactElement {
  return (
    <nav className="tabs" aria-label={label}>
      {tabs.map(({ name, to, text }) => (
        <Link key={name} href={to} replace aria-current={name === open ? "page" : undefined}>
          {text}
        </Link>
      ))}
    </nav>
  );
}

/** What failed, whether data are safe, and a button to try again. */
export function ErrorNote({ error, again }: {
  error: unknown;
  again?: () => void;
}): ReactElement {
  const { w, exact } = useSpeech();
  const [at] = useState(() => new Date(nowByCollector()).toISOString());
  // Who is called finds it in the collector's record by these.
  const code = error instanceof Problem
    ? [error.status || "", error.code, error.number].join(" ").trim() : "";
  return (
    <div className="note bad" role="alert">
      <p>{sentenceOf(error, w)}</p>
      <p className="small soft">{w.tellWhom(exact(at), code)}</p>
      {again ? (
        <button type="button" onClick={again}>
          {w.retry}
        </button>
      ) : null}
    </div>
  );
}

const skeleton_after_ms = 150;

/** Grey lines in place of what is being loaded, once it takes long enough to be noticed. */
export function Skeleton(): ReactElement | null {
  const { w } = useSpeech();
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), skeleton_after_ms);
    return () => clearTimeout(timer);
  }, []);
  if (!late) return null;
  return (
    <div className="skeleton" role="status">
      <span className="unseen">{w.loading}</span>
      <i />
      <i />
      <i />
    </div>
  );
}

interface Loadable<T> {
  data: T | undefined;
  error: unknown;
  refetch: () => unknown;
}

/**
 * What was read, or why not. Old data stay while new are read; when that fails, the frame says how
 * old they are.
 */
export function Loaded<T>({ of, children }: {
  of: Loadable<T>;
  children: (data: T) => ReactNode;
}): ReactNode {
  // Who has to sign in again finds everything as it was, with what was typed into it.
  const refused = of.error instanceof Problem && of.error.status > 0 && of.error.status !== 401;
  if (of.data !== undefined && !refused) return children(of.data);
  if (of.error) return <ErrorNote error={of.error} again={() => void of.refetch()} />;
  return <Skeleton />;
}
