import { Suspense, useEffect } from "react";
import type { ComponentType, ReactElement } from "react";

import { useSpeech } from "../i18n/words";
import { Link, Route, Switch, useLocation } from "../router";
import { part } from "../ui/part";
import { Skeleton } from "../ui/parts";
import { OverviewPage } from "./overview";
import { page_paths } from "./paths";
import type { PagePath } from "./paths";

/** What a page's places hold. */
interface Found {
  id: string;
  part?: string;
}

// What is opened first is in the first file; the rest comes when it is asked for.
const Inbox = part<Found>(() => import("./inbox"));
const FindingPage = part<Found>(() => import("./finding"));
const Devices = part<Found>(() => import("./devices"));
const Device = part<Found>(() => import("./device"));
const Media = part<Found>(() => import("./media"));
const Programs = part<Found>(() => import("./programs"));
const Neighbours = part<Found>(() => import("./neighbours"));
const OsSupport = part<Found>(() => import("./os"));
const Freshness = part<Found>(() => import("./freshness"));
const Reports = part<Found>(() => import("./reports"));
const SiteEvents = part<Found>(() => import("./site_events"));
const Alerts = part<Found>(() => import("./alerts"));
const Agents = part<Found>(() => import("./agents"));
const Settings = part<Found>(() => import("./settings"));
const Audit = part<Found>(() => import("./audit"));

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
