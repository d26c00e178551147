import { useState } from "react";
import type { ReactElement } from "react";

import { post, Problem } from "../api/client";
import { useSpeech } from "../i18n/words";
import { Field, Form } from "../ui/form";
import { Mark } from "../ui/mark";
import { Card } from "../ui/parts";
import { Table } from "../ui/table";
import { roleName } from "./roles";
import { useSiteName } from "./site_names";

interface Step {
  name: string;
  good: boolean;
  detail: string;
}

/** What the collector says of a role, "operator of root", in the words of the page. */
function useRoleText(): (detail: string) => string {
  const { w } = useSpeech();
  const site_name = useSiteName();
  return (detail) => {
    const [, role = "", sites = ""] = /^([a-z]+) of (.+)$/.exec(detail) ?? [];
    if (!role) return detail;
    const seen = sites.split(" ").map((id) => (id === "root" ? w.people.whole : site_name(id)));
    return w.directory.would(roleName(role, w), seen.join(w.comma));
  };
}

/** What a sign-in by the hospital's directory would do, step by step. */
export function DirectoryTest(): ReactElement {
  const { w } = useSpeech();
  const roleText = useRoleText();
  const words = w.directory;
  const [steps, setSteps] = useState<Step[]>([]);
  return (
    <Card title={words.title}>
      <p>{words.intro}</p>
      <Form
        submit={words.test}
        send={async ({ name, password }) => {
          setSteps([]);
          const answer = await post("/api/v1/directory/test", {}, { name: name?.trim(), password });
          setSteps(answer.items);
        }}
        means={(problem: Problem) => problem.code === "conflict" ? words.none : undefined}
      >
        <Field label={words.name} name="name" required maxLength={200} autoComplete="off" />
        <Field label={words.password} hint={words.passwordHint} name="password" type="password"
          maxLength={200} autoComplete="off" />
      </Form>
      {steps.length > 0 ? (
        <Table
          caption={words.title}
          heads={words.heads}
          rows={steps.map(({ name, good, detail }, i) => ({
            key: i,
            cells: [
              <span key="step" className="nowrap">
                <Mark state={good ? "good" : "action"} name={good ? words.good : words.bad} />{" "}
                {Object.hasOwn(words.steps, name) ? words.steps[name as "connect"] : name}
              </span>,
              name === "role" && good ? roleText(detail) : detail,
            ],
          }))}
        />
      ) : null}
    </Card>
  );
}
