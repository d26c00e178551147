import { card, el, facts, mark, table } from "../dom.js";
import { get, post, queryOf, remove } from "../api.js";
import { choice, field, form, openIn, sureButton } from "../forms.js";
import { words, day, fileName, someOf, when } from "../words.js";

const states = ["unknown", "learned", "approved"];

/** In which ways this program can be told from others. */
function ways(program) {
  const w = words().programs.bys;
  return [
    program.sha256 && ["hash", w.hash],
    program.signer && ["signer", w.signer(program.signer)],
    !program.user_writable && ["path", w.path],
  ].filter(Boolean);
}

/** Where a decision can hold; the narrowest first. */
function scopes(program) {
  const w = words().programs.scopes;
  return [
    ...program.found_on.slice(0, 3).map((on) => [`device ${on.device_id}`, w.device(on.device)]),
    ...program.models.filter(Boolean).slice(0, 3).map((model) => [`model ${model}`, w.model(model)]),
    ["site ", w.site],
  ];
}

function decisionForm(program, { done, cancel }) {
  const w = words().programs;
  const reason = el("input", {
    type: "text", name: "reason", required: true, maxlength: "300", placeholder: w.reasonHint,
  });
  const send = ({ decision, scope, by, days, reason: why }) => {
    const [kind, value] = [scope.slice(0, scope.indexOf(" ")), scope.slice(scope.indexOf(" ") + 1)];
    const until = Number(days) === 0 ? undefined : new Date(Date.now() + Number(days) * 86400000).toISOString();
    return post("/programs/approvals", {
      program: program.id, decision, by, scope: kind, [kind]: kind === "site" ? undefined : value,
      until, reason: why,
    });
  };
  return form({ send, done, submit: w.submit, cancel },
    el("h2", { class: "name" }, w.title(fileName(program.path))),
    choice("decision", w.decision, Object.entries(w.decisions)),
    choice("scope", w.scope, scopes(program)),
    choice("by", w.by, ways(program)),
    choice("days", w.until, [90, 365, 0].map((days) => [days, w.untils[days]])),
    field(w.reason, reason));
}

function nameCell(program) {
  const w = words();
  const { programs } = w;
  const names = program.found_on.map((on) => on.device);
  return el("td", { class: "name" },
    el("b", {}, fileName(program.path) || program.approval?.value),
    program.remark ? el("div", { class: program.severity || "warning" },
      mark(program.severity || "warning"), " ", programs.remarks[program.remark] ?? program.remark) : null,
    el("details", {}, el("summary", {}, programs.details), facts([
      [programs.path, program.path],
      [programs.hash, program.sha256],
      [programs.version, program.version],
      [programs.parent, program.parent],
      [programs.models, program.models.filter(Boolean).join(w.comma)],
      [programs.onDevices, names.length === 0 ? "" : someOf(names, program.devices)]])));
}

function reviewTable(view, { place, again, may }) {
  const w = words().programs;
  const decide = (program) => el("button", {
    type: "button",
    onclick: () => openIn(place, card("", decisionForm(program, { done: again, cancel: () => place.replaceChildren() }))),
  }, w.decide);
  return table(words().nav.programs,
    [w.heads.program, w.heads.signer, w.heads.devices, w.heads.first, ""],
    view.items.map((program) => [
      nameCell(program), program.signer || el("span", { class: "soft" }, w.unsigned),
      el("td", { class: "nowrap" }, `${program.devices} / ${program.devices_total}`),
      el("td", { class: "nowrap" }, when(program.first_seen)),
      may.operate() ? decide(program) : ""]));
}

function decidedTable(view, { again, may }) {
  const w = words();
  const { programs } = w;
  const whereOf = (approval) => (approval.scope === "site" ? programs.everywhere : approval.scope_name);
  const endOf = (approval) => {
    if (approval.ended) return el("span", { class: "warning" }, w.ended);
    return approval.until ? w.until(day(approval.until)) : w.noEnd;
  };
  const decision = ({ approval }) => el("td", {},
    el("b", { class: approval.decision === "refuse" ? "action" : "good" },
      approval.decision === "refuse" ? programs.refused : programs.allowed), " ",
    whereOf(approval), w.comma, endOf(approval),
    el("div", { class: "small" }, approval.reason),
    el("div", { class: "small soft" }, w.by(approval.decided_by), " ", when(approval.decided_at)));
  const takeBack = ({ approval }) => sureButton(programs.takeBack, programs.sure,
    { act: () => remove(`/programs/approvals/${approval.id}`), done: again });
  return table(w.nav.programs,
    [programs.heads.program, programs.heads.decision, programs.heads.devices, ""],
    view.items.map((program) => [
      nameCell(program), decision(program),
      el("td", { class: "nowrap" }, `${program.devices} / ${program.devices_total}`),
      may.operate() ? takeBack(program) : ""]));
}

function learning(models, { again, may }) {
  const w = words().programs;
  const row = (model) => [
    el("td", { class: "name" }, model.model || w.noModel), words().devices(model.devices),
    model.learning ? w.learningUntil(day(model.learning_until)) : w.learningEnded(day(model.learning_until)),
    model.learning && may.administer() ? sureButton(w.endLearning, w.endSure,
      { act: () => post("/models/learning", { model: model.model }), done: again }) : ""];
  return card(w.learning, el("p", {}, w.learningIntro), table(w.learning, w.learningHeads, models.map(row)));
}

/** Programs that wait for a decision, that were learned, that were decided about. */
export async function programs({ query, again, may }) {
  const w = words();
  const state = states.includes(query.get("state")) ? query.get("state") : "unknown";
  const after = query.get("after") ?? "";
  const [view, models] = await Promise.all([
    get(`/programs${queryOf({ state, after, limit: 100 })}`),
    state === "learned" ? get("/models") : { items: [] }]);
  const place = el("div", {});
  const tab = (name) => el("a", { href: `/programs?state=${name}`, "aria-current": name === state ? "page" : undefined },
    w.programs.states[name]);
  const empty = { unknown: w.programs.noneUnknown, learned: w.programs.noneLearned, approved: w.programs.noneApproved };
  const context = { place, again, may };
  return [
    el("h1", {}, w.nav.programs),
    el("p", {}, state === "learned" ? w.programs.learnedIntro : w.programs.intro),
    el("div", { class: "tabs" }, states.map(tab)),
    place,
    card("", view.items.length === 0 ? el("p", {}, state === "unknown" ? [mark("good"), " "] : null, empty[state])
      : state === "approved" ? decidedTable(view, context) : reviewTable(view, context)),
    view.next ? el("a", { class: "button", href: `/programs${queryOf({ state, after: view.next })}` }, w.more) : null,
    models.items.length > 0 ? learning(models.items, context) : null,
  ];
}
