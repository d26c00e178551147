import type { ReactElement } from "react";

import { post } from "../api/client";
import type { Answer } from "../api/client";
import { readAnew, useGet } from "../api/queries";
import type { Site } from "../api/types";
import { useSpeech } from "../i18n/words";
import { DialogButton, SureButton } from "../ui/dialog";
import { ActButton, Field, Form, SelectField } from "../ui/form";
import { Card, Loaded } from "../ui/parts";
import { Table } from "../ui/table";
import { roleName, roles } from "./roles";
import { SiteChoice, sitesOf } from "./site_choice";

type View = Answer<"/api/v1/directory">;
type Role = View["roles"][number];

const put = (items: Role[]): Promise<unknown> => post("/api/v1/directory/roles", {}, { items });

function RoleForm({ all, at, sites, close }: {
  all: Role[];
  /** Which one is changed; behind the last: it is a new one. */
  at: number;
  sites: Site[];
  close: () => void;
}): ReactElement {
  const { w } = useSpeech();
  const words = w.directory.groups;
  const before = all[at];
  return (
    <Form
      submit={words.save}
      cancel={close}
      send={(values) => {
        const { group = "", role = "" } = values;
        const chosen = sitesOf(values);
        const now = { group: group.trim(), role, sites: chosen.length > 0 ? chosen : ["root"] };
        return put([...all.slice(0, at), now, ...all.slice(at + 1)]);
      }}
      done={() => {
        close();
        void readAnew();
      }}
    >
      <Field label={words.group} hint={words.groupHint} name="group" required maxLength={400}
        defaultValue={before?.group ?? ""} />
      <SelectField label={w.people.role} name="role" first={before?.role ?? "viewer"}
        options={roles.map((role) => [role, roleName(role, w)])} />
      <SiteChoice sites={sites} chosen={before?.sites ?? []} />
    </Form>
  );
}

/** Which groups of the hospital's directory give which role. */
export function DirectoryGroups(): ReactElement {
  const { w } = useSpeech();
  const words = w.directory.groups;
  const page = useGet("/api/v1/directory", {}, { every_ms: 60_000 });
  const site_list = useGet("/api/v1/sites", {}, { every_ms: 60_000 });
  const sites = site_list.data?.items ?? [];
  const seen = ({ sites: ids }: Role): string =>
    ids.includes("root") ? w.people.whole
      : ids.map((id) => sites.find((site) => site.id === id)?.name ?? id).join(w.comma);
  return (
    <Loaded of={page}>
      {({ configured, kind, hosts, from, roles: all }) => (
        <Card
          title={words.title}
          aside={configured ? (
            <DialogButton text={words.add} title={words.add}>
              {(close) => <RoleForm all={all} at={all.length} sites={sites} close={close} />}
            </DialogButton>
          ) : null}
        >
          <p>{words.intro}</p>
          {configured ? (
            <>
              <p className="soft">
                {words.asked(words.kinds[kind === "ldap" ? "ldap" : "active_directory"],
                  hosts.join(w.comma))}
              </p>
              <Table
                saves
                caption={words.title}
                heads={words.heads}
                tight={[0, 2]}
                rows={all.map((role, i) => ({
                  key: `${i} ${role.group}`,
                  cells: [
                    String(i + 1),
                    <span key="group" className="name">{role.group}</span>,
                    roleName(role.role, w),
                    seen(role),
                    <div className="row" key="buttons">
                      <DialogButton text={words.change} title={role.group}>
                        {(close) => <RoleForm all={all} at={i} sites={sites} close={close} />}
                      </DialogButton>
                      {i > 0 ? (
                        <ActButton done={readAnew} act={() => put(
                          all.map((one, k) => (k === i ? all[i - 1] : k === i - 1 ? role : one) ?? one))}>
                          {words.up} <span className="unseen">{role.group}</span>
                        </ActButton>
                      ) : null}
                      {all.length > 1 ? (
                        <SureButton text={words.remove} question={words.removeSure} done={readAnew}
                          act={() => put(all.filter((_, k) => k !== i))} />
                      ) : null}
                    </div>,
                  ],
                }))}
              />
              <p className="soft">
                {from === "page" ? words.fromPage : words.fromSettings} {words.when}
              </p>
              {from === "page" ? (
                <SureButton text={words.back} question={words.backSure} done={readAnew}
                  act={() => put([])} />
              ) : null}
            </>
          ) : (
            <p className="soft">{words.none}</p>
          )}
        </Card>
      )}
    </Loaded>
  );
}
