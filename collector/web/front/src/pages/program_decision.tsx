import type { ReactElement } from "react";

import { post } from "../api/client";
import { nowByCollector } from "../api/clock";
import { readAnew } from "../api/queries";
import type { Program } from "../api/types";
import { useSpeech } from "../i18n/words";
import type { Words } from "../i18n/ja";
import { Choice, Field, Form } from "../ui/form";

type Option = readonly [string, string];

/** In which ways this program can be told from others; the surest first. */
export function waysOf(program: Program, w: Words): Option[] {
  const words = w.programs.bys;
  const ways: Option[] = [];
  if (program.sha256) ways.push(["hash", words.hash]);
  if (program.signer) ways.push(["signer", words.signer(program.signer)]);
  if (!program.user_writable) ways.push(["path", words.path]);
  return ways;
}

/** Where a decision can hold; the narrowest first. */
export function scopesOf(program: Program, w: Words, see_whole: boolean): Option[] {
  const words = w.programs.scopes;
  const devices = program.found_on.slice(0, 3);
  const models = program.models.filter(Boolean).slice(0, 3);
  return [
    ...devices.map((on): Option => [`device ${on.device_id}`, words.device(on.device)]),
    ...(see_whole ? models.map((model): Option => [`model ${model}`, words.model(model)]) : []),
    ...(see_whole ? [["site ", words.site] as const] : []),
  ];
}

const day_ms = 86_400_000;
const decisions = ["allow", "refuse"] as const;
const bys = ["hash", "signer", "path"] as const;
const scopes = ["device", "model", "site"] as const;

/** The body of a decision from what was chosen. */
function bodyOf(program: Program, values: Record<string, string>) {
  const { decision = "", scope = "", by = "", days = "0", reason } = values;
  const kind = scope.slice(0, scope.indexOf(" "));
  const value = scope.slice(scope.indexOf(" ") + 1);
  const ahead_ms = Number(days) * day_ms;
  return {
    program: program.id,
    decision: decisions.find((one) => one === decision) ?? "allow",
    by: bys.find((one) => one === by) ?? "hash",
    scope: scopes.find((one) => one === kind) ?? "device",
    ...(kind === "device" ? { device: value } : {}),
    ...(kind === "model" ? { model: value } : {}),
    until: ahead_ms === 0 ? null : new Date(nowByCollector() + ahead_ms).toISOString(),
    reason,
  };
}

/** Approve or refuse a program: where, recognised by what, how long, and why. */
export function DecisionForm({ program, see_whole, close }: {
  program: Program;
  see_whole: boolean;
  close: () => void;
}): ReactElement {
  const { w } = useSpeech();
  const words = w.programs;
  const untils = (["90", "365", "0"] as const).map((days) => [days, words.untils[days]] as const);
  return (
    <Form
      send={(values) => post("/api/v1/programs/approvals", {}, bodyOf(program, values))}
      submit={words.submit}
      cancel={close}
      done={() => {
        close();
        void readAnew();
      }}
    >
      <Choice name="decision" legend={words.decision}
        options={decisions.map((one) => [one, words.decisions[one]] as const)} />
      <Choice name="scope" legend={words.scope} options={scopesOf(program, w, see_whole)} />
      <Choice name="by" legend={words.by} options={waysOf(program, w)} />
      <Choice name="days" legend={words.until} options={untils} />
      <Field label={words.reason} hint={words.reasonHint} name="reason" required maxLength={300} />
    </Form>
  );
}
