import { card, el, mark } from "../dom.js";
import { Problem, post } from "../api.js";
import { field, form } from "../forms.js";
import { words } from "../words.js";

function secret(name, autocomplete) {
  return el("input", { type: "password", name, autocomplete, required: true, maxlength: "200" });
}

/** One's own password. */
export function account() {
  const w = words().account;
  const send = async ({ old_one: password, new_one: new_password, again }) => {
    if (new_password !== again) throw new Problem(400, "differ");
    await post("/session/password", { password, new_password });
  };
  const place = el("div", {});
  const done = () => place.replaceChildren(el("p", { class: "note good" }, mark("good"), " ", w.changed));
  place.append(form({ send, done, submit: w.submit },
    field(w.old, secret("old_one", "current-password")),
    field(w.new, secret("new_one", "new-password"), w.newHint),
    field(w.again, secret("again", "new-password"))));
  return [el("h1", {}, w.title), card("", el("p", {}, w.intro), place)];
}
