import { card, el, facts, mark, table } from "../dom.js";
import { get } from "../api.js";
import { words, both, joined, day, exact, fileName, when } from "../words.js";

/** A value, or why it is not known. */
function known(value, why) {
  if (value !== undefined && value !== null && value !== "") return value;
  const w = words();
  return el("span", { class: "unknown" }, mark("unknown"), " ", why ? w.because(why) : w.unknown);
}

/** Why a fact of a section is not known. */
function whyNot(unknown, fact) {
  return unknown?.find((entry) => entry.fact === fact || !entry.fact)?.why;
}

function findingLine(finding) {
  const w = words();
  return el("li", {}, mark(finding.severity, w.state[finding.severity]),
    el("div", {},
      el("p", {}, el("b", {}, both(finding.title)), " ",
        finding.state === "open" ? null : `（${w.findings.states[finding.state]}）`),
      el("p", {}, joined(finding.what)),
      el("p", { class: "small soft" }, w.overview.since(when(finding.opened_at)))),
    el("a", { class: "button main", href: `/findings/${finding.id}` }, w.overview.steps));
}

function toDo(view) {
  const w = words().device;
  const open = view.findings.filter((finding) => !finding.resolved_at);
  if (open.length === 0 && view.state === "good")
    return el("p", { class: "note good" }, mark("good"), " ", w.allWell);
  if (open.length === 0) return null;
  return card(w.toDo, el("ul", { class: "tasks" }, open.map(findingLine)));
}

function checks(view) {
  const w = words();
  const item = (check) => {
    const worst = view.findings.find((finding) => finding.rule === check.rule && !finding.resolved_at);
    const shape = { good: "good", bad: worst?.severity ?? "warning", not_applicable: "none" }[check.verdict] ?? "unknown";
    const name = w.device.rules[check.rule] ?? check.rule;
    const word = w.device.verdicts[check.verdict] ?? check.verdict;
    return el("div", {}, mark(shape, word), el("span", {}, name,
      check.reason ? el("span", { class: "soft small" }, ` ${word}: ${both({ ja: check.reason_ja, en: check.reason })}`) : null));
  };
  if (view.checks.length === 0) return null;
  return card(w.device.checks, el("div", { class: "checks" }, view.checks.map(item)));
}

function basics(view) {
  const w = words().device.names;
  const { os = {}, hardware = {}, interfaces } = view.facts;
  const unknown = (section) => view.facts[section]?.from?.unknown;
  const machine = [view.vendor, view.model].filter(Boolean).join(" ");
  return card(words().device.basics, facts([
    [w.os, known([view.os, view.os_version].filter(Boolean).join(" "), whyNot(unknown("os"), "product"))],
    [w.kernel, os.kernel],
    [w.address, known(view.addresses, interfaces ? whyNot(unknown("interfaces"), "adapters") : undefined)],
    [w.machine, known(machine, whyNot(unknown("hardware"), "model"))],
    [w.serial, hardware.serial],
    [w.agent, view.agent_version],
    [w.since, exact(view.created_at)],
  ]));
}

function product(item) {
  const w = words().device.av;
  const moment = (time, fact) => known(time && `${exact(time)}（${when(time)}）`, whyNot(item.unknown, fact));
  const switches = { on: w.on, off: w.off };
  const dates = item.has_pattern ? [
    [w.built, moment(item.pattern_built_at, "pattern_built_at")],
    [w.applied, moment(item.pattern_applied_at, "pattern_applied_at")],
    [w.tried, moment(item.update_tried_at, "update_tried_at")],
  ] : [[w.built, w.noPattern]];
  return facts([[w.product, `${item.name ?? item.id} ${item.version ?? ""}`], ...dates,
    [w.realtime, known(switches[item.realtime], whyNot(item.unknown, "realtime"))]]);
}

function protection(view) {
  const w = words().device;
  const { antivirus, patches } = view.facts;
  const products = antivirus?.products ?? [];
  const none = facts([[w.av.none, known("", whyNot(antivirus?.from?.unknown, "products"))]]);
  const updated = known(patches?.last_update_at && day(patches.last_update_at),
    whyNot(patches?.from?.unknown, "last_update_at"));
  return card(w.protection, products.length === 0 ? none : products.map(product),
    facts([[w.av.updated, updated]]));
}

function unknowns(view) {
  const w = words();
  const rows = Object.entries(view.facts).flatMap(([section, body]) => [
    ...(body?.from?.unknown ?? []).map((entry) => [w.sections[section] ?? section, entry.fact, entry.why]),
    ...(body?.products ?? []).flatMap((item) => (item.unknown ?? []).map((entry) =>
      [`${w.sections[section]}: ${item.name}`, entry.fact, entry.why]))]);
  if (rows.length === 0) return null;
  return card([mark("unknown"), " ", w.device.unknowns], table(w.device.unknowns, w.device.unknownHeads, rows));
}

