import { el, mark, table, say } from "../dom.js";
import { get } from "../api.js";
import { words, when, day } from "../words.js";

const states = ["action", "warning", "silent", "unknown", "good"];

export async function devices({ query, go }) {
  const w = words();
  const q = query.get("q") ?? "";
  const state = query.get("state") ?? "";
  const after = query.get("after") ?? "";
  const view = await get(`/devices?limit=100&q=${encodeURIComponent(q)}&state=${encodeURIComponent(state)}&after=${encodeURIComponent(after)}`);
  const to = (change) => {
    const next = new URLSearchParams(Object.entries({ q, state, ...change }).filter(([, value]) => value));
    return `/devices${next.size ? `?${next}` : ""}`;
  };
  const search = el("input", { type: "search", name: "q", value: q, "aria-label": w.search, placeholder: w.search, maxlength: "100" });
  const form = el("form", { class: "row", role: "search", onsubmit: (event) => { event.preventDefault(); search.blur(); go(to({ q: search.value.trim() })); } },
    search, el("button", { type: "submit" }, w.find));
  const tabs = el("div", { class: "tabs" }, el("a", { href: to({ state: "" }), "aria-current": state ? undefined : "page" }, w.allStates),
    states.map((name) => el("a", { href: to({ state: name }), "aria-current": name === state ? "page" : undefined }, mark(name), " ", w.state[name])));
  say(w.shown(view.items.length, view.total));
  const rows = view.items.map((item) => [
    el("td", { class: "nowrap" }, mark(item.state, w.state[item.state]), " ", w.state[item.state]),
    el("th", { scope: "row" }, el("a", { href: `/devices/${item.id}` }, item.name)),
    item.os, item.pattern_built_at ? day(item.pattern_built_at) : w.state.unknown,
    el("td", { class: "nowrap" }, when(item.last_seen)), item.address, item.agent_version]);
  return [el("h1", {}, w.nav.devices), form, tabs, el("p", { class: "soft" }, w.shown(view.items.length, view.total)),
    rows.length === 0
      ? el("div", { class: "card" }, el("p", {}, q || state ? w.filteredNone : w.headline.none),
        q || state ? el("a", { class: "button", href: "/devices" }, w.clear) : el("a", { class: "button main", href: "/agents" }, w.firstDevice))
      : el("div", { class: "card" }, table(w.nav.devices, [w.heads.state, w.heads.name, w.heads.os, w.heads.pattern, w.heads.lastSeen, w.heads.address, w.heads.version], rows)),
    view.next ? el("a", { class: "button", href: to({ after: view.next }) }, w.more) : null].flat().filter(Boolean);
}
