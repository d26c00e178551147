import type { ReactElement } from "react";

import { post } from "../api/client";
import { readAnew } from "../api/queries";
import type { Finding } from "../api/types";
import { useSpeech } from "../i18n/words";
import { DialogButton } from "../ui/dialog";
import { Field, Form } from "../ui/form";

const kinds = {
  port_unexpected: "port", service_unexpected: "service", peer_unexpected: "peer",
} as const;

/** Makes what the finding is about usual for the model of its device. */
export function MakeUsual({ finding }: { finding: Finding }): ReactElement | null {
  const { w } = useSpeech();
  const words = w.findings;
  const { rule, subject } = finding;
  const { model } = finding.evidence as { model?: string };
  if (!Object.hasOwn(kinds, rule) || !model) return null;
  const kind = kinds[rule as keyof typeof kinds];
  return (
    <DialogButton text={words.makeUsual} title={words.makeUsual}>
      {(close) => (
        <Form
          send={async ({ reason = "" }) => {
            await post("/api/v1/models/profile-items", {}, { model, kind, key: subject, reason });
            close();
            await readAnew();
          }}
          submit={words.makeUsual}
          cancel={close}
        >
          <p>{words.makeUsualHint(model, subject)}</p>
          <Field label={words.reason} name="reason" maxLength={500} required />
        </Form>
      )}
    </DialogButton>
  );
}
