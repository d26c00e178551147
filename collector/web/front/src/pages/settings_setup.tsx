import type { ReactElement, ReactNode } from "react";

import { post } from "../api/client";
import { readAnew, useGet } from "../api/queries";
import { useSpeech } from "../i18n/words";
import { Link } from "../router";
import { useSession } from "../session";
import { DialogButton } from "../ui/dialog";
import { Field, Form } from "../ui/form";
import { Mark } from "../ui/mark";
import { Card } from "../ui/parts";
import { KeyForm } from "./agents";
import { MailServer } from "./mail_server";
import { Levels } from "./settings_policies";
import { root_site } from "./site_names";

interface Step {
  name: "own" | "hospital" | "sites" | "level" | "key" | "device" | "mail" | "contacts";
  done: boolean;
  /** What can be done about it here. */
  act: ReactNode;
}

const names_at_most = 200;

/** Departments, one a line, as they come out of a spreadsheet. */
function SitesForm({ known }: { known: string[] }): ReactElement {
  const { w } = useSpeech();
  const words = w.setup;
  const send = async ({ names = "" }: Record<string, string>): Promise<string> => {
    const wanted = [...new Set(names.split(/[\r\n\t]+/).map((name) => name.trim()))]
      .filter((name) => name && !known.includes(name)).slice(0, names_at_most);
    for (const name of wanted) await post("/api/v1/sites", {}, { name });
    return words.sitesMade(wanted.length);
  };
  return (
    <Form submit={words.makeSites} send={send} done={() => void readAnew()}>
      <div className="field">
        <label htmlFor="names">{words.sitesLabel}</label>
        <span className="hint" id="names-hint">{words.sitesHint}</span>
        <textarea id="names" name="names" rows={6} className="whole" required
          aria-describedby="names-hint" />
      </div>
    </Form>
  );
}

function HospitalForm(): ReactElement {
  const { w } = useSpeech();
  const { hospital } = useSession();
  const words = w.setup;
  return (
    <Form submit={words.saveHospital} done={() => void readAnew()}
      send={({ name }) => post("/api/v1/sites/{id}", { id: root_site }, { name })}>
      <Field label={words.steps.hospital[0] ?? ""} hint={words.hospitalHint} name="name" required
        maxLength={60} defaultValue={hospital} />
    </Form>
  );
}

function useSteps(): Step[] | undefined {
  const { w } = useSpeech();
  const words = w.setup;
  const session = useSession();
  const factor = useGet("/api/v1/session/second-factor");
  const sites = useGet("/api/v1/sites");
  const policies = useGet("/api/v1/policies");
  const keys = useGet("/api/v1/enrolment-keys");
  const devices = useGet("/api/v1/devices", { limit: 1 });
  const channels = useGet("/api/v1/alert-settings/{kind}", { kind: "channel" });
  const servers = useGet("/api/v1/alert-settings/{kind}", { kind: "mail_server" });
  const contacts = useGet("/api/v1/alert-settings/{kind}", { kind: "contact" });
  if (!factor.data || !sites.data || !policies.data || !keys.data || !devices.data
    || !channels.data || !servers.data || !contacts.data)
    return undefined;
  const level = policies.data.items.find(({ scope, scope_value }) =>
    scope === "site" && scope_value === "root")?.level;
  return [
    { name: "own", done: factor.data.in_force,
      act: <Link className="button" href="/settings">{words.openOwn}</Link> },
    { name: "hospital", done: session.hospital !== "", act: <HospitalForm /> },
    { name: "sites", done: sites.data.items.length > 1,
      act: <SitesForm known={sites.data.items.map(({ name }) => name)} /> },
    { name: "level", done: Boolean(level), act: <Levels view={policies.data} /> },
    { name: "key", done: keys.data.items.length > 0 || devices.data.total > 0,
      act: (
        <DialogButton text={w.agents.newKey} title={w.agents.newKey} style="main">
          {(close) => <KeyForm close={close} />}
        </DialogButton>
      ) },
    { name: "device", done: devices.data.total > 0,
      act: <Link className="button" href="/agents">{words.openAgents}</Link> },
    { name: "mail", act: <MailServer />,
      done: [...channels.data.items.filter((channel) => channel.usable), ...servers.data.items]
        .some(({ last_sent_at }) => last_sent_at !== null) },
    { name: "contacts", done: contacts.data.items.length > 0,
      act: <Link className="button" href="/alerts">{words.openContacts}</Link> },
  ];
}

/** What comes next opens; nothing folds while somebody is in it. */
function unfold(node: HTMLDetailsElement | null): void {
  if (node) node.open = true;
}

/** From the first sign-in to the first device: what is done shows by itself, so it goes on anywhere. */
export function Setup(): ReactElement | null {
  const { w } = useSpeech();
  const words = w.setup;
  const steps = useSteps();
  if (!steps) return null;
  const next = steps.find(({ done }) => !done);
  const done = steps.filter((step) => step.done).length;
  return (
    <>
      <p className="sentence">
        <Mark state={next ? "warning" : "good"} />
        <span>{next ? words.progress(done, steps.length) : words.allDone}</span>
      </p>
      <ol className="setup">
        {steps.map((step) => {
          const [title = "", why = ""] = words.steps[step.name];
          return (
            <li key={step.name}>
              <Card>
                <details ref={step === next ? unfold : undefined}>
                  <summary>
                    <Mark state={step.done ? "good" : "none"}
                      name={step.done ? words.done : words.open} />{" "}
                    <b>{title}</b>
                  </summary>
                  <p>{why}</p>
                  {step.act}
                </details>
              </Card>
            </li>
          );
        })}
      </ol>
    </>
  );
}
