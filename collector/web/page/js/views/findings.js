import { card, el, mark, say, table } from "../dom.js";
import { get, queryOf } from "../api.js";
import { words, both, joined, lines, someOf, when, day } from "../words.js";

const states = ["open", "acknowledged", "snoozed", "waived", "resolved"];

/** Where the next step of a rule is done, if that is a page of ours. */
export function placeOf(rule) {
  const w = words().findings;
  const places = {
    process_unknown: ["/programs", w.toPrograms],
    process_lookalike: ["/programs", w.toPrograms],
    remote_tool: ["/programs", w.toPrograms],
    usb_unregistered: ["/media", w.toMedia],
    neighbour_unknown: ["/neighbours", w.toNeighbours],
  };
  return places[rule] ? el("p", {}, el("a", { class: "button main", href: places[rule][0] }, places[rule][1])) : null;
}

function tabs(state, rule) {
  const w = words().findings;
  return el("div", { class: "tabs" }, states.map((name) =>
    el("a", { href: `/inbox${queryOf({ state: name, rule })}`, "aria-current": name === state ? "page" : undefined },
      w.states[name])));
}

function groupItem(group, state) {
  const w = words();
  return el("li", {}, mark(group.severity, w.state[group.severity]),
    el("div", {},
      el("p", {}, el("b", {}, both(group.title)), " ",
        el("b", { class: `${group.severity} nowrap` }, w.devices(group.devices))),
      el("p", { class: "small" }, joined(group.why)),
      el("p", { class: "small soft" }, someOf(group.some_devices, group.devices), " / ",
        w.overview.since(when(group.oldest_opened_at)))),
    el("a", { class: "button main", href: `/inbox${queryOf({ state, rule: group.rule })}` }, w.overview.steps));
}

/** All kinds of findings in a state. */
async function groupsPage(state) {
  const w = words();
  const view = await get(`/finding-groups${queryOf({ state })}`);
  const empty = el("p", {}, mark("good"), " ", state === "open" ? w.findings.noneOpen : w.none);
  return [el("h1", {}, w.nav.findings), tabs(state),
    el("section", { class: "card" }, view.items.length === 0 ? empty
      : el("ul", { class: "tasks" }, view.items.map((group) => groupItem(group, state))))];
}

function until(finding) {
  const w = words().findings;
  const parts = [finding.owner, finding.due && w.due(day(finding.due)),
    finding.until && w.until(w.states[finding.state], day(finding.until))];
  return parts.filter(Boolean).join(words().comma);
}

function findingRow(finding) {
  return [
    el("td", { class: "nowrap" }, mark(finding.resolved_at ? "good" : finding.severity), " ",
      el("a", { href: `/findings/${finding.id}` }, finding.device)),
    both(finding.line),
    el("td", { class: "nowrap" }, when(finding.opened_at)),
    until(finding),
  ];
}

/** All findings of one kind in a state: the steps once, then the devices. */
async function kindPage(state, rule, query) {
  const w = words();
  const after = query.get("after") ?? "";
  const view = await get(`/findings${queryOf({ state, rule, after, limit: 100 })}`);
  const first = view.items[0];
  say(w.findings.count(view.total));
  return [
    el("p", {}, el("a", { href: `/inbox${queryOf({ state })}` }, `‹ ${w.findings.allKinds}`)),
    el("h1", {}, first ? both(first.title) : w.nav.findings), tabs(state, rule),
    first ? el("section", { class: "card" },
      el("h2", {}, w.findings.why), el("p", {}, joined(first.why)),
      el("h2", {}, w.findings.next),
      el("ol", { class: "steps" }, lines(first.next).map((step) => el("li", {}, step))),
      placeOf(rule)) : null,
    card(w.findings.count(view.total), view.items.length === 0 ? el("p", {}, w.none)
      : table(both(first.title), [w.findings.device, w.findings.line, w.findings.found, w.findings.owner],
        view.items.map(findingRow))),
    view.next ? el("a", { class: "button", href: `/inbox${queryOf({ state, rule, after: view.next })}` }, w.more)
      : null];
}

/** What needs attention: by kind, then the devices of one kind. */
export async function findings({ query }) {
  const state = states.includes(query.get("state")) ? query.get("state") : "open";
  const rule = query.get("rule");
  return rule ? kindPage(state, rule, query) : groupsPage(state);
}
