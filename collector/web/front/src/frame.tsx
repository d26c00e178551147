import { useEffect, useRef, useState } from "react";
import type { ReactElement, ReactNode } from "react";

import { byCollector, nowByCollector } from "./api/clock";
import { useSpeech } from "./i18n/words";
import { Link, linkTo, useLocation } from "./router";
import { useMay, useSession } from "./session";
import { firstTheme, rememberTheme } from "./theme";
import type { Theme } from "./theme";
import { Mark } from "./ui/mark";
import { ErrorNote } from "./ui/parts";
import { useShortcuts } from "./shortcuts";

interface FrameProps {
  switchLanguage: () => void;
  signOut: () => Promise<void>;
  /** When the collector last answered, in milliseconds. */
  readAt: number;
  /** Why it does not answer now. */
  problem: unknown;
  children: ReactNode;
}

function Search(): ReactElement {
  const { w } = useSpeech();
  const [, go] = useLocation();
  return (
    <form
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        const text = String(new FormData(event.currentTarget).get("q") ?? "").trim();
        event.currentTarget.reset();
        go(linkTo("/devices", { q: text }));
      }}
    >
      <input
        type="search"
        name="q"
        id="search"
        aria-label={w.header.search}
        placeholder={w.header.search}
        maxLength={100}
      />
    </form>
  );
}

const themes: readonly Theme[] = ["system", "light", "dark"];

function Menu({ signOut }: { signOut: () => Promise<void> }): ReactElement {
  const { w } = useSpeech();
  const session = useSession();
  const [theme, setTheme] = useState(firstTheme);
  const node = useRef<HTMLDetailsElement>(null);
  const close = (): void => {
    if (node.current) node.current.open = false;
  };
  useEffect(() => {
    const onClick = (event: MouseEvent): void => {
      if (event.target instanceof Node && !node.current?.contains(event.target)) close();
    };
    document.addEventListener("click", onClick);
    return () => document.removeEventListener("click", onClick);
  }, []);
  return (
    <details
      className="menu"
      ref={node}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        close();
        node.current?.querySelector("summary")?.focus();
      }}
    >
      <summary className="button">{session.name}</summary>
      <div className="menu-items">
        <Link href="/settings" onClick={close}>
          {w.header.own}
        </Link>
        <fieldset>
          <legend>{w.header.theme}</legend>
          {themes.map((one) => (
            <label className="line" key={one}>
              <input
                type="radio"
                name="theme"
                checked={one === theme}
                onChange={() => {
                  setTheme(one);
                  rememberTheme(one);
                }}
              />
              <span>{w.header.themes[one]}</span>
            </label>
          ))}
        </fieldset>
        <button type="button" onClick={() => void signOut()}>
          {w.header.signOut}
        </button>
      </div>
    </details>
  );
}

const stale_ms = 5 * 60_000;

/** How old what is shown is; a triangle when nobody answered for a while. */
function Age({ readAt, problem }: { readAt: number; problem: unknown }): ReactElement {
  const { w, exact, when } = useSpeech();
  const moment = new Date(byCollector(readAt)).toISOString();
  const stale = Boolean(problem) || Date.now() - readAt > stale_ms;
  return (
    <span className={stale ? "warning small age" : "soft small age"}>
      {stale ? (
        <>
          <Mark state="warning" /> {w.header.stale(when(moment))}
        </>
      ) : (
        w.header.updated(exact(moment))
      )}
    </span>
  );
}

interface Entry {
  to: string;
  name: "overview" | "findings" | "devices" | "media" | "programs" | "neighbours" | "os" | "freshness"
  | "siteEvents" | "reports" | "alerts"
  | "agents" | "settings" | "audit";
  count?: number;
}

