import type { ReactElement } from "react";

import { post } from "../api/client";
import { readAnew, useGet } from "../api/queries";
import type { Person, Site } from "../api/types";
import { useSpeech } from "../i18n/words";
import { useSession } from "../session";
import { DialogButton, SureButton } from "../ui/dialog";
import { ActButton, Field, Form, SelectField, UserName } from "../ui/form";
import { Card, Loaded } from "../ui/parts";
import { Table } from "../ui/table";
import { Views } from "../ui/views";
import { roleName, roles } from "./roles";
import { SiteChoice, sitesOf } from "./site_choice";

function PersonForm({ sites, close }: { sites: Site[]; close: () => void }): ReactElement {
  const { w } = useSpeech();
  const words = w.people;
  return (
    <Form submit={words.add} cancel={close}
      send={(values) => {
        const { name = "", password, role } = values;
        const body = { name: name.trim(), password, role, sites: sitesOf(values) };
        return post("/api/v1/people", {}, body);
      }}
      means={({ status }) => (status === 409 ? words.exists : undefined)}
      done={() => {
        close();
        void readAnew();
      }}>
      <Field label={w.signIn.name} name="name" required maxLength={60} autoComplete="username" />
      <Field label={words.firstPassword} hint={w.account.newHint} name="password" type="password"
        required maxLength={200} autoComplete="new-password" />
      <SelectField label={words.role} name="role" first="viewer"
        options={roles.map((role) => [role, roleName(role, w)])} />
      <SiteChoice sites={sites} chosen={[]} />
    </Form>
  );
}

function RoleForm({ person, sites, close }: {
  person: Person;
  sites: Site[];
  close: () => void;
}): ReactElement {
  const { w } = useSpeech();
  return (
    <Form submit={w.people.change} cancel={close}
      send={(values) => {
        const body = { role: values["role"], sites: sitesOf(values) };
        return post("/api/v1/people/{name}/role", { name: person.name }, body);
      }}
      done={() => {
        close();
        void readAnew();
      }}>
      <SelectField label={w.people.role} name="role" first={person.role}
        options={roles.map((role) => [role, roleName(role, w)])} />
      <SiteChoice sites={sites} chosen={person.sites} />
    </Form>
  );
}

function PasswordForm({ person, close }: { person: Person; close: () => void }): ReactElement {
  const { w } = useSpeech();
  return (
    <Form submit={w.people.newPassword} cancel={close} done={close}
      send={({ password }) =>
        post("/api/v1/people/{name}/password", { name: person.name }, { password })}>
      <p>{w.people.newPasswordHint}</p>
      <UserName name={person.name} />
      <Field label={w.people.firstPassword} hint={w.account.newHint} name="password"
        type="password" required maxLength={200} autoComplete="new-password" />
    </Form>
  );
}

/** What may be done with somebody's access. */
function PersonButtons({ person, sites }: { person: Person; sites: Site[] }): ReactElement {
  const { w } = useSpeech();
  const words = w.people;
  const { name, disabled } = person;
  const access = (off: boolean) => () =>
    post("/api/v1/people/{name}/access", { name }, { disabled: off });
  return (
    <div className="row">
      <DialogButton text={words.change} title={`${words.change}: ${name}`}>
        {(close) => <RoleForm person={person} sites={sites} close={close} />}
      </DialogButton>
      <DialogButton text={words.newPassword} title={`${words.newPassword}: ${name}`}>
        {(close) => <PasswordForm person={person} close={close} />}
      </DialogButton>
      <SureButton text={words.noFactor} question={words.noFactorSure} done={readAnew}
        act={() => post("/api/v1/people/{name}/no-second-factor", { name })} />
      <SureButton text={words.signOut} question={words.signOutSure} done={readAnew}
        act={() => post("/api/v1/people/{name}/sign-out", { name })} />
      {disabled ? (
        <ActButton act={access(false)} done={readAnew}>
          {words.allow}
        </ActButton>
      ) : (
        <SureButton text={words.disable} question={words.disableSure} act={access(true)}
          done={readAnew} />
      )}
    </div>
  );
}

/** Who may sign in, in which role, and what of the site they see. */
export function PeopleSettings(): ReactElement {
  const { w, day } = useSpeech();
  const words = w.people;
  const session = useSession();
  const people = useGet("/api/v1/people");
  const sites = useGet("/api/v1/sites");
  const site_items = sites.data?.items ?? [];
  const seen = (person: Person): string =>
    person.sites.length === 0 || person.sites.includes("root")
      ? words.whole
      : person.sites.map((id) => site_items.find((site) => site.id === id)?.name ?? id).join(w.comma);
  return (
    <Card
      title={w.settings.parts.people}
      aside={
        <DialogButton text={words.add} title={words.add} style="main">
          {(close) => <PersonForm sites={site_items} close={close} />}
        </DialogButton>
      }
    >
      <Views list="settings/people" />
      <Loaded of={people}>
        {({ items }) => (
          <Table
            saves
            caption={w.settings.parts.people}
            heads={words.heads}
            list=""
            fields="name role sites since -"
            tight={[0, 1, 2, 3]}
            rows={items.map((person) => ({
              key: person.name,
              by: { 3: person.created_at },
              cells: [
                <span key="name">
                  <b>{person.name}</b>{" "}
                  {person.disabled ? <span className="warning">{words.disabled}</span> : null}
                </span>,
                roleName(person.role, w),
                seen(person),
                day(person.created_at),
                person.name === session.name ? (
                  <span className="soft">{words.self}</span>
                ) : (
                  <PersonButtons person={person} sites={site_items} />
                ),
              ],
            }))}
          />
        )}
      </Loaded>
    </Card>
  );
}
