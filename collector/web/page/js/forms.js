// Forms: labelled fields, and what happens when the collector says no.
import { el, say } from "./dom.js";
import { words } from "./words.js";

let made = 0;

/** A field under its label: field("Reason", el("input", {...}), "hint") */
export function field(label, input, hint) {
  if (!input.id) input.id = `field-${++made}`;
  return [el("label", { for: input.id }, label, hint ? el("span", { class: "hint" }, hint) : null), input];
}

/** One of several; options are [value, text]. The first is chosen. */
export function choice(name, legend, options) {
  return el("fieldset", {}, el("legend", {}, legend), options.map(([value, text], i) =>
    el("label", { class: "line" },
      el("input", { type: "radio", name, value, checked: i === 0 }), el("span", {}, text))));
}

/** The day so many days ahead, as a field of type "date" wants it. */
export function dayAhead(days) {
  const then = new Date(Date.now() + days * 86400000);
  const two = (number) => String(number).padStart(2, "0");
  return `${then.getFullYear()}-${two(then.getMonth() + 1)}-${two(then.getDate())}`;
}

/** A day as people mean it: until its end. */
export function endOfDay(text) {
  return text ? new Date(`${text}T23:59:59`).toISOString() : undefined;
}

/** What a problem says to people. */
export function explain(problem) {
  const w = words();
  if (problem.status === undefined) throw problem; // A mistake of ours, not a refusal.
  if (problem.code === "wrong") return w.signIn.wrong;
  if (problem.code === "differ") return w.account.differ;
  if (problem.wait) return w.waitSeconds(problem.wait);
  if (problem.code === "invalid") return w.fields[problem.field] ?? w.errors.invalid;
  return w.errors[problem.code] ?? w.errors.unexpected;
}

/**
 * A form that calls `send` with its values and then `done`. While it waits, it cannot be sent
 * twice; a refusal stands in it, and what was typed stays.
 */
export function form({ send, done, submit, cancel }, ...children) {
  const problem = el("p", { class: "problem", role: "alert" });
  const button = el("button", { type: "submit", class: "main" }, submit);
  const buttons = el("div", { class: "row buttons" }, button,
    cancel ? el("button", { type: "button", onclick: cancel }, words().cancel) : null);
  const node = el("form", { "data-open": true }, children, problem, buttons);
  node.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    problem.textContent = "";
    try {
      const answer = await send(Object.fromEntries(new FormData(node)));
      say(words().done);
      done(answer);
    } catch (failure) {
      problem.textContent = explain(failure);
    }
    button.disabled = false;
  });
  return node;
}

/** A button that does something at once; a refusal stands beside it. */
export function actButton(text, { act, done, style }) {
  const problem = el("span", { class: "problem", role: "alert" });
  const button = el("button", { type: "button", class: style }, text);
  button.addEventListener("click", async () => {
    button.disabled = true;
    problem.textContent = "";
    try {
      await act();
      say(words().done);
      done();
    } catch (failure) {
      problem.textContent = explain(failure);
    }
    button.disabled = false;
  });
  return [button, problem];
}

/** A button that asks once more before it does something that is hard to undo. */
export function sureButton(text, question, { act, done }) {
  const place = el("span", { class: "row" });
  const ask = el("button", { type: "button" }, text);
  const back = () => {
    place.replaceChildren(ask);
    ask.focus();
  };
  ask.addEventListener("click", () => {
    const sure = actButton(text, { act, done, style: "danger" });
    const no = el("button", { type: "button", onclick: back }, words().cancel);
    place.replaceChildren(el("span", { "data-open": true }, question), ...sure, no);
    no.focus();
  });
  place.append(ask);
  return place;
}

/** Puts a form into a place and the cursor into its first field. */
export function openIn(place, node) {
  place.replaceChildren(node);
  place.scrollIntoView({ block: "nearest" });
  place.querySelector("input:not([type=radio]), select, textarea, input")?.focus();
}
