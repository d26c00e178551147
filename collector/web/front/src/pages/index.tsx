import { lazy, Suspense, useEffect } from "react";
import type { ComponentType, ReactElement } from "react";

import { useSpeech } from "../i18n/words";
import { Link, Route, Switch, useLocation } from "../router";
import { Skeleton } from "../ui/parts";
import { OverviewPage } from "./overview";
import { page_paths } from "./paths";
import type { PagePath } from "./paths";

/** What a page's places hold. */
interface Found {
  id: string;
  part?: string;
}

const try_again_ms = 3_000;

interface Part {
  default: ComponentType<Found>;
}

/** A part that nobody delivers now is asked for until it comes; the frame says what is the matter. */
async function bring(load: () => Promise<Part>): Promise<Part> {
  for (;;)
    try {
      return await load();
    } catch {
      await new Promise((go) => setTimeout(go, try_again_ms));
    }
}

const part = (load: () => Promise<Part>): ComponentType<Found> => lazy(() => bring(load));

// What is opened first is in the first file; the rest comes when it is asked for.
const Inbox = part(() => import("./inbox"));
const FindingPage = part(() => import("./finding"));
const Devices = part(() => import("./devices"));
const Device = part(() => import("./device"));
const Media = part(() => import("./media"));
const Programs = part(() => import("./programs"));
const Neighbours = part(() => import("./neighbours"));
const OsSupport = part(() => import("./os"));
const Freshness = part(() => import("./freshness"));
const Reports = part(() => import("./reports"));
const SiteEvents = part(() => import("./site_events"));
const Alerts = part(() => import("./alerts"));
const Agents = part(() => import("./agents"));
const Settings = part(() => import("./settings"));
const Audit = part(() => import("./audit"));

const pages: Record<PagePath, ComponentType<Found>> = {
  "/": OverviewPage,
  "/inbox": Inbox,
  "/findings/:id": FindingPage,
  "/devices": Devices,
  "/devices/:id": Device,
  "/media": Media,
  "/programs": Programs,
  "/neighbours": Neighbours,
  "/os": OsSupport,
  "/freshness": Freshness,
  "/reports": Reports,
  "/site-events": SiteEvents,
  "/alerts": Alerts,
  "/agents": Agents,
  "/settings": Settings,
  "/settings/:part": Settings,
  "/audit": Audit,
};

function NotFound(): ReactElement {
  const { w } = useSpeech();
  return (
    <>
      <h1>{w.notFound}</h1>
      <Link className="button" href="/">
        {w.backToOverview}
      </Link>
    </>
  );
}

/** The page's heading is the title of the window, too. */
function useTitle(): void {
  const { w } = useSpeech();
  const [path] = useLocation();
  useEffect(() => {
    const show = (): void => {
      const heading = document.querySelector("main h1")?.textContent;
      const title = heading ? `${heading} - ${w.brand}` : w.brand;
      if (document.title !== title) document.title = title;
    };
    show();
    const watch = new MutationObserver(show);
    const main = document.getElementById("main");
    if (main) watch.observe(main, { childList: true, subtree: true, characterData: true });
    return () => watch.disconnect();
  }, [path, w]);
}

export function Pages(): ReactElement {
  useTitle();
  return (
    <Suspense fallback={<Skeleton />}>
      <Switch>
        {page_paths.map((path) => (
          <Route key={path} path={path}>
            {(found) => {
              const Page = pages[path];
              return <Page {...(found as Found)} key={found["id" as never]} />;
            }}
          </Route>
        ))}
        <Route component={NotFound} />
      </Switch>
    </Suspense>
  );
}
