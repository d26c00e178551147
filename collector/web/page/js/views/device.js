import { el, mark, table } from "../dom.js";
import { get } from "../api.js";
import { words, when, day, exact } from "../words.js";
import { findingCard } from "./findings.js";

/** One line of a list: known value, or unknown with its reason. */
function fact(name, value, why) {
  const w = words();
  const known = value !== undefined && value !== null && value !== "";
  return [el("dt", {}, name), el("dd", {}, known ? value : el("span", { class: "unknown" }, mark("unknown"), " ", why ? w.because(why) : w.state.unknown))];
}

const reason = (unknown, name) => unknown?.find((entry) => entry.fact === name || !entry.fact)?.why;

function basics(view) {
  const w = words();
  const os = view.facts.os ?? {};
  const hardware = view.facts.hardware ?? {};
  const addresses = (view.facts.interfaces?.adapters ?? []).filter((a) => a.kind !== "loopback").flatMap((a) => a.addresses ?? []);
  const why = (section, name) => reason(view.facts[section]?.from?.unknown, name);
  return el("section", { class: "card" }, el("h2", {}, w.basics), el("dl", { class: "facts" },
    fact(w.heads.os, os.product, why("os", "product")), fact("kernel", os.kernel, why("os", "kernel")),
    fact(w.heads.address, addresses.join(", "), why("interfaces", "")),
    fact(w.section.hardware, [hardware.vendor, hardware.model].filter(Boolean).join(" "), why("hardware", "model")),
    fact(w.heads.version, view.agent_version)));
}

function protection(view) {
  const w = words();
  const products = view.facts.antivirus?.products ?? [];
  const patches = view.facts.patches ?? {};
  const state = { on: w.av.on, off: w.av.off };
  return el("section", { class: "card" }, el("h2", {}, w.protection),
    products.length === 0 ? el("dl", { class: "facts" }, fact(w.section.antivirus, undefined, reason(view.facts.antivirus?.from?.unknown, "products"))) : null,
    products.map((product) => el("dl", { class: "facts" },
      fact(w.av.product, `${product.name ?? product.id} ${product.version ?? ""}`),
      product.has_pattern ? [
        fact(w.av.built, product.pattern_built_at && `${exact(product.pattern_built_at)}（${when(product.pattern_built_at)}）`, reason(product.unknown, "pattern_built_at")),
        fact(w.av.applied, exact(product.pattern_applied_at), reason(product.unknown, "pattern_applied_at")),
        fact(w.av.tried, exact(product.update_tried_at), reason(product.unknown, "update_tried_at"))]
        : fact(w.av.built, w.av.noPattern),
      fact(w.av.realtime, state[product.realtime], reason(product.unknown, "realtime")))),
    el("dl", { class: "facts" }, fact(w.section.patches, patches.last_update_at && day(patches.last_update_at), reason(patches.from?.unknown, "last_update_at"))));
}

function unknowns(view) {
  const w = words();
  const rows = Object.entries(view.facts).flatMap(([section, body]) => [
    ...(body?.from?.unknown ?? []).map((entry) => [w.section[section] ?? section, entry.fact, entry.why]),
    ...(body?.products ?? []).flatMap((product) => (product.unknown ?? []).map((entry) => [`${w.section[section]}: ${product.name}`, entry.fact, entry.why]))]);
  if (rows.length === 0) return null;
  return el("section", { class: "card" }, el("h2", {}, mark("unknown"), " ", w.unknownFacts), table(w.unknownFacts, ["", "", ""], rows));
}

export async function device({ argument }) {
  const w = words();
  const [view, events] = await Promise.all([get(`/devices/${encodeURIComponent(argument)}`), get(`/devices/${encodeURIComponent(argument)}/events?limit=50`)]);
  const open = view.findings.filter((finding) => !finding.resolved_at);
  return [
    el("p", {}, el("a", { href: "/devices" }, `‹ ${w.back}`)),
    el("h1", { class: "row" }, mark(view.state, w.state[view.state]), view.name, el("span", { class: "small soft" }, `${w.heads.lastSeen} ${when(view.last_seen)}`)),
    open.length === 0 && view.state === "good" ? el("p", { class: "note good" }, mark("good"), " ", w.noneOpen) : open.map((finding) => findingCard(finding, { withDevice: false })),
    el("div", { class: "two" }, protection(view), basics(view)),
    unknowns(view),
    el("section", { class: "card" }, el("h2", {}, w.events), events.items.length === 0 ? el("p", { class: "soft" }, w.none)
      : table(w.events, ["", "", ""], events.items.map((event) => [el("td", { class: "nowrap" }, exact(event.at)), event.kind, [event.text ?? "", event.user ? ` (${event.user})` : ""]]))),
    view.incidents.length === 0 ? null : el("section", { class: "card" }, el("h2", {}, w.incidents),
      table(w.incidents, ["", "", ""], view.incidents.map((incident) => [exact(incident.at), incident.kind, incident.detail]))),
    el("section", { class: "card" }, el("h2", {}, w.facts), view.sections.map((section) => el("details", {},
      el("summary", {}, w.section[section.name] ?? section.name, " ", el("span", { class: "soft small" }, w.received(exact(section.received_at)))),
      el("pre", { tabindex: "0" }, JSON.stringify(view.facts[section.name], null, 1))))),
  ].flat().filter(Boolean);
}
