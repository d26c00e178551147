import { useState } from "react";
import type { ReactElement } from "react";

import { post, remove } from "../api/client";
import { readAnew } from "../api/queries";
import { useSpeech } from "../i18n/words";
import { useMay } from "../session";
import { DialogButton, SureButton } from "../ui/dialog";
import { dayAhead, endOfDay, Field, Form, SelectField } from "../ui/form";
import { Table } from "../ui/table";
import type { Setting } from "./alerts";

// What stands in it: collector/notify/alert_settings.hpp.
interface Contact {
  address: string;
  phone: string;
  note: string;
  valid_until: string | null;
  deputy: string;
}

/** A new contact, or what is known of one. */
export function ContactForm({ setting, others, close }: {
  setting?: Setting;
  /** Who may stand in. */
  others: string[];
  close: () => void;
}): ReactElement {
  const { w } = useSpeech();
  const words = w.alerts.contact;
  const known = setting?.settings as Contact | undefined;
  // As it was when the form opened; what the list shows behind it goes on.
  const [seen_at] = useState(setting?.changed_at);
  return (
    <Form
      submit={words.save}
      cancel={close}
      means={({ code, detail }) => (code === "changed_meanwhile" ? undefined : detail)}
      done={() => {
        close();
        void readAnew();
      }}
      send={({ name, phone, address, note, deputy, valid_until }) => {
        const settings = { phone, address, note, deputy, valid_until: endOfDay(valid_until) };
        const body = { name, settings, seen_at };
        const place = { kind: "contact", id: String(setting?.id) };
        return setting ? post("/api/v1/alert-settings/{kind}/{id}", place, body)
          : post("/api/v1/alert-settings/{kind}", { kind: "contact" }, body);
      }}
    >
      <Field label={words.name} hint={words.nameHint} name="name" required maxLength={60}
        defaultValue={setting?.name} />
      <Field label={words.phone} hint={words.phoneHint} name="phone" maxLength={60}
        defaultValue={known?.phone} />
      <Field label={words.address} name="address" maxLength={200} defaultValue={known?.address} />
      <Field label={words.note} name="note" maxLength={200} defaultValue={known?.note} />
      <SelectField label={words.deputy} name="deputy" first={known?.deputy}
        options={[["", w.none], ...others.map((name) => [name, name] as const)]} />
      <Field label={words.validUntil} name="valid_until" type="date" min={dayAhead(0)}
        defaultValue={known?.valid_until?.slice(0, 10)} />
    </Form>
  );
}

/** Whom to phone: suppliers, keepers of devices, who is told by mail. */
export function Contacts({ items }: { items: Setting[] }): ReactElement {
  const { w, day } = useSpeech();
  const may = useMay();
  const words = w.alerts.contact;
  return (
    <Table
      saves
      caption={words.title}
      heads={[words.name, words.phone, words.address, words.note, words.deputy, words.validUntil, ""]}
      list="contacts"
      fields="name phone address note deputy until -"
      rows={items.map((item) => {
        const one = item.settings as Contact;
        const others = items.map(({ name }) => name).filter((name) => name !== item.name);
        return {
          key: item.id,
          by: { 5: one.valid_until ?? "" },
          cells: [
            <b key="name">{item.name}</b>, one.phone, one.address, one.note, one.deputy,
            one.valid_until ? day(one.valid_until) : w.noEnd,
            may.administer ? (
              <div className="row" key="buttons">
                <DialogButton text={w.alerts.form.change} title={item.name}>
                  {(close) => <ContactForm setting={item} others={others} close={close} />}
                </DialogButton>
                <SureButton text={w.alerts.form.remove} question={words.removeSure} done={readAnew}
                  act={() => remove("/api/v1/alert-settings/{kind}/{id}",
                    { kind: "contact", id: String(item.id) })} />
              </div>
            ) : null,
          ],
        };
      })}
    />
  );
}
