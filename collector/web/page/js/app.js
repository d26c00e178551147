// The shell: who is signed in, which page is shown, what to say when something fails.
import { el, mark } from "./dom.js";
import { get, remove, useCsrf } from "./api.js";
import { words, switchLanguage, exact } from "./words.js";
import { signIn } from "./views/sign_in.js";
import { overview } from "./views/overview.js";
import { findings } from "./views/findings.js";
import { devices } from "./views/devices.js";
import { device } from "./views/device.js";
import { programs } from "./views/programs.js";
import { agents } from "./views/agents.js";

const refresh_ms = 15000;
const app = document.getElementById("app");
let session;
let shownOnce = false;
let turn = 0;

/** Path pattern, page, entry of the navigation. */
const pages = [
  [/^\/$/, overview, "overview"],
  [/^\/inbox$/, findings, "findings"],
  [/^\/devices$/, devices, "devices"],
  [/^\/devices\/([^/]+)$/, device, "devices"],
  [/^\/programs$/, programs, "programs"],
  [/^\/agents$/, agents, "agents"],
];
const navigation = { overview: "/", findings: "/inbox", devices: "/devices", programs: "/programs", agents: "/agents" };

export function go(path) {
  history.pushState(null, "", path);
  shownOnce = false;
  show();
}

function explain(problem) {
  const w = words();
  const text = w.errors[problem.code] ?? w.errors.unexpected;
  return el("div", { class: "note bad", role: "alert" }, text, problem.request ? w.request(problem.request) : "", " ",
    el("button", { type: "button", onclick: () => show() }, w.retry));
}

async function start() {
  try {
    session = await get("/session");
    useCsrf(session.csrf);
    show();
  } catch (problem) {
    if (problem.status === 401) askToSignIn();
    else app.replaceChildren(explain(problem));
  }
}

function askToSignIn() {
  session = undefined;
  app.replaceChildren(signIn((signedIn) => {
    session = signedIn;
    useCsrf(session.csrf);
    show();
  }, () => { switchLanguage(); askToSignIn(); }));
}

function frame(entry, main) {
  const w = words();
  const badge = { findings: session.open_findings, programs: session.unknown_programs, agents: session.waiting_agents };
  return [
    el("header", { class: "bar" },
      el("a", { class: "brand", href: "/" }, mark("good"), w.brand),
      el("strong", {}, session.hospital ?? ""),
      el("span", { class: "grow" }),
      el("span", { class: "soft small", id: "updated" }, w.updated(exact(new Date()))),
      el("button", { type: "button", onclick: () => { switchLanguage(); show(); } }, w.language),
      el("span", {}, session.name),
      el("button", { type: "button", onclick: signOut }, w.signOut)),
    el("div", { class: "frame" },
      el("nav", { class: "side", "aria-label": w.brand }, Object.entries(navigation).map(([name, path]) =>
        el("a", { href: path, "aria-current": name === entry ? "page" : undefined }, w.nav[name],
          badge[name] ? el("span", { class: "count" }, String(badge[name])) : null))),
      main),
  ];
}

async function signOut() {
  await remove("/session").catch(() => {});
  askToSignIn();
}

async function show() {
  if (!session) return;
  const mine = ++turn;
  const [pattern, page, entry] = pages.find(([known]) => known.test(location.pathname)) ?? pages[0];
  const main = el("main", { id: "main", tabindex: "-1" });
  document.title = `${words().nav[entry]} - ${words().brand}`;
  try {
    const content = await page({ argument: pattern.exec(location.pathname)?.[1], query: new URLSearchParams(location.search), go, again: show, session });
    if (mine !== turn) return;
    main.append(...[content].flat());
    app.replaceChildren(...frame(entry, main));
    if (!shownOnce) main.focus({ preventScroll: true });
    shownOnce = true;
  } catch (problem) {
    if (mine !== turn) return;
    if (problem.status === undefined) throw problem;
    if (problem.status === 401) return askToSignIn();
    const old = document.getElementById("main");
    if (old) {
      old.querySelector(".note.bad[role=alert]")?.remove();
      old.prepend(explain(problem)); // What was shown stays, with its age in the header.
    } else {
      main.append(explain(problem));
      app.replaceChildren(...frame(entry, main));
    }
  }
}

/** Whether somebody is in the middle of something that a refresh would take away. */
function busy() {
  return document.hidden || document.querySelector("form[data-open], dialog[open], details[open]") !== null
    || ["INPUT", "SELECT", "TEXTAREA"].includes(document.activeElement?.tagName);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href^='/']");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || link.hasAttribute("download")) return;
  event.preventDefault();
  go(link.getAttribute("href"));
});
window.addEventListener("popstate", show);
setInterval(async () => {
  if (!session || busy()) return;
  try {
    session = await get("/session");
  } catch { /* `show` says what is wrong. */ }
  show();
}, refresh_ms);
start();
