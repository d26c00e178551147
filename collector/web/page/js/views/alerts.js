import { card, el, mark, table } from "../dom.js";
import { get, post, remove } from "../api.js";
import { actButton, sureButton } from "../forms.js";
import { exact, when, words } from "../words.js";

const list = (texts) => texts.join(words().comma);

function whereTo({ settings }) {
  const w = words().alerts;
  if (settings.kind !== "mail") return settings.address;
  return settings.to.length === 0 ? w.settingsFile : list(settings.to);
}

function stateOf(channel) {
  const w = words().alerts;
  if (channel.settings.paused) return [mark("none"), " ", w.paused];
  if (!channel.usable) return [mark("none"), " ", w.noMailServer];
  if (channel.failing_since) return [mark("action"), " ", w.failingSince(when(channel.failing_since)), " ", channel.problem];
  if (channel.problem) return [mark("warning"), " ", channel.problem];
  return channel.last_sent_at ? [mark("good"), " ", w.sent(when(channel.last_sent_at))] : w.neverUsed;
}

function channelTable(channels, again) {
  const w = words().alerts;
  return table(w.channels, [w.heads.name, w.heads.kind, w.heads.to, w.heads.state, w.heads.waiting, ""],
    channels.map((channel) => [
      el("td", { class: "name" }, el("b", {}, channel.name)), w.kinds[channel.settings.kind], whereTo(channel),
      el("td", {}, stateOf(channel)), String(channel.queued),
      channel.usable && !channel.settings.paused
        ? actButton(w.test, { act: () => post(`/alert-channels/${channel.id}/test`), done: again }) : ""]));
}

function hoursText({ days, from, to }) {
  const w = words().alerts;
  const names = days.length === 0 ? w.everyDay : list(days.map((one) => w.days[one]));
  return `${names} ${from}–${to}`;
}

function whatOf({ settings }) {
  const w = words();
  const rules = settings.rules.length === 0 ? w.alerts.allRules : list(settings.rules);
  return [w.alerts.least[settings.least], w.comma, rules, settings.site ? `${w.comma}${settings.site}` : ""];
}

function laterOf({ settings }) {
  const w = words().alerts;
  const texts = [];
  if (settings.repeat_every_min) texts.push(w.repeat(settings.repeat_every_min));
  if (settings.escalate_after_min) texts.push(w.escalate(settings.escalate_after_min, list(settings.escalate_to)));
  return list(texts);
}

function routeTable(routes) {
  const w = words().alerts;
  return table(w.routes, [w.heads.name, w.heads.what, w.heads.hours, w.heads.by, w.heads.later],
    routes.map((route) => [
      el("td", { class: "name" }, el("b", {}, route.name), route.settings.paused ? ` ${w.paused}` : ""),
      el("td", {}, whatOf(route)),
      route.settings.hours.length === 0 ? w.always : list(route.settings.hours.map(hoursText)),
      list(route.settings.channels), laterOf(route)]));
}

function maintenanceTable(windows, again) {
  const w = words().alerts;
  return table(w.maintenance, [w.heads.name, w.heads.site, w.heads.from, w.heads.until, w.heads.hours, ""],
    windows.map((one) => [
      el("td", { class: "name" }, el("b", {}, one.name), " ", el("span", { class: "soft small" }, one.settings.reason)),
      one.settings.device || one.settings.site || w.everywhere, exact(one.settings.from),
      one.settings.until ? exact(one.settings.until) : words().noEnd,
      one.settings.hours.length === 0 ? w.always : list(one.settings.hours.map(hoursText)),
      sureButton(w.remove, w.removeSure,
        { act: () => remove(`/alert-settings/maintenance/${one.id}`), done: again })]));
}

function deadTable(letters, again) {
  const w = words().alerts;
  return table(w.dead, [w.heads.when, w.heads.by, w.heads.to, w.heads.what, w.heads.why, ""],
    letters.map((letter) => [
      el("td", { class: "nowrap" }, when(letter.composed_at)), letter.channel, letter.recipient,
      el("td", {}, letter.summary), letter.problem,
      el("span", { class: "row" },
        actButton(w.sendAgain, { act: () => post(`/alert-deliveries/${letter.id}/send-again`), done: again }),
        sureButton(w.drop, w.dropSure, { act: () => remove(`/alert-deliveries/${letter.id}`), done: again }))]));
}

/** Who is told of what, by which way, and what could not be delivered. */
export async function alerts({ again }) {
  const w = words();
  const [channels, routes, windows, dead] = await Promise.all([
    get("/alert-settings/channel"), get("/alert-settings/route"), get("/alert-settings/maintenance"),
    get("/alert-deliveries?state=dead"),
  ]);
  const none = el("p", {}, w.none);
  return [
    el("h1", {}, w.nav.alerts), el("p", {}, w.alerts.intro),
    dead.items.length === 0 ? null : card(w.alerts.dead, el("p", {}, w.alerts.deadHint), deadTable(dead.items, again)),
    card(w.alerts.channels, channels.items.length === 0 ? none : channelTable(channels.items, again)),
    card(w.alerts.routes, routes.items.length === 0 ? el("p", { class: "warning" }, w.alerts.noRoutes) : routeTable(routes.items)),
    card(w.alerts.maintenance, el("p", {}, w.alerts.maintenanceHint),
      windows.items.length === 0 ? el("p", {}, w.none) : maintenanceTable(windows.items, again)),
  ];
}
