import { el, table, say } from "../dom.js";
import { get, post, remove } from "../api.js";
import { words, when } from "../words.js";

function choice(name, legend, options) {
  return el("fieldset", {}, el("legend", {}, legend), options.map(([value, text, disabled], i) =>
    el("label", { class: "line" }, el("input", { type: "radio", name, value, checked: i === 0, disabled }), text)));
}

function approval(program, again) {
  const w = words().programs;
  const reason = el("input", { id: "reason", required: true, maxlength: "300" });
  const form = el("form", { "data-open": true, class: "card", onsubmit: async (event) => {
    event.preventDefault();
    const picked = new FormData(form);
    await post("/programs/approvals", { program: program.id, scope: picked.get("scope"), by: picked.get("by"), device: program.device_id, reason: reason.value });
    say(w.done);
    again();
  } }, el("h2", {}, `${program.path}: ${w.approve}`),
  choice("scope", w.scope, [["site", w.scopes.site], ["device", w.scopes.device]]),
  choice("by", w.by, [["hash", w.bys.hash, !program.sha256], ["signer", w.bys.signer, !program.signer], ["path", w.bys.path, program.user_writable]].filter(([, , off]) => !off)),
  el("label", { for: "reason" }, w.reason), reason,
  el("div", { class: "row" }, el("button", { class: "main", type: "submit" }, w.approve), el("button", { type: "button", onclick: again }, w.cancel)));
  return form;
}

export async function programs({ query, again }) {
  const all = words();
  const w = all.programs;
  const state = ["learned", "approved"].includes(query.get("state")) ? query.get("state") : "unknown";
  const view = await get(`/programs?state=${state}&limit=200`);
  const place = el("div", {});
  const tab = (name) => el("a", { href: `/programs?state=${name}`, "aria-current": name === state ? "page" : undefined }, w[name]);
  const act = (program) => state === "approved"
    ? el("button", { type: "button", onclick: async () => { await remove(`/programs/approvals/${program.approval_id}`); again(); } }, w.revoke)
    : el("button", { type: "button", onclick: () => { place.replaceChildren(approval(program, again)); place.querySelector("input").focus(); } }, w.approve);
  return [el("h1", {}, all.nav.programs), el("p", {}, w.intro), el("div", { class: "tabs" }, tab("unknown"), tab("learned"), tab("approved")), place,
    view.items.length === 0 ? el("p", { class: "card" }, all.none)
      : el("div", { class: "card" }, table(all.nav.programs, [w.program, w.signer, w.devices, w.first, ""], view.items.map((program) => [
        program.path, program.signer ?? "", `${program.devices} / ${program.devices_total}`, el("td", { class: "nowrap" }, when(program.first_seen)), act(program)])))];
}
