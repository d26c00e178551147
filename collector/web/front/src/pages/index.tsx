import { lazy, Suspense, useEffect } from "react";
import type { ReactElement } from "react";

import { useSpeech } from "../i18n/words";
import { Link, Route, Switch, useLocation } from "../router";
import { Skeleton } from "../ui/parts";
import { FindingPage } from "./finding";
import { Inbox } from "./inbox";
import { OverviewPage } from "./overview";

// What is opened first is in the first file; the rest comes when it is asked for.
const Devices = lazy(() => import("./devices"));
const Device = lazy(() => import("./device"));
const Media = lazy(() => import("./media"));
const Programs = lazy(() => import("./programs"));
const Neighbours = lazy(() => import("./neighbours"));
const OsSupport = lazy(() => import("./os"));
const Freshness = lazy(() => import("./freshness"));
const Reports = lazy(() => import("./reports"));
const SiteEvents = lazy(() => import("./site_events"));
const Alerts = lazy(() => import("./alerts"));
const Agents = lazy(() => import("./agents"));
const Settings = lazy(() => import("./settings"));
const Audit = lazy(() => import("./audit"));

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
        <Route path="/" component={OverviewPage} />
        <Route path="/inbox" component={Inbox} />
        <Route path="/findings/:id">{({ id }) => <FindingPage key={id} id={id} />}</Route>
        <Route path="/devices" component={Devices} />
        <Route path="/devices/:id">{({ id }) => <Device key={id} id={id} />}</Route>
        <Route path="/media" component={Media} />
        <Route path="/programs" component={Programs} />
        <Route path="/neighbours" component={Neighbours} />
        <Route path="/os" component={OsSupport} />
        <Route path="/freshness" component={Freshness} />
        <Route path="/reports" component={Reports} />
        <Route path="/site-events" component={SiteEvents} />
        <Route path="/alerts" component={Alerts} />
        <Route path="/agents" component={Agents} />
        <Route path="/settings">
          <Settings />
        </Route>
        <Route path="/settings/:part">{({ part }) => <Settings part={part} />}</Route>
        <Route path="/audit" component={Audit} />
        <Route component={NotFound} />
      </Switch>
    </Suspense>
  );
}
