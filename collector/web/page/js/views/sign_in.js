import { el, mark } from "../dom.js";
import { post } from "../api.js";
import { field, form } from "../forms.js";
import { words } from "../words.js";

/** The page of somebody who is not signed in. */
export function signIn({ why, done, other }) {
  const w = words();
  const name = el("input", {
    type: "text", name: "name", id: "name", autocomplete: "username", required: true, maxlength: "100",
  });
  const password = el("input", {
    type: "password", name: "password", id: "password", autocomplete: "current-password",
    required: true, maxlength: "200",
  });
  // Shown to who has a second factor.
  const code = el("input", { type: "text", name: "code", autocomplete: "one-time-code", maxlength: "40" });
  const codeField = el("div", {}, field(w.signIn.code, code, w.signIn.codeHint));
  codeField.hidden = true;
  const send = async (values) => {
    try {
      return await post("/session", values);
    } catch (problem) {
      code.value = "";
      if (problem.code === "code_required") {
        codeField.hidden = false;
        code.focus();
        throw problem;
      }
      password.value = "";
      password.focus();
      if (problem.status === 401) problem.code = "wrong";
      throw problem;
    }
  };
  const node = form({ send, done, submit: w.signIn.submit },
    field(w.signIn.name, name), field(w.signIn.password, password), codeField);
  node.querySelector(".buttons").append(
    el("button", { type: "button", onclick: other }, w.language));
  return el("main", { id: "main", class: "card signin" },
    el("h1", { class: "row" }, mark("good"), w.brand),
    why ? el("p", { class: "note" }, why) : null,
    node, el("p", { class: "soft small buttons" }, w.signIn.help));
}
