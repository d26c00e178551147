import { useRef, useState } from "react";
import type { ReactElement } from "react";

import { post } from "../api/client";
import type { Answer } from "../api/client";
import { readAnew, useGet } from "../api/queries";
import { useSpeech } from "../i18n/words";
import type { Words } from "../i18n/ja";
import { useMay } from "../session";
import { DialogButton } from "../ui/dialog";
import { Field, Form, SelectField, valuesOf } from "../ui/form";
import { Mark } from "../ui/mark";
import { Card, Loaded } from "../ui/parts";
import { Table } from "../ui/table";
import { useList } from "./more";
import { PolicyPreview } from "./policy_preview";
import { useSiteName } from "./site_names";
import "../style/settings.css";

type View = Answer<"/api/v1/policies">;
type Policy = View["items"][number];
type FieldOf = View["fields"][number];
type Scope = keyof Words["policies"]["scopes"];

const levels = ["ume", "take", "matsu"] as const;
const scopes = ["site", "zone", "model", "device"] as const;

/** What a value is called; a newer collector's by its key. */
export function fieldName(key: string, { policies }: Words): string {
  const { fields } = policies;
  return Object.hasOwn(fields, key) ? fields[key as keyof typeof fields] : key;
}

/** What stands for the whole hospital; absent: nothing is set. */
const rootOf = (view: View): Policy | undefined =>
  view.items.find(({ scope, scope_value }) => scope === "site" && scope_value === "root");

const valueOf = (policy: Policy | undefined, key: string): string =>
  policy?.settings.find((setting) => setting.key === key)?.value ?? "";

const finish = (close: () => void) => (): void => {
  close();
  void readAnew();
};

function LevelForm({ view, level, close }: {
  view: View;
  level: (typeof levels)[number];
  close: () => void;
}): ReactElement {
  const { w } = useSpeech();
  const words = w.policies;
  const root = rootOf(view);
  const body = {
    scope: "site", scope_value: "root", networks: [], level, settings: root?.settings ?? [],
  };
  return (
    <Form submit={words.choose} cancel={close} done={finish(close)}
      send={({ reason }) => post("/api/v1/policies", {}, { ...body, reason })}>
      <p>{words.chooseHint}</p>
      <PolicyPreview body={() => body} />
      <Field label={words.reason} hint={words.reasonHint} name="reason" required maxLength={200} />
    </Form>
  );
}

/** Three ready policies, one of them in force. */
export function Levels({ view }: { view: View }): ReactElement {
  const { w } = useSpeech();
  const words = w.policies;
  const may = useMay();
  // Until somebody chooses one, the values are those of the middle one.
  const set = rootOf(view)?.level;
  const chosen = set || "take";
  return (
    <Card title={words.level}>
      <ul className="levels">
        {levels.map((level) => {
          const [name = "", says = ""] = words.levels[level];
          return (
            <li key={level} className={level === chosen ? "chosen" : undefined}>
              <h3>{name}</h3>
              <p>{says}</p>
              {level === chosen ? (
                <p>
                  <Mark state="good" /> {words.chosen}
                </p>
              ) : may.administer ? (
                <DialogButton text={words.choose} title={words.chooseTitle(name)}>
                  {(close) => <LevelForm view={view} level={level} close={close} />}
                </DialogButton>
              ) : null}
            </li>
          );
        })}
      </ul>
      {set ? null : <p className="soft small">{words.noLevel}</p>}
    </Card>
  );
}

