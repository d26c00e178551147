import { card, el, mark, table } from "../dom.js";
import { get, post, queryOf, remove } from "../api.js";
import { dayAhead, endOfDay, field, form, openIn, sureButton } from "../forms.js";
import { words, day, exact, when } from "../words.js";
import { eventText } from "./device.js";

const states = ["unregistered", "registered"];

function nameOf(medium) {
  const maker = [medium.vendor, medium.product].filter(Boolean).join(" ");
  return maker || `${medium.vendor_id}:${medium.product_id}`;
}

function registerForm(medium, { done, cancel }) {
  const w = words().media;
  const { vendor_id, product_id, serial } = medium;
  const send = ({ label, until }) =>
    post("/usb-media", { vendor_id, product_id, serial, label, until: endOfDay(until) });
  return form({ send, done, submit: w.register, cancel },
    el("h2", { class: "name" }, w.title(`${nameOf(medium)} ${serial}`)),
    field(w.label, el("input", { type: "text", name: "label", required: true, maxlength: "60" }), w.labelHint),
    field(w.until, el("input", { type: "date", name: "until", min: dayAhead(1) })));
}

function where(medium, total) {
  if (!medium.device_id) return el("td", { class: "soft" }, words().media.notUsed);
  const others = total > 1 ? ` +${total - 1}` : "";
  return el("td", {}, el("a", { href: `/devices/${medium.device_id}` }, medium.device), others);
}

function unregisteredTable(view, { place, again, may }) {
  const w = words().media;
  const open = (medium) => el("button", {
    type: "button",
    onclick: () => openIn(place, card("", registerForm(medium, { done: again, cancel: () => place.replaceChildren() }))),
  }, w.register);
  return table(w.states.unregistered, [w.heads.medium, w.heads.serial, w.heads.where, w.heads.when, ""],
    view.items.map((medium) => [
      el("td", { class: "name" }, nameOf(medium), " ",
        el("span", { class: "soft small" }, medium.volume_labels.join(words().comma))),
      medium.serial || el("span", { class: "soft" }, w.noSerial),
      where(medium, medium.devices),
      el("td", { class: "nowrap" }, when(medium.last_attached)),
      medium.serial && may.operateWhole() ? open(medium) : ""]));
}

function registeredTable(view, { again, may }) {
  const w = words();
  const { media } = w;
  const ended = (medium) => medium.until && new Date(medium.until) <= new Date();
  const end = (medium) => (medium.until ? w.until(day(medium.until)) : w.noEnd);
  return table(media.states.registered,
    [media.heads.label, media.heads.serial, media.heads.where, media.heads.when, media.heads.until, ""],
    view.items.map((medium) => [
      el("td", { class: "name" }, el("b", {}, medium.label), " ",
        el("span", { class: "soft small" }, `${medium.vendor_id}:${medium.product_id}`)),
      medium.serial, where(medium, 1),
      el("td", { class: "nowrap" }, medium.last_attached ? when(medium.last_attached) : ""),
      ended(medium) ? el("span", { class: "warning" }, w.ended) : end(medium),
      may.operateWhole() ? sureButton(media.remove, media.sure,
        { act: () => remove(`/usb-media/${medium.id}`), done: again }) : ""]));
}

function uses(page) {
  const w = words();
  return card(w.media.uses, page.items.length === 0 ? el("p", { class: "soft" }, w.none)
    : table(w.media.uses, [w.device.eventHeads[0], w.findings.device, w.device.eventHeads[2]],
      page.items.map((event) => [
        el("td", { class: "nowrap" }, exact(event.at)),
        el("td", { class: "name" }, el("a", { href: `/devices/${event.device_id}` }, event.device)),
        eventText(event)])));
}

/** USB media: those that nobody registered, the register, and what was plugged in lately. */
export async function media({ query, again, may }) {
  const w = words();
  const state = states.includes(query.get("state")) ? query.get("state") : "unregistered";
  const after = query.get("after") ?? "";
  const [view, attached] = await Promise.all([
    get(`/usb-media${queryOf({ state, after, limit: 100 })}`), get("/events?kind=usb_attached&limit=20")]);
  const place = el("div", {});
  const context = { place, again, may };
  const tab = (name) => el("a", { href: `/media?state=${name}`, "aria-current": name === state ? "page" : undefined },
    w.media.states[name]);
  const empty = state === "unregistered" ? [mark("good"), " ", w.media.noneUnregistered] : w.media.noneRegistered;
  return [
    el("h1", {}, w.nav.media), el("p", {}, w.media.intro), el("div", { class: "tabs" }, states.map(tab)), place,
    card("", view.items.length === 0 ? el("p", {}, empty)
      : state === "unregistered" ? unregisteredTable(view, context) : registeredTable(view, context)),
    view.next ? el("a", { class: "button", href: `/media${queryOf({ state, after: view.next })}` }, w.more) : null,
    uses(attached),
  ];
}
