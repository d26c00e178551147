import { card, el, mark } from "../dom.js";
import { get, post } from "../api.js";
import { actButton, dayAhead, endOfDay, field, form, openIn } from "../forms.js";
import { words, both, lines, day, exact } from "../words.js";
import { placeOf } from "./findings.js";

const closed_days_at_most = { snooze: 90, waive: 366 };
const suggested_days = { snooze: 7, waive: 90 };

function stateLine(finding) {
  const w = words().findings;
  if (finding.resolved_at) {
    const by_person = finding.resolved_by && finding.resolved_by !== "facts";
    const time = exact(finding.resolved_at);
    return el("p", { class: "note good" }, mark("good"), " ",
      by_person ? w.resolvedBy(time, finding.resolved_by) : w.resolvedOn(time),
      finding.reason ? ` ${finding.reason}` : "");
  }
  const parts = [
    finding.until ? w.until(w.states[finding.state], day(finding.until)) : w.states[finding.state],
    finding.owner && `${w.owner}: ${finding.owner}`, finding.due && w.due(day(finding.due)), finding.reason,
    ...(finding.state === "waived" ? finding.conditions.map((name) => w.onlyWhile(w.conditions[name])) : []),
    finding.state === "open" && finding.broken && w.ended(w.conditions[finding.broken])];
  return el("p", { class: "soft" }, parts.filter(Boolean).join(" / "));
}

/** The steps of a finding: what, why, next. */
function explanation(finding) {
  const w = words().findings;
  return el("section", { class: "card" },
    el("h2", {}, w.what), lines(finding.what).map((line) => el("p", {}, line)),
    el("h2", {}, w.why), lines(finding.why).map((line) => el("p", {}, line)),
    el("h2", {}, w.next),
    el("ol", { class: "steps" }, lines(finding.next).map((step) => el("li", {}, step))),
    finding.resolved_at ? null : placeOf(finding.rule));
}

const text = (name, attributes) => el("input", { type: "text", name, maxlength: "300", ...attributes });

function fieldsOf(action) {
  const w = words().findings;
  const until = () => field(w.day, el("input", {
    type: "date", name: "until", required: true, value: dayAhead(suggested_days[action]),
    min: dayAhead(1), max: dayAhead(closed_days_at_most[action] - 1),
  }), w.hints[action]);
  const reason = (label, hint) => field(label, text("reason", { required: true }), hint);
  const fields = {
    snooze: () => until(),
    waive: () => [until(), reason(w.reason)],
    resolve: () => reason(w.doneWhat, w.hints.resolve),
    comment: () => reason(w.memo),
    assign: () => [field(w.ownerName, text("owner", { maxlength: "60" })),
      field(w.dueDay, el("input", { type: "date", name: "due", min: dayAhead(0) }))],
  };
  return fields[action]();
}

function actionsOf(finding, again, may) {
  const w = words().findings;
  const path = `/findings/${encodeURIComponent(finding.id)}/actions`;
  const place = el("div", {});
  const atOnce = (action) => actButton(w.actions[action], { act: () => post(path, { action }), done: again });
  const withForm = (action) => {
    const send = ({ until, due, ...rest }) =>
      post(path, { action, ...rest, until: endOfDay(until), due: due || undefined });
    const cancel = () => place.replaceChildren();
    const open = () => openIn(place, form({ send, done: again, submit: w.actions[action], cancel },
      el("h3", {}, w.actions[action]), fieldsOf(action)));
    return el("button", { type: "button", onclick: open }, w.actions[action]);
  };
  const resolved = finding.state === "resolved";
  const answers = [finding.state === "open" ? atOnce("acknowledge") : null, withForm("comment")];
  const decisions = resolved ? [atOnce("reopen"), withForm("comment")] : [
    finding.state === "open" ? atOnce("acknowledge") : atOnce("reopen"),
    ...["assign", "snooze", "waive", "resolve", "comment"].map(withForm)];
  const buttons = may.operate() ? decisions : answers;
  return card(w.do, el("div", { class: "row" }, buttons), place);
}

function history(entries) {
  const w = words();
  const item = (entry) => {
    const note = entry.who ? entry.note : w.state[entry.note];
    return el("li", {}, el("span", { class: "soft small" }, exact(entry.at)), " ",
      w.findings.happened[entry.what] ?? entry.what, entry.who ? ` (${w.by(entry.who)})` : "",
      note ? `: ${note}` : "");
  };
  return card(w.findings.history, el("ul", { class: "history" }, entries.map(item)));
}

function evidence(finding) {
  const w = words().findings;
  const { rule, subject, first_seen, last_seen } = finding;
  return card("", finding.data_date ? el("p", {}, w.dataDate(day(finding.data_date))) : null,
    el("details", {}, el("summary", {}, w.evidence), el("pre", { tabindex: "0" },
      JSON.stringify({ rule, subject, first_seen, last_seen, ...finding.evidence }, null, 2))));
}

/** One finding: what, why, next, and what people do about it. */
export async function finding({ argument, again, may }) {
  const w = words();
  const view = await get(`/findings/${argument}`);
  const found = view.finding;
  const kind = `/inbox?rule=${encodeURIComponent(found.rule)}`;
  return [
    el("p", {}, el("a", { href: kind }, `‹ ${both(found.title)}`)),
    el("h1", {}, mark(found.resolved_at ? "good" : found.severity, w.state[found.severity]), " ",
      found.device_id ? el("a", { href: `/devices/${found.device_id}` }, found.device) : found.device, " ", both(found.line)),
    stateLine(found),
    explanation(found),
    may.answer() ? actionsOf(found, again, may) : null,
    history(view.history),
    evidence(found),
  ];
}
