import { card, el, mark, table } from "../dom.js";
import { get, post, remove } from "../api.js";
import { actButton, field, form, openIn, sureButton } from "../forms.js";
import { words, day, when } from "../words.js";

function queueTable(queue, again) {
  const w = words().agents;
  const decide = (entry, text, verb, body, style) =>
    actButton(text, { act: () => post(`/enrolment-queue/${entry.id}/${verb}`, body), done: again, style });
  const buttons = (entry) => el("td", {},
    entry.conflict ? el("p", { class: "warning" }, mark("warning"), " ", w.conflict,
      el("a", { href: `/devices/${entry.conflict}` }, entry.conflict_name)) : null,
    el("div", { class: "row" },
      entry.conflict ? decide(entry, w.same, "approve", { same_as: entry.conflict }) : null,
      decide(entry, entry.conflict ? w.asNew : w.approve, "approve", {}, "main"),
      decide(entry, w.reject, "reject", {})));
  return table(w.queue, w.queueHeads, queue.map((entry) => [
    el("td", { class: "nowrap" }, el("b", {}, entry.code)), el("td", { class: "name" }, entry.hostname),
    entry.address, entry.machine, el("td", { class: "nowrap" }, when(entry.asked_at)), buttons(entry)]));
}

function keyForm({ place, again }) {
  const w = words().agents;
  const number = (name, value, max) =>
    el("input", { type: "number", name, value, min: "1", max, required: true });
  const send = ({ note, uses, days, range, auto }) => post("/enrolment-keys", {
    note, uses: Number(uses), days: Number(days), range: range.trim(), auto_approve: auto === "on",
  });
  const done = (made) => place.replaceChildren(el("div", { class: "note good", "data-open": true },
    el("p", {}, w.made), el("code", { class: "key" }, made.key),
    el("p", { class: "buttons" }, el("button", { type: "button", onclick: again }, w.close))));
  return form({ send, done, submit: w.newKey, cancel: () => place.replaceChildren() },
    field(w.note, el("input", { type: "text", name: "note", maxlength: "60" }), w.noteHint),
    field(w.uses, number("uses", "50", "100000")),
    field(w.days, number("days", "30", "400")),
    field(w.range, el("input", { type: "text", name: "range", maxlength: "100" }), w.rangeHint),
    el("label", { class: "line" }, el("input", { type: "checkbox", name: "auto" }), el("span", {}, w.auto)));
}

function keys(list, again) {
  const w = words().agents;
  const place = el("div", {});
  const revoke = (key) => sureButton(w.revoke, w.revokeSure,
    { act: () => remove(`/enrolment-keys/${key.id}`), done: again });
  const open = () => openIn(place, keyForm({ place, again }));
  return card(w.keys,
    list.length === 0 ? el("p", {}, w.noKeys) : table(w.keys, w.keyHeads, list.map((key) => [
      el("td", { class: "name" }, key.note || "…", el("span", { class: "soft small" }, ` ${key.hint}`)),
      `${key.used} / ${key.uses}`, el("td", { class: "nowrap" }, day(key.expires_at)),
      key.range || w.anywhere, when(key.last_used_at),
      key.revoked ? el("span", { class: "soft" }, w.revoked) : revoke(key)])),
    place, el("p", { class: "buttons" }, el("button", { type: "button", onclick: open }, w.newKey)));
}

function agentTable(list, again) {
  const w = words().agents;
  const revoke = (agent) => sureButton(w.revokeAgent, w.revokeAgentSure,
    { act: () => post(`/agents/${encodeURIComponent(agent.id)}/revoke`, {}), done: again });
  return el("details", {}, el("summary", {}, `${w.list} (${list.length})`),
    table(w.list, w.listHeads, list.map((agent) => [
      el("td", { class: "name" }, el("a", { href: `/devices/${agent.device_id}` }, agent.hostname || agent.id)),
      w.statuses[agent.status] ?? agent.status, day(agent.created_at), day(agent.certificate_until),
      agent.status === "approved" ? revoke(agent) : agent.revoked_why])));
}

/** Who may report: what waits, the keys, and who is enrolled. */
export async function agents({ again }) {
  const w = words();
  const [made, queue, enrolled] = await Promise.all([
    get("/enrolment-keys"), get("/enrolment-queue"), get("/agents")]);
  return [
    el("h1", {}, w.nav.agents),
    card(w.agents.queue, el("p", { class: "soft" }, w.agents.queueHint),
      queue.items.length === 0 ? el("p", {}, w.agents.noQueue) : queueTable(queue.items, again)),
    keys(made.items, again),
    enrolled.items.length > 0 ? card("", agentTable(enrolled.items, again)) : null,
  ];
}
