// The shell: who is signed in, which page is shown, what to say when something fails.
import { el, mark } from "./dom.js";
import { Problem, get, remove, useSession, queryOf } from "./api.js";
import { explain } from "./forms.js";
import { words, switchLanguage, exact, when } from "./words.js";
import { keep } from "./keep.js";
import { account } from "./views/account.js";
import { agents } from "./views/agents.js";
import { alerts } from "./views/alerts.js";
import { device } from "./views/device.js";
import { devices } from "./views/devices.js";
import { finding } from "./views/finding.js";
import { findings } from "./views/findings.js";
import { media } from "./views/media.js";
import { neighbours } from "./views/neighbours.js";
import { overview } from "./views/overview.js";
import { programs } from "./views/programs.js";
import { signIn } from "./views/sign_in.js";

const refresh_ms = 15000;
const loading_shown_after_ms = 150;
const app = document.getElementById("app");
let session;
let turn = 0;
let loaded_at;

/** Path, page, entry of the navigation. */
const pages = [
  [/^\/$/, overview, "overview"],
  [/^\/inbox$/, findings, "findings"],
  [/^\/findings\/([^/]+)$/, finding, "findings"],
  [/^\/devices$/, devices, "devices"],
  [/^\/devices\/([^/]+)$/, device, "devices"],
  [/^\/media$/, media, "media"],
  [/^\/programs$/, programs, "programs"],
  [/^\/neighbours$/, neighbours, "neighbours"],
  [/^\/alerts$/, alerts, "alerts"],
  [/^\/agents$/, agents, "agents"],
  [/^\/account$/, account, "account"],
];

const entries = {
  overview: "/",
  findings: "/inbox",
  devices: "/devices",
  media: "/media",
  programs: "/programs",
  neighbours: "/neighbours",
  alerts: "/alerts",
  agents: "/agents",
};

const has = (right) => Boolean(session?.rights.includes(right));

const may = {
  seeWhole: () => session?.whole_site,
  answer: () => has("answer"),
  operate: () => has("operate"),
  operateWhole: () => has("operate") && session.whole_site,
  administer: () => has("administer") && session.whole_site,
};

function go(path) {
  history.pushState(null, "", path);
  show("new");
}

function problemNote(problem) {
  return el("div", { class: "note bad", role: "alert" }, el("p", {}, explain(problem)),
    el("button", { type: "button", onclick: () => show("again") }, words().retry));
}

async function start() {
  try {
    signedIn(await get("/session"));
  } catch (problem) {
    if (problem.status === 401) askToSignIn();
    else app.replaceChildren(el("main", { id: "main" }, problemNote(problem)));
  }
}

function signedIn(answer) {
  session = answer;
  useSession(session);
  show("new");
}

function askToSignIn(why) {
  session = undefined;
  useSession(undefined);
  const other = () => {
    switchLanguage();
    askToSignIn(why);
  };
  document.title = `${words().signIn.title} - ${words().brand}`;
  app.replaceChildren(signIn({ why: why ? words().errors[why] : "", done: signedIn, other }));
}

async function signOut() {
  await remove("/session").catch(() => {}); // Signed out here in any case.
  askToSignIn();
}

function search() {
  const w = words().header;
  const input = el("input", {
    type: "search", name: "q", "aria-label": w.search, placeholder: w.search, maxlength: "100",
  });
  const find = (event) => {
    event.preventDefault();
    go(`/devices${queryOf({ q: input.value.trim() })}`);
  };
  return el("form", { role: "search", onsubmit: find }, input);
}

function bar() {
  const w = words();
  const other = () => {
    switchLanguage();
    show("again");
  };
  return el("header", { class: "bar" },
    el("a", { class: "brand", href: "/" }, mark("good"), w.brand),
    el("strong", { class: "name" }, session.hospital),
    search(),
    el("span", { class: "grow" }),
    el("span", { class: "soft small", id: "age" }, w.header.updated(exact(loaded_at ?? new Date()))),
    el("button", { type: "button", onclick: other }, w.language),
    el("a", { href: "/account", title: w.account.title }, session.name),
    el("button", { type: "button", onclick: signOut }, w.header.signOut));
}