/** What an event is about, for people. */
export function eventText(event) {
  const { usb, program, antivirus } = event;
  const of = [
    usb && [usb.vendor, usb.product, usb.serial].filter(Boolean).join(" "),
    program && fileName(program.path),
    antivirus && antivirus.name,
    event.text,
    event.user && `(${event.user})`];
  return of.filter(Boolean).join(" ");
}

function events(page) {
  const w = words();
  const row = (event) => [el("td", { class: "nowrap" }, exact(event.at)), w.events[event.kind] ?? event.kind, eventText(event)];
  return card(w.device.events, page.items.length === 0 ? el("p", { class: "soft" }, w.device.noEvents)
    : table(w.device.events, w.device.eventHeads, page.items.map(row)));
}

/** What the agent measured of itself; it has told nothing yet when there is none. */
function cost(view) {
  const w = words().device;
  const { footprint } = view;
  if (!footprint?.up_s) return null;
  const seconds_a_day = 86400;
  const mib = (bytes) => w.megabytes(((bytes ?? 0) / 1048576).toFixed(1));
  const cpu = ((footprint.cpu_ms ?? 0) / (10 * footprint.up_s)).toFixed(2);
  const traffic = ((footprint.sent_bytes ?? 0) + (footprint.received_bytes ?? 0)) / footprint.up_s;
  const slowest = words().sections[footprint.probe_slowest] ?? footprint.probe_slowest;
  return card(w.cost,
    (footprint.degraded ?? []).map((what) => el("p", { class: "note" }, mark("warning"), " ", w.heldBack(what))),
    facts([
      [w.costs.cpu, w.cpuShare(cpu)],
      [w.costs.memory, mib(footprint.pss_bytes || footprint.rss_bytes)],
      [w.costs.network, w.perDay(mib(traffic * seconds_a_day))],
      [w.costs.waiting, w.records(footprint.spool_events ?? 0)],
      [w.costs.slowest, slowest ? w.took(slowest, ((footprint.probe_ms_max ?? 0) / 1000).toFixed(1)) : ""]]));
}

function incidents(view) {
  const w = words();
  if (view.incidents.length === 0) return null;
  const row = (incident) =>
    [el("td", { class: "nowrap" }, exact(incident.at)), w.incidents[incident.kind] ?? incident.kind, incident.detail];
  return card(w.device.incidents, table(w.device.incidents, w.device.incidentHeads, view.incidents.map(row)));
}

/** What the agent goes by, and who said it: what is built in comes last. */
function agentSettings(view) {
  const w = words();
  const origins = w.device.settingOrigins;
  const all = view.facts.self?.settings ?? [];
  if (all.length === 0) return null;
  const said = (setting) => setting.origin !== "default";
  const row = ({ key, value, origin }) => [key, value, origins[origin.replace(" ", "_")] ?? origin];
  const rows = [...all.filter(said), ...all.filter((setting) => !said(setting))].map(row);
  return card(w.device.settings, table(w.device.settings, w.device.settingHeads, rows));
}

function raw(view) {
  const w = words();
  const section = ({ name, received_at }) => el("details", {},
    el("summary", {}, w.sections[name] ?? name, " ",
      el("span", { class: "soft small" }, w.device.received(exact(received_at)))),
    el("pre", { tabindex: "0" }, JSON.stringify(view.facts[name], null, 1)));
  return card(w.device.raw, view.sections.map(section));
}

/** Everything about one device. */
export async function device({ argument }) {
  const w = words();
  const [view, page] = await Promise.all([
    get(`/devices/${argument}`), get(`/devices/${argument}/events?limit=50`)]);
  return [
    el("p", {}, el("a", { href: "/devices" }, `‹ ${w.device.back}`)),
    el("h1", {}, mark(view.state), " ", view.name),
    el("p", {}, el("b", { class: view.state }, w.state[view.state]), " ",
      el("span", { class: "soft" }, w.device.lastSeen(when(view.last_seen)))),
    view.cloned ? el("p", { class: "note bad" }, w.device.cloned) : null,
    toDo(view),
    el("div", { class: "two" }, el("div", {}, protection(view), checks(view)),
      el("div", {}, basics(view), cost(view))),
    unknowns(view),
    events(page),
    incidents(view),
    agentSettings(view),
    raw(view),
  ];
}
