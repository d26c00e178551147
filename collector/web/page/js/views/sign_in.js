import { el, mark } from "../dom.js";
import { post } from "../api.js";
import { words } from "../words.js";

export function signIn(done, otherLanguage) {
  const w = words();
  const problem = el("p", { class: "action", role: "alert" });
  const name = el("input", { id: "name", name: "username", autocomplete: "username", required: true, maxlength: "100" });
  const password = el("input", { id: "password", type: "password", autocomplete: "current-password", required: true, maxlength: "200" });
  const button = el("button", { class: "main", type: "submit" }, w.signIn);
  const form = el("form", {
    onsubmit: async (event) => {
      event.preventDefault();
      button.disabled = true;
      try {
        done(await post("/session", { name: name.value, password: password.value }));
      } catch (failure) {
        problem.textContent = failure.status === 401 ? w.wrongPassword : failure.status === 429 ? w.tooMany : w.errors[failure.code] ?? w.errors.unexpected;
        password.value = "";
        password.focus();
      }
      button.disabled = false;
    },
  }, el("label", { for: "name" }, w.name), name, el("label", { for: "password" }, w.password), password, problem,
    el("div", { class: "row between" }, button, el("button", { type: "button", onclick: otherLanguage }, w.language)));
  return el("main", { id: "main", class: "card signin" }, el("h1", { class: "row" }, mark("good"), w.brand), form);
}