function navigation(entry) {
  const w = words();
  const badge = {
    findings: session.open_findings, programs: session.unknown_programs, agents: session.waiting_agents,
  };
  const hidden = { agents: !may.administer(), alerts: !(may.operate() && session.whole_site) };
  const shown = Object.entries(entries).filter(([name]) => !hidden[name]);
  return el("nav", { class: "side", "aria-label": w.nav.label }, shown.map(([name, path]) =>
    el("a", { href: path, "aria-current": name === entry ? "page" : undefined }, w.nav[name],
      badge[name] ? el("span", { class: "count" }, String(badge[name])) : null)));
}

function frame(entry, main) {
  return [bar(), failing(), el("div", { class: "frame" }, navigation(entry), main)].filter(Boolean);
}

/** What everybody must know on every page: that alerts do not reach people. */
function failing() {
  const names = session.alerts_failing;
  if (names.length === 0) return null;
  const w = words();
  return el("p", { class: "note bad", role: "alert" }, mark("action"), " ", w.alerts.failing(names.join(w.comma)), " ",
    may.operate() && session.whole_site ? el("a", { href: "/alerts" }, w.alerts.look) : null);
}

function notFound() {
  const w = words();
  return [el("h1", {}, w.notFound), el("a", { class: "button", href: "/" }, w.backToOverview)];
}

/** how: "new" goes to the top, "again" after an action, "auto" by itself. */
async function show(how) {
  if (!session) return;
  const mine = ++turn;
  const known = pages.find(([path]) => path.test(location.pathname));
  const [path, page, entry] = known ?? [/$/, notFound, ""];
  const main = el("main", { id: "main", tabindex: "-1" });
  const slow = how === "new" && setTimeout(() => {
    if (mine !== turn) return;
    app.replaceChildren(...frame(entry, el("main", { id: "main" }, el("p", { class: "soft" }, words().loading))));
  }, loading_shown_after_ms);
  try {
    const content = await page({
      argument: path.exec(location.pathname)?.[1] ?? "", // Still encoded.
      query: new URLSearchParams(location.search),
      go,
      again: () => refresh("again"),
      session,
      may,
    });
    if (mine !== turn) return;
    loaded_at = new Date();
    main.append(...[content].flat(Infinity).filter(Boolean));
    const heading = main.querySelector("h1")?.textContent ?? "";
    document.title = `${heading} - ${words().brand}`;
    if (how === "new") app.replaceChildren(...frame(entry, main));
    else keep(app, () => app.replaceChildren(...frame(entry, main)));
    if (how === "new") {
      window.scrollTo(0, 0);
      main.focus({ preventScroll: true });
    }
  } catch (problem) {
    if (mine === turn) failed(problem, entry, main);
  } finally {
    clearTimeout(slow);
  }
}

function failed(problem, entry, main) {
  if (!(problem instanceof Problem)) throw problem;
  if (problem.status === 401) return askToSignIn("session_required");
  const shown = document.getElementById("main");
  const age = document.getElementById("age");
  if (shown && loaded_at && problem.status === 0) {
    // What was shown stays, with its age.
    shown.querySelector(".note.bad[role=alert]")?.remove();
    shown.prepend(problemNote(problem));
    age?.replaceChildren(mark("warning"), " ", words().header.stale(when(loaded_at)));
    return undefined;
  }
  main.append(problemNote(problem));
  app.replaceChildren(...frame(entry, main));
  return undefined;
}

/** Reads the numbers beside the navigation and the page anew. */
async function refresh(how) {
  try {
    session = await get("/session");
  } catch (problem) {
    if (problem.status === 401) return askToSignIn("session_required");
  }
  return show(how);
}

/** Whether somebody is in the middle of something that a refresh would take away. */
function busy() {
  const typing = ["INPUT", "SELECT", "TEXTAREA"].includes(document.activeElement?.tagName);
  return document.hidden || typing || document.querySelector("[data-open]") !== null;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href^='/']");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  go(link.getAttribute("href"));
});
window.addEventListener("popstate", () => show("new"));
setInterval(() => {
  if (session && !busy()) refresh("auto");
}, refresh_ms);
start();
