import type { ReactElement } from "react";

import { post } from "../api/client";
import { readAnew, useGet } from "../api/queries";
import { useSpeech } from "../i18n/words";
import { Field, Form, SelectField } from "../ui/form";
import { root_site } from "./site_names";

/** A moment as people typed it, by their own clock. */
const momentOf = (text: string | undefined): string | null =>
  text ? new Date(text).toISOString() : null;

/** A time in which nothing is told of a site. */
export function MaintenanceForm({ close }: { close: () => void }): ReactElement {
  const { w } = useSpeech();
  const words = w.alerts;
  const sites = useGet("/api/v1/sites", {}, { every_ms: false });
  const options = [["", words.everywhere] as const,
    ...(sites.data?.items ?? []).filter(({ id }) => id !== root_site)
      .map(({ id, name }) => [id, name] as const)];
  return (
    <Form
      submit={words.addMaintenance}
      cancel={close}
      send={({ name, site, from, until, reason }) =>
        post("/api/v1/alert-settings/{kind}", { kind: "maintenance" }, {
          name, settings: { site, from: momentOf(from), until: momentOf(until), reason },
        })}
      done={() => {
        close();
        void readAnew();
      }}
    >
      <Field label={words.maintenanceName} hint={words.maintenanceNameHint} name="name" required
        maxLength={60} />
      <SelectField label={words.heads.site} name="site" options={options} />
      <Field label={words.heads.from} name="from" type="datetime-local" required />
      <Field label={words.heads.until} name="until" type="datetime-local" required />
      <Field label={words.maintenanceWhy} hint={words.maintenanceWhyHint} name="reason"
        maxLength={200} />
    </Form>
  );
}
