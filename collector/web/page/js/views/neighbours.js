import { card, el, mark, table } from "../dom.js";
import { get, post, queryOf, remove } from "../api.js";
import { choice, dayAhead, endOfDay, field, form, openIn, sureButton } from "../forms.js";
import { words, day, when } from "../words.js";

const states = ["unknown", "known"];

function nameForm(stranger, { done, cancel }) {
  const w = words().neighbours;
  const send = ({ which, name, until }) => post("/neighbours", {
    ...(which === "all" ? { device: stranger.device_id } : { mac: stranger.mac }), name, until: endOfDay(until),
  });
  return form({ send, done, submit: w.give, cancel },
    el("h2", {}, w.title(stranger.mac)),
    choice("which", w.which, [["one", w.only], ["all", w.all(stranger.device)]]),
    field(w.name, el("input", { type: "text", name: "name", required: true, maxlength: "60" }), w.nameHint),
    field(w.until, el("input", { type: "date", name: "until", min: dayAhead(1) })));
}

function unknownTable(view, { place, again, may }) {
  const w = words().neighbours;
  const open = (stranger) => el("button", {
    type: "button",
    onclick: () => openIn(place, card("", nameForm(stranger, { done: again, cancel: () => place.replaceChildren() }))),
  }, w.give);
  return table(w.states.unknown, [w.heads.mac, w.heads.address, w.heads.seenBy, w.heads.first, ""],
    view.items.map((stranger) => [
      el("td", { class: "nowrap" }, stranger.mac), stranger.address,
      el("td", { class: "name" }, el("a", { href: `/devices/${stranger.device_id}` }, stranger.device)),
      el("td", { class: "nowrap" }, when(stranger.first_seen)),
      may.operateWhole() ? open(stranger) : ""]));
}

function knownTable(view, { again, may }) {
  const w = words();
  const { neighbours } = w;
  const ended = (item) => item.until && new Date(item.until) <= new Date();
  const end = (item) => (item.until ? w.until(day(item.until)) : w.noEnd);
  return table(neighbours.states.known,
    [neighbours.heads.name, neighbours.heads.mac, neighbours.heads.by, neighbours.heads.until, ""],
    view.items.map((item) => [
      el("td", { class: "name" }, el("b", {}, item.name)), el("td", { class: "nowrap" }, item.mac),
      `${w.by(item.approved_by)} ${day(item.approved_at)}`,
      ended(item) ? el("span", { class: "warning" }, w.ended) : end(item),
      may.operateWhole() ? sureButton(neighbours.remove, neighbours.sure,
        { act: () => remove(`/neighbours/${item.id}`), done: again }) : ""]));
}

/** Machines near our devices: those that nobody knows, and those with a name. */
export async function neighbours({ query, again, may }) {
  const w = words();
  const state = states.includes(query.get("state")) ? query.get("state") : "unknown";
  const after = query.get("after") ?? "";
  const view = await get(`/neighbours${queryOf({ state, after, limit: 100 })}`);
  const place = el("div", {});
  const context = { place, again, may };
  const tab = (name) => el("a", { href: `/neighbours?state=${name}`, "aria-current": name === state ? "page" : undefined },
    w.neighbours.states[name]);
  const empty = state === "unknown" ? [mark("good"), " ", w.neighbours.noneUnknown] : w.neighbours.noneKnown;
  return [
    el("h1", {}, w.nav.neighbours), el("p", {}, w.neighbours.intro),
    el("div", { class: "tabs" }, states.filter((name) => name === "unknown" || may.seeWhole()).map(tab)), place,
    card(w.findings.count(view.total), view.items.length === 0 ? el("p", {}, empty)
      : state === "unknown" ? unknownTable(view, context) : knownTable(view, context)),
    view.next ? el("a", { class: "button", href: `/neighbours${queryOf({ state, after: view.next })}` }, w.more) : null,
  ];
}