/** What a policy is about: asked when it is new. */
function Place({ scope }: { scope: Scope }): ReactElement {
  const { w } = useSpeech();
  const words = w.policies;
  const sites = useGet("/api/v1/sites", {}, { every_ms: false });
  const models = useGet("/api/v1/models", {}, { every_ms: false, enabled: scope === "model" });
  if (scope === "site")
    return (
      <SelectField key="site" label={words.site} name="scope_value"
        options={(sites.data?.items ?? []).map(({ id, name }) => [id, name || w.sites.root])} />
    );
  if (scope === "model")
    return (
      <SelectField key="model" label={words.model} hint={words.modelHint} name="scope_value"
        options={(models.data?.items ?? []).filter(({ model }) => model)
          .map(({ model }) => [model, model])} />
    );
  if (scope === "device")
    return <Field key="device" label={words.device} name="scope_value" required maxLength={60} />;
  return (
    <>
      <Field key="zone" label={words.zone} name="scope_value" required maxLength={60} />
      <Field label={words.networks} hint={words.networksHint} name="networks" required
        maxLength={1000} />
    </>
  );
}

function PolicyForm({ fields, policy, close }: {
  fields: FieldOf[];
  policy?: Policy;
  close: () => void;
}): ReactElement {
  const { w } = useSpeech();
  const words = w.policies;
  const [scope, setScope] = useState<Scope>((policy?.scope as Scope | undefined) ?? "site");
  // As it was when the form opened; what the list shows behind it goes on.
  const [seen_at] = useState(policy?.set_at);
  const values_node = useRef<HTMLFieldSetElement>(null);
  const bodyOf = (values: Record<string, string>) => ({
    scope,
    scope_value: policy?.scope_value ?? values["scope_value"] ?? "",
    networks: policy?.networks ?? (values["networks"] ?? "").split(/\s+/).filter(Boolean),
    level: values["level"] ?? "",
    settings: fields.map(({ key }) => ({ key, value: (values[key] ?? "").trim() }))
      .filter(({ value }) => value !== ""),
    reason: values["reason"],
  });
  const send = (values: Record<string, string>) => post("/api/v1/policies", {}, { ...bodyOf(values), seen_at });
  const typed = () => {
    const form = values_node.current?.form;
    return bodyOf(form ? valuesOf(form) : {});
  };
  return (
    <Form submit={words.save} cancel={close} done={finish(close)} send={send}
      means={({ code, detail }) => (code === "changed_meanwhile" ? undefined : detail)}>
      {policy ? null : (
        <>
          <div className="field">
            <label htmlFor="policy-scope">{words.scope}</label>
            <select id="policy-scope" value={scope}
              onChange={(event) => setScope(event.target.value as Scope)}>
              {scopes.map((one) => (
                <option key={one} value={one}>{words.scopes[one]}</option>
              ))}
            </select>
          </div>
          <Place scope={scope} />
        </>
      )}
      {scope === "site" ? (
        <SelectField label={words.level} name="level" first={policy?.level}
          options={[["", "―"], ...levels.map((level) =>
            [level, words.levels[level][0] ?? ""] as const)]} />
      ) : null}
      <Field label={words.reason} hint={words.reasonHint} name="reason" required maxLength={200} />
      <fieldset ref={values_node}>
        <legend>{words.values}</legend>
        {fields.map(({ key, standard, least, most }) => {
          const is_list = key === "issued_networks" || key === "rules_off";
          return (
            <Field key={key} label={fieldName(key, w)} name={key} placeholder={standard}
              defaultValue={valueOf(policy, key)}
              {...(is_list ? {} : { type: "number", min: least, max: most })} />
          );
        })}
      </fieldset>
      <PolicyPreview body={typed} />
    </Form>
  );
}

function RemoveForm({ policy, close }: { policy: Policy; close: () => void }): ReactElement {
  const { w } = useSpeech();
  const words = w.policies;
  const { scope, scope_value } = policy;
  return (
    <Form submit={words.remove} danger cancel={close} done={finish(close)}
      send={({ reason }) => post("/api/v1/policies/removals", {}, { scope, scope_value, reason })}>
      <p>{words.removeSure}</p>
      <PolicyPreview body={() => ({ scope, scope_value })} />
      <Field label={words.reason} name="reason" required maxLength={200} />
    </Form>
  );
}

/** The name of what a policy is about. */
function usePlaceName(): (scope: string, value: string) => string {
  const { w } = useSpeech();
  const site_name = useSiteName();
  return (scope, value) => {
    const kind = w.policies.scopes[scope as Scope] ?? scope;
    return scope === "site" ? site_name(value) : `${kind}${w.colon}${value}`;
  };
}