function Navigation(): ReactElement {
  const { w } = useSpeech();
  const session = useSession();
  const may = useMay();
  const [path] = useLocation();
  const look: Entry[] = [
    { to: "/", name: "overview" },
    { to: "/inbox", name: "findings", count: session.open_kinds },
    { to: "/devices", name: "devices" },
    { to: "/media", name: "media" },
    { to: "/programs", name: "programs", count: session.unknown_programs },
    { to: "/neighbours", name: "neighbours" },
    { to: "/os", name: "os" },
    { to: "/freshness", name: "freshness" },
    { to: "/site-events", name: "siteEvents" },
  ];
  const gather: Entry[] = [{ to: "/reports", name: "reports" }];
  const manage: Entry[] = [{ to: "/settings", name: "settings" }];
  if (may.operateWhole) manage.unshift({ to: "/alerts", name: "alerts" });
  if (may.administer) manage.unshift({ to: "/agents", name: "agents", count: session.waiting_agents });
  if (may.seeChanges) manage.push({ to: "/audit", name: "audit" });
  const here = (to: string): boolean =>
    to === "/" ? path === "/" : path.startsWith(to) || (to === "/inbox" && path.startsWith("/find"));
  const group = (title: string, entries: Entry[]): ReactElement => (
    <>
      <p className="nav-group soft">{title}</p>
      <ul>
        {entries.map(({ to, name, count }) => (
          <li key={to}>
            <Link href={to} aria-current={here(to) ? "page" : undefined}>
              {w.nav[name]}
              {count ? <span className="count">{count}</span> : null}
            </Link>
          </li>
        ))}
      </ul>
    </>
  );
  const [open, setOpen] = useState(false);
  useEffect(() => setOpen(false), [path]);
  return (
    <>
      <button
        type="button"
        className="nav-toggle"
        aria-expanded={open}
        aria-controls="pages"
        onClick={() => setOpen(!open)}
      >
        ☰ {w.nav.label}
      </button>
      <nav id="pages" className={open ? "side open" : "side"} aria-label={w.nav.label}>
        {group(w.nav.look, look)}
        {may.seeWhole ? group(w.nav.gather, gather) : null}
        {group(w.nav.manage, manage)}
      </nav>
    </>
  );
}

/** What everybody must know on every page: that alerts do not reach people. */
function AlertsFailing(): ReactElement | null {
  const { w } = useSpeech();
  const { alerts_failing: names } = useSession();
  const may = useMay();
  if (names.length === 0) return null;
  return (
    <p className="note bad" role="alert">
      <Mark state="action" /> {w.alerts.failing(names.join(w.comma))}{" "}
      {may.operateWhole ? <Link href="/alerts">{w.alerts.look}</Link> : null}
    </p>
  );
}

/** What stands at the top of each printed page. */
function PrintHead(): ReactElement {
  const { w, exact } = useSpeech();
  const session = useSession();
  return (
    <div className="print-only print-head">
      <span>
        {w.brand} {session.hospital}
      </span>
      <span>{exact(new Date(nowByCollector()).toISOString())}</span>
    </div>
  );
}

/** The header, the navigation and the page between them. */
export function Frame(props: FrameProps): ReactElement {
  const { w } = useSpeech();
  const session = useSession();
  const [path] = useLocation();
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  useShortcuts();
  useEffect(() => {
    if (first.current) {
      first.current = false;
      return;
    }
    window.scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [path]);
  return (
    <>
      <header className="bar">
        <Link href="/" className="brand">
          <Mark state="good" />
          {w.brand}
        </Link>
        <strong className="name">{session.hospital}</strong>
        <Search />
        <span className="grow" />
        <Age readAt={props.readAt} problem={props.problem} />
        <button type="button" lang={w.languageCode} onClick={props.switchLanguage}>
          {w.language}
        </button>
        <Menu signOut={props.signOut} />
      </header>
      <div className="frame">
        <Navigation />
        <main id="main" tabIndex={-1} ref={main}>
          <PrintHead />
          {props.problem ? <ErrorNote error={props.problem} /> : null}
          <AlertsFailing />
          {props.children}
        </main>
      </div>
    </>
  );
}
