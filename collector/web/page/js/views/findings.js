import { el, mark } from "../dom.js";
import { get } from "../api.js";
import { words, both, joined, languageNow, when, exact } from "../words.js";

/** One finding with what / why / next; used here and on the device page. */
export function findingCard(finding, { withDevice }) {
  const w = words();
  return el("article", { class: "card" },
    el("div", { class: "row" }, mark(finding.resolved_at ? "good" : finding.severity, w.state[finding.severity]),
      el("h2", {}, both(finding.title)), el("span", {}, both(finding.line)),
      withDevice ? el("a", { href: `/devices/${finding.device_id}` }, finding.device) : null,
      el("span", { class: "soft small" }, `${w.found} ${when(finding.first_seen)}`)),
    finding.resolved_at ? el("p", { class: "good" }, w.resolvedAt(exact(finding.resolved_at))) : null,
    el("h3", {}, w.whatHappened), el("p", {}, joined(finding.what)),
    el("h3", {}, w.whyMatters), el("p", {}, joined(finding.why)),
    el("h3", {}, w.whatNext), el("ol", { class: "steps" }, (finding.next[languageNow()] ?? []).map((step) => el("li", {}, step))),
    el("details", {}, el("summary", {}, w.evidence),
      el("pre", {}, JSON.stringify({ rule: finding.rule, subject: finding.subject, first_seen: finding.first_seen, last_seen: finding.last_seen, data_date: finding.data_date, ...finding.evidence }, null, 2))));
}

export async function findings({ query }) {
  const w = words();
  const state = query.get("state") === "resolved" ? "resolved" : "open";
  const rule = query.get("rule") ?? "";
  const view = await get(`/findings?state=${state}&limit=200${rule ? `&rule=${encodeURIComponent(rule)}` : ""}`);
  const tab = (name) => el("a", { href: `/inbox?state=${name}`, "aria-current": name === state ? "page" : undefined }, w[name]);
  return [el("h1", {}, w.nav.findings), el("div", { class: "tabs" }, tab("open"), tab("resolved"),
    rule ? el("a", { href: `/inbox?state=${state}` }, `${w.clear} (${rule})`) : null),
  el("p", { class: "soft" }, w.units.items(view.total)),
  view.items.length === 0 ? el("p", { class: "card" }, mark("good"), " ", state === "open" ? w.noneOpen : w.none)
    : view.items.map((finding) => findingCard(finding, { withDevice: true }))].flat();
}
