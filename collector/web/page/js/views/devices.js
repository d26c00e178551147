import { card, el, mark, say, table } from "../dom.js";
import { get, queryOf } from "../api.js";
import { words, when, day } from "../words.js";

const states = ["action", "warning", "silent", "unknown", "good"];

function row(item) {
  const w = words();
  return [
    el("td", { class: "nowrap" }, mark(item.state), " ", w.state[item.state]),
    el("td", { class: "name" }, el("a", { href: `/devices/${item.id}` }, item.name)),
    [item.os, " ", el("span", { class: "soft small" }, item.os_version)],
    item.pattern_built_at ? day(item.pattern_built_at) : w.unknown,
    el("td", { class: "nowrap" }, when(item.last_seen)),
    item.address,
  ];
}

/** All devices, or those that a search or a state names. */
export async function devices({ query, go }) {
  const w = words();
  const q = query.get("q") ?? "";
  const state = query.get("state") ?? "";
  const after = query.get("after") ?? "";
  const view = await get(`/devices${queryOf({ q, state, after, limit: 100 })}`);
  const to = (change) => `/devices${queryOf({ q, state, ...change })}`;
  const tab = (name) => el("a", { href: to({ state: name }), "aria-current": name === state ? "page" : undefined },
    name ? [mark(name), " ", w.state[name]] : w.all);
  const input = el("input", {
    type: "search", name: "q", value: q, "aria-label": w.header.search, placeholder: w.header.search,
    maxlength: "100",
  });
  const find = (event) => {
    event.preventDefault();
    input.blur();
    go(to({ q: input.value.trim() }));
  };
  const { heads } = w.deviceList;
  const shown = w.deviceList.shown(view.items.length, view.total);
  const empty = q || state
    ? [el("p", {}, w.deviceList.none), el("a", { class: "button", href: "/devices" }, w.deviceList.clear)]
    : [el("p", {}, w.overview.headline.none), el("p", {}, w.overview.firstDeviceHow),
      el("a", { class: "button main", href: "/agents" }, w.overview.firstDevice)];
  say(shown);
  return [
    el("h1", {}, w.nav.devices),
    el("form", { class: "row", role: "search", onsubmit: find }, input,
      el("button", { type: "submit" }, w.header.find)),
    el("div", { class: "tabs buttons" }, ["", ...states].map(tab)),
    el("p", { class: "soft" }, shown),
    card("", view.items.length === 0 ? empty
      : table(w.nav.devices,
        [heads.state, heads.name, heads.os, heads.pattern, heads.lastSeen, heads.address],
        view.items.map(row))),
    view.next ? el("a", { class: "button", href: to({ after: view.next }) }, w.more) : null,
  ];
}
