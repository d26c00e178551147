import { useState } from "react";
import type { ReactElement } from "react";

import { post, remove } from "../api/client";
import { readAnew, useGet } from "../api/queries";
import type { Token } from "../api/types";
import { useSpeech } from "../i18n/words";
import { useSession } from "../session";
import { DialogButton, SureButton } from "../ui/dialog";
import { Field, Form, SelectField } from "../ui/form";
import { Card, Loaded, Moment } from "../ui/parts";
import { ShownOnce } from "../ui/shown_once";
import { Table } from "../ui/table";
import { roleName, roles } from "./roles";

/** Makes a token, which is shown this once. */
function TokenForm({ close }: { close: () => void }): ReactElement {
  const { w } = useSpeech();
  const session = useSession();
  const words = w.tokens;
  const [token, setToken] = useState("");
  const finish = (): void => {
    close();
    void readAnew();
  };
  if (token)
    return (
      <ShownOnce says={words.made} done={finish}>
        <code className="key">{token}</code>
      </ShownOnce>
    );
  return (
    <Form submit={words.make} cancel={close}
      send={async ({ name, role, days }) => {
        const body = { name, role, days: Number(days), sites: session.sites };
        const made = await post("/api/v1/session/tokens", {}, body);
        setToken(made.token);
      }}>
      <Field label={words.name} hint={words.nameHint} name="name" required maxLength={60} />
      <SelectField label={words.role} name="role" first="viewer"
        options={roles.map((role) => [role, roleName(role, w)])} />
      <Field label={w.agents.days} name="days" type="number" defaultValue="90" min="1" max="400"
        required />
    </Form>
  );
}

function TokenTable({ items, of, whose }: {
  items: Token[];
  of: (token: Token) => () => Promise<void>;
  whose: boolean;
}): ReactElement {
  const { w, day } = useSpeech();
  const words = w.tokens;
  return (
    <Table
      saves={whose}
      caption={whose ? words.ofAll : words.title}
      heads={whose ? [words.person, ...words.heads] : words.heads}
      list={whose ? "tokens" : undefined}
      fields="person name role until used -"
      rows={items.map((token) => {
        const cells = [
          <span key="name">
            {token.name} <span className="soft small">{token.hint}</span>
          </span>,
          roleName(token.role, w),
          day(token.expires_at),
          <Moment key="used" at={token.last_used_at} />,
          token.in_force ? (
            <SureButton text={w.agents.revoke} question={words.revokeSure} act={of(token)}
              done={readAnew} />
          ) : (
            <span className="soft">{w.agents.revoked}</span>
          ),
        ];
        return {
          key: token.id,
          by: whose ? { 3: token.expires_at } : {},
          cells: whose ? [token.person, ...cells] : cells,
        };
      })}
    />
  );
}

/** One's own tokens for programs. */
export function OwnTokens(): ReactElement {
  const { w } = useSpeech();
  const words = w.tokens;
  const page = useGet("/api/v1/session/tokens");
  return (
    <Card
      title={words.title}
      aside={
        <DialogButton text={words.make} title={words.make} style="main">
          {(close) => <TokenForm close={close} />}
        </DialogButton>
      }
    >
      <p>{words.intro}</p>
      <Loaded of={page}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="soft">{words.none}</p>
          ) : (
            <TokenTable items={items} whose={false}
              of={({ id }) => () => remove("/api/v1/session/tokens/{id}", { id: String(id) })} />
          )
        }
      </Loaded>
    </Card>
  );
}

/** Everybody's tokens, for administrators. */
export function AllTokens(): ReactElement {
  const { w } = useSpeech();
  const page = useGet("/api/v1/tokens");
  return (
    <Card title={w.tokens.ofAll}>
      <Loaded of={page}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="soft">{w.tokens.none}</p>
          ) : (
            <TokenTable items={items} whose
              of={({ id }) => () => remove("/api/v1/tokens/{id}", { id: String(id) })} />
          )
        }
      </Loaded>
    </Card>
  );
}
