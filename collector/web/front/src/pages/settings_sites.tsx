import type { ReactElement } from "react";

import { post, remove } from "../api/client";
import { readAnew, useGet } from "../api/queries";
import type { Site } from "../api/types";
import { useSpeech } from "../i18n/words";
import { Link, linkTo } from "../router";
import { DialogButton, SureButton } from "../ui/dialog";
import { Field, Form, SelectField } from "../ui/form";
import { Card, Loaded } from "../ui/parts";
import { Table } from "../ui/table";
import { Views } from "../ui/views";
import { root_site } from "./site_names";

/** Sites in the order of their tree, each with its depth. */
export function treeOf(sites: readonly Site[]): { site: Site; depth: number }[] {
  const ids = new Set(sites.map(({ id }) => id));
  const rows: { site: Site; depth: number }[] = [];
  const add = (parent: string, depth: number): void => {
    for (const site of sites) {
      const above = ids.has(site.parent) ? site.parent : "";
      if (above !== parent || rows.some((row) => row.site.id === site.id)) continue;
      rows.push({ site, depth });
      add(site.id, depth + 1);
    }
  };
  add("", 0);
  return rows;
}

function SiteForm({ sites, site, close }: {
  sites: Site[];
  site?: Site;
  close: () => void;
}): ReactElement {
  const { w } = useSpeech();
  const words = w.sites;
  const parents = sites
    .filter(({ id }) => id !== site?.id)
    .map(({ id, name }) => [id, name || words.root] as const);
  const is_root = site?.id === root_site;
  return (
    <Form submit={site ? words.change : words.add} cancel={close}
      send={({ name, parent }) => {
        const body = { name, parent };
        return site ? post("/api/v1/sites/{id}", { id: site.id }, body)
          : post("/api/v1/sites", {}, body);
      }}
      done={() => {
        close();
        void readAnew();
      }}>
      <Field label={words.name} name="name" required maxLength={60} defaultValue={site?.name} />
      {is_root ? null : (
        <SelectField label={words.parent} name="parent" options={parents}
          first={site ? site.parent : parents[0]?.[0]} />
      )}
    </Form>
  );
}

/** Departments and hospitals, and how many devices each has. */
export function SiteSettings(): ReactElement {
  const { w } = useSpeech();
  const words = w.sites;
  const page = useGet("/api/v1/sites");
  return (
    <Loaded of={page}>
      {({ items }) => (
        <Card
          title={w.settings.parts.sites}
          aside={
            <DialogButton text={words.add} title={words.add} style="main">
              {(close) => <SiteForm sites={items} close={close} />}
            </DialogButton>
          }
        >
          <p>{words.intro}</p>
          <Views list="settings/sites" />
          <Table
            saves
            caption={w.settings.parts.sites}
            heads={words.heads}
            list=""
            fields="name devices -"
            rows={treeOf(items).map(({ site, depth }) => ({
              key: site.id,
              by: { 1: site.devices },
              cells: [
                <span key="name" style={{ paddingInlineStart: `${depth * 1.5}em` }}>
                  {site.name || words.root}
                </span>,
                <Link key="devices" href={linkTo("/devices", { site: site.id })}>
                  {w.devices(site.devices)}
                </Link>,
                <div className="row" key="buttons">
                  <DialogButton text={words.change} title={site.name || words.root}>
                    {(close) => <SiteForm sites={items} site={site} close={close} />}
                  </DialogButton>
                  {site.id === root_site ? null : (
                    <SureButton text={words.remove} question={words.removeSure} done={readAnew}
                      act={() => remove("/api/v1/sites/{id}", { id: site.id })} />
                  )}
                </div>,
              ],
            }))}
          />
        </Card>
      )}
    </Loaded>
  );
}
