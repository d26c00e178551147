import { useState } from "react";
import type { ReactElement } from "react";

import { useGet } from "../api/queries";
import { useSpeech } from "../i18n/words";
import { Card, Loaded } from "../ui/parts";
import { Table } from "../ui/table";
import { fieldName } from "./settings_policies";
import { useSiteName } from "./site_names";

function Values({ id }: { id: string }): ReactElement {
  const { w } = useSpeech();
  const words = w.policies;
  const site_name = useSiteName();
  const page = useGet("/api/v1/devices/{id}/policy", { id }, { every_ms: false });
  const where = (scope: string, value: string): string => {
    if (!scope) return words.standard;
    return scope === "site" ? site_name(value)
      : `${words.scopes[scope as "zone"] ?? scope}${w.colon}${value}`;
  };
  return (
    <Loaded of={page}>
      {({ items }) => (
        <Table
          caption={words.effective}
          heads={words.effectiveHeads}
          rows={items.map(({ key, value, scope, scope_value }) => ({
            key,
            cells: [fieldName(key, w), value || "―", where(scope, scope_value)],
          }))}
        />
      )}
    </Loaded>
  );
}

/** Each value that holds for a device, and where it was set; read when somebody wants it. */
export function DevicePolicy({ id }: { id: string }): ReactElement {
  const { w } = useSpeech();
  const [open, setOpen] = useState(false);
  return (
    <Card className="no-print">
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>{w.policies.effective}</summary>
        {open ? <Values id={id} /> : null}
      </details>
    </Card>
  );
}
