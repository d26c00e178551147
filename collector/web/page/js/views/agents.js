import { el, table, mark } from "../dom.js";
import { get, post, remove } from "../api.js";
import { words, when, exact } from "../words.js";

function queueTable(queue, again) {
  const w = words().agents;
  const answer = (entry, verb, body) => async () => { await post(`/enrolment-queue/${entry.id}/${verb}`, body); again(); };
  return table(w.queue, [w.code, w.host, w.from, w.machine, w.asked, ""], queue.map((entry) => [
    el("td", { class: "nowrap" }, el("b", {}, entry.code)), entry.hostname, entry.address, entry.machine, el("td", { class: "nowrap" }, when(entry.asked_at)),
    [entry.conflict ? el("p", { class: "warning" }, mark("warning"), " ", w.conflict, ": ", el("a", { href: `/devices/${entry.conflict}` }, entry.conflict_name)) : null,
      el("div", { class: "row" }, entry.conflict ? el("button", { type: "button", onclick: answer(entry, "approve", { same_as: entry.conflict }) }, w.same) : null,
        el("button", { type: "button", class: "main", onclick: answer(entry, "approve", {}) }, entry.conflict ? w.asNew : w.approve),
        el("button", { type: "button", onclick: answer(entry, "reject", {}) }, w.reject))]]));
}

function keyForm(place, again) {
  const w = words().agents;
  const uses = el("input", { id: "uses", type: "number", min: "1", max: "100000", value: "50", required: true });
  const days = el("input", { id: "days", type: "number", min: "1", max: "365", value: "30", required: true });
  const range = el("input", { id: "range", placeholder: "10.20.0.0/16", maxlength: "60" });
  const auto = el("input", { id: "auto", type: "checkbox" });
  return el("form", { "data-open": true, onsubmit: async (event) => {
    event.preventDefault();
    const made = await post("/enrolment-keys", { uses: Number(uses.value), days: Number(days.value), range: range.value.trim(), auto_approve: auto.checked });
    place.replaceChildren(el("div", { class: "note good", "data-open": true }, w.made, el("code", { class: "key" }, made.key)), el("button", { type: "button", onclick: again }, "OK"));
  } }, el("label", { for: "uses" }, w.uses), uses, el("label", { for: "days" }, w.days), days,
  el("label", { for: "range" }, w.range, el("span", { class: "hint" }, w.rangeHint)), range,
  el("label", { class: "line" }, auto, w.auto), el("button", { class: "main", type: "submit" }, w.newKey));
}

export async function agents({ again }) {
  const all = words();
  const w = all.agents;
  const [keys, queue] = await Promise.all([get("/enrolment-keys"), get("/enrolment-queue")]);
  const place = el("div", {});
  return [el("h1", {}, all.nav.agents),
    el("section", { class: "card" }, el("h2", {}, w.queue), el("p", { class: "soft" }, w.codeHint), queue.items.length === 0 ? el("p", {}, all.none) : queueTable(queue.items, again)),
    el("section", { class: "card" }, el("h2", {}, w.keys),
      keys.items.length === 0 ? el("p", {}, all.none) : table(w.keys, [w.site, w.used, w.until, w.range, w.lastUsed, ""], keys.items.map((key) => [
        key.site, `${key.used} / ${key.uses}`, exact(key.expires_at), key.range ?? "", when(key.last_used_at),
        key.revoked ? "" : el("button", { type: "button", onclick: async () => { await remove(`/enrolment-keys/${key.id}`); again(); } }, w.revoke)])),
      place, el("details", {}, el("summary", {}, w.newKey), keyForm(place, again)))];
}