function Places({ view }: { view: View }): ReactElement {
  const { w, day } = useSpeech();
  const words = w.policies;
  const may = useMay();
  const place_name = usePlaceName();
  const values = ({ settings }: Policy): string =>
    settings.map(({ key, value }) => `${fieldName(key, w)} ${value}`).join(w.comma);
  return (
    <Card
      title={words.places}
      aside={may.administer ? (
        <DialogButton text={words.add} title={words.add} style="main">
          {(close) => <PolicyForm fields={view.fields} close={close} />}
        </DialogButton>
      ) : null}
    >
      {view.items.length === 0 ? <p className="soft">{words.none}</p> : (
        <Table
          caption={words.places}
          heads={words.placeHeads}
          rows={view.items.map((policy) => ({
            key: `${policy.scope} ${policy.scope_value}`,
            cells: [
              <b key="place">{place_name(policy.scope, policy.scope_value)}</b>,
              words.levels[policy.level as "take"]?.[0] ?? "",
              <span key="values" className="small">{values(policy)}</span>,
              policy.reason,
              `${policy.set_by} ${day(policy.set_at)}`,
              may.administer ? (
                <div className="row" key="buttons">
                  <DialogButton text={words.change}
                    title={place_name(policy.scope, policy.scope_value)}>
                    {(close) => <PolicyForm fields={view.fields} policy={policy} close={close} />}
                  </DialogButton>
                  <DialogButton text={words.remove}
                    title={place_name(policy.scope, policy.scope_value)}>
                    {(close) => <RemoveForm policy={policy} close={close} />}
                  </DialogButton>
                </div>
              ) : null,
            ],
          }))}
        />
      )}
    </Card>
  );
}

/** Every value: the hospital's beside the ready ones. */
function Values({ view }: { view: View }): ReactElement {
  const { w } = useSpeech();
  const words = w.policies;
  const root = rootOf(view);
  const inForce = (field: FieldOf): string => {
    const level = levels.find((one) => one === root?.level);
    return valueOf(root, field.key) || (level ? field[level] : field.standard);
  };
  return (
    <Card>
      <details>
        <summary>{words.table}</summary>
        <Table
          caption={words.table}
          heads={words.tableHeads}
          rows={view.fields.map((field) => ({
            key: field.key,
            cells: [
              fieldName(field.key, w), <b key="value">{inForce(field) || "―"}</b>,
              field.ume || "―", field.take || "―", field.matsu || "―",
            ],
          }))}
        />
      </details>
    </Card>
  );
}

const changes_first = 50;

function Changes(): ReactElement {
  const { w, exact } = useSpeech();
  const words = w.policies;
  const { page, more } = useList("/api/v1/policies/changes", {}, { first: changes_first });
  const place_name = usePlaceName();
  return (
    <Card>
      <details>
        <summary>{words.changes}</summary>
        <Loaded of={page}>
          {({ items, ...rest }) => items.length === 0 ? <p className="soft">{w.none}</p> : (
            <>
              <Table
                caption={words.changes}
                heads={words.changeHeads}
                rows={items.map((change, i) => ({
                  key: `${change.at} ${i}`,
                  cells: [
                    exact(change.at), change.who, place_name(change.scope, change.scope_value),
                    change.before, change.after, change.reason,
                  ],
                }))}
              />
              {more({ items, ...rest })}
            </>
          )}
        </Loaded>
      </details>
    </Card>
  );
}

/** After how long something becomes a warning, for the hospital and for places in it. */
export function PolicySettings(): ReactElement {
  const { w } = useSpeech();
  const page = useGet("/api/v1/policies");
  return (
    <Loaded of={page}>
      {(view) => (
        <>
          <p>{w.policies.intro}</p>
          <Levels view={view} />
          <Places view={view} />
          <Values view={view} />
          <Changes />
        </>
      )}
    </Loaded>
  );
}
