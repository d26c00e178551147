import { card, el, facts, mark } from "../dom.js";
import { get, queryOf } from "../api.js";
import { words, both, joined, someOf, when } from "../words.js";

const order = ["action", "warning", "silent", "unknown", "good"];
const ageState = ["good", "good", "good", "warning", "warning", "action", "unknown"];
const bar_height_px = 84;
const disk_days_few = 60; // To buy a disk takes a hospital a month or two.

/** One sentence: how are we? */
function headline(counts) {
  const w = words().overview.headline;
  const unclear = counts.unknown + counts.silent;
  if (counts.total === 0) return ["unknown", w.none];
  if (counts.action > 0) return ["action", w.action(counts.action)];
  if (counts.warning > 0) return ["warning", w.warning(counts.warning)];
  if (unclear > 0) return ["unknown", w.unknown(unclear)];
  return ["good", w.good];
}

function scoreOf(view) {
  const w = words().overview;
  if (view.counts.total === 0) return null;
  return el("div", { class: "score" }, el("div", { class: "soft" }, w.score),
    el("div", {}, el("span", { class: "big" }, String(view.score)), " ", w.points),
    el("details", {}, el("summary", {}, w.scoreHow), el("p", { class: "small" }, w.scoreRule)));
}

function state(view) {
  const w = words();
  const { counts, today } = view;
  const [shape, sentence] = headline(counts);
  const gains = view.score_after > view.score;
  const legend = order.map((name) => el("a", { href: `/devices?state=${name}`, class: "nowrap" },
    mark(name), " ", w.state[name], " ", el("b", {}, String(counts[name]))));
  const empty = [el("p", {}, w.overview.firstDeviceHow),
    el("a", { class: "button main", href: "/agents" }, w.overview.firstDevice)];
  const filled = [
    el("p", { class: "soft" }, w.overview.ofAll(counts.total), " ",
      gains ? w.overview.promise(today.length, view.score, view.score_after) : null),
    el("div", { class: "stack", "aria-hidden": "true" }, order.filter((name) => counts[name] > 0)
      .map((name) => el("i", { class: `fill-${name}`, width: `${(100 * counts[name]) / counts.total}%` }))),
    el("div", { class: "legend" }, legend)];
  return el("section", { class: "card state" },
    el("div", {}, el("p", { class: "headline" }, mark(shape), el("span", {}, sentence)),
      counts.total === 0 ? empty : filled),
    scoreOf(view));
}

function taskItem(task) {
  const w = words();
  return el("li", {}, mark(task.severity, w.state[task.severity]),
    el("div", {},
      el("p", {}, el("b", {}, both(task.title)), " ",
        el("b", { class: `${task.severity} nowrap` }, w.devices(task.devices)), " ",
        task.points > 0 ? el("b", { class: "good nowrap" }, w.overview.gain(task.points)) : null),
      el("p", { class: "small" }, joined(task.why)),
      el("p", { class: "small soft" }, someOf(task.some_devices, task.devices), " / ",
        w.overview.since(when(task.oldest_opened_at)))),
    el("a", { class: "button main", href: `/inbox${queryOf({ rule: task.rule })}` }, w.overview.steps));
}

function today(view) {
  const w = words().overview;
  return el("section", { class: "card" },
    el("div", { class: "row between" }, el("h2", {}, w.today),
      el("a", { href: "/inbox" }, w.seeAll(view.tasks_total))),
    view.today.length === 0 ? el("p", {}, mark("good"), " ", w.nothing)
      : el("ul", { class: "tasks" }, view.today.map(taskItem)));
}

function ages(view) {
  const w = words().overview;
  const most = Math.max(1, ...view.pattern_age);
  const names = view.pattern_age.map((count, i) => `${w.ageBars[i]}: ${count}`).join(", ");
  return card(w.ages, el("div", { class: "bars", role: "img", "aria-label": names },
    view.pattern_age.map((count, i) => el("div", {}, el("b", {}, String(count)),
      el("i", { class: `fill-${ageState[i]}`, height: `${(bar_height_px * count) / most}px` }),
      el("span", {}, w.ageBars[i])))));
}

function recent(view) {
  const w = words();
  const item = (finding) => el("li", {},
    mark(finding.resolved_at ? "good" : finding.severity), " ",
    el("a", { href: `/findings/${finding.id}` }, finding.device), " ",
    finding.resolved_at ? w.overview.resolved : "", both(finding.line), " ",
    el("span", { class: "soft small nowrap" }, when(finding.resolved_at ?? finding.opened_at)));
  return card(w.overview.recent, view.recent.length === 0 ? el("p", { class: "soft" }, w.none)
    : el("ul", { class: "recent" }, view.recent.map(item)));
}

function knowledge(view) {
  const w = words().overview;
  const { days_left } = view.disk;
  return card(w.knowledge,
    facts([...view.knowledge.map((file) => [both(file.title), w.asOf(file.data_date)]),
      [w.disk, days_left === null ? "" : w.diskDays(days_left)]]));
}

/** How are we, and what is there to do today? */
export async function overview() {
  const w = words();
  const view = await get("/overview");
  const { mail } = view;
  return [
    el("h1", {}, w.nav.overview),
    mail.state === "failing" ? el("p", { class: "note bad" }, w.overview.mailFailing(mail.reason)) : null,
    view.disk.days_left !== null && view.disk.days_left < disk_days_few
      ? el("p", { class: "note bad" }, w.overview.diskSoon(view.disk.days_left)) : null,
    state(view),
    el("div", { class: "two" },
      el("div", {}, today(view), recent(view)),
      el("div", {}, ages(view), knowledge(view),
        mail.state === "off" ? el("p", { class: "note small" }, w.overview.mailOff) : null)),
  ];
}
