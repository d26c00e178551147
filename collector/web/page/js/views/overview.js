import { el, mark } from "../dom.js";
import { get } from "../api.js";
import { words, both, joined, when } from "../words.js";

const order = ["action", "warning", "silent", "unknown", "good"];
const ageState = ["good", "good", "good", "warning", "warning", "action", "unknown"];

function headline(counts) {
  const w = words().headline;
  if (counts.total === 0) return ["unknown", w.none];
  if (counts.action > 0) return ["action", w.action(counts.action)];
  if (counts.warning > 0) return ["warning", w.warning(counts.warning)];
  if (counts.unknown + counts.silent > 0) return ["unknown", w.unknown(counts.unknown + counts.silent)];
  return ["good", w.good];
}

function state(view) {
  const w = words();
  const { counts } = view;
  const [shape, sentence] = headline(counts);
  return el("section", { class: "card row between" },
    el("div", {},
      el("p", { class: "headline" }, mark(shape), sentence),
      el("p", { class: "soft" }, w.ofAll(counts.total)),
      el("div", { class: "stack", "aria-hidden": "true" }, order.filter((name) => counts[name] > 0)
        .map((name) => el("i", { class: `fill-${name}`, width: `${(100 * counts[name]) / counts.total}%` }))),
      el("div", { class: "legend" }, order.map((name) => el("a", { href: `/devices?state=${name}`, class: "nowrap" },
        mark(name), " ", w.state[name], " ", el("b", {}, String(counts[name])))))),
    counts.total === 0 ? el("a", { class: "button main", href: "/agents" }, w.firstDevice)
      : el("div", {}, el("div", { class: "soft" }, w.score),
        el("div", {}, el("span", { class: "big" }, String(view.score)), " ", w.units.points),
        el("details", {}, el("summary", {}, w.scoreHow), el("p", { class: "small" }, w.scoreRule))));
}

function today(view) {
  const w = words();
  return el("section", { class: "card" },
    el("div", { class: "row between" }, el("h2", {}, w.today), el("a", { href: "/inbox" }, w.seeAll)),
    view.today.length === 0 ? el("p", {}, mark("good"), " ", w.nothingToDo)
      : view.today.map((task) => el("div", { class: "task" },
        mark(task.severity, w.state[task.severity]),
        el("div", { width: "100%" }, el("b", {}, both(task.title)), " ", el("b", { class: task.severity }, w.units.devices(task.devices)),
          el("div", { class: "small" }, joined(task.why))),
        el("a", { class: "button main nowrap", href: `/inbox?rule=${encodeURIComponent(task.rule)}` }, w.showSteps))));
}

function ages(view) {
  const w = words();
  const most = Math.max(1, ...view.pattern_age);
  return el("section", { class: "card" }, el("h2", {}, w.patternAge),
    el("div", { class: "bars", role: "img", "aria-label": view.pattern_age.map((n, i) => `${w.ages[i]}: ${n}`).join(", ") },
      view.pattern_age.map((count, i) => el("div", {}, el("b", {}, String(count)),
        el("i", { class: `fill-${ageState[i]}`, height: `${(80 * count) / most}px` }), w.ages[i]))));
}

function recent(view) {
  const w = words();
  return el("section", { class: "card" }, el("h2", {}, w.recent),
    view.recent.length === 0 ? el("p", { class: "soft" }, w.none)
      : view.recent.map((finding) => el("p", {}, mark(finding.resolved_at ? "good" : finding.severity), " ",
        el("a", { href: `/devices/${finding.device_id}` }, finding.device), " ", both(finding.line), " ",
        el("span", { class: "soft small" }, when(finding.resolved_at ?? finding.opened_at)))));
}

function knowledge(view) {
  const w = words();
  return el("section", { class: "card" }, el("h2", {}, w.knowledge),
    el("dl", { class: "facts" }, view.knowledge.map((file) => [el("dt", {}, both(file.title)), el("dd", {}, w.dataDate(file.data_date))])));
}

export async function overview() {
  const w = words();
  const view = await get("/overview");
  const notes = [];
  if (view.mail.state === "failing") notes.push(el("div", { class: "note bad" }, w.mail.failing(view.mail.reason)));
  if (view.mail.state === "off") notes.push(el("div", { class: "note" }, w.mail.off));
  return [el("h1", {}, w.nav.overview), notes, state(view),
    el("div", { class: "two" }, el("div", {}, today(view), recent(view)), el("div", {}, ages(view), knowledge(view)))].flat();
}
