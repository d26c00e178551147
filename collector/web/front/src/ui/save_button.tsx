import { Suspense, useState } from "react";
import type { ReactElement } from "react";

import { postForFile } from "../api/client";
import { useSpeech } from "../i18n/words";
import { Dialog } from "./dialog";
import { part } from "./part";
import { Skeleton } from "./parts";
import type { SaveFormProps } from "./save_form";

const SaveForm = part<SaveFormProps>(() => import("./save_form"));

type Rows = readonly (readonly string[])[];

/** A button whose dialog saves something as a file, in the form that is chosen there. */
export function SaveFileButton({ name, text, ...form }: {
  /** Says aloud which list it is. */
  name?: string;
  text: string;
} & Omit<SaveFormProps, "close">): ReactElement {
  const { w } = useSpeech();
  const [open, setOpen] = useState(false);
  const close = (): void => setOpen(false);
  return (
    <>
      <button type="button" className="no-print" data-saves={name} aria-haspopup="dialog"
        onClick={() => setOpen(true)}>
        {text}{name === undefined ? null : <span className="unseen"> {name}</span>}
      </button>
      {open ? (
        <Dialog title={name ?? w.files.save} close={close}>
          <Suspense fallback={<Skeleton />}>
            <SaveForm {...form} close={close} />
          </Suspense>
        </Dialog>
      ) : null}
    </>
  );
}

/** Saves a list as the page shows it; the first row has the heads. */
export function SaveButton({ name, rows, count, text }: {
  /** Of the list and its file. */
  name: string;
  rows: () => Rows | Promise<Rows>;
  /** Rows without the heads, where they are known before. */
  count?: number;
  text?: string;
}): ReactElement {
  const { w } = useSpeech();
  const words = w.files;
  return (
    <SaveFileButton
      name={name}
      text={text ?? (count === undefined ? words.save : words.saveRows(count))}
      note={words.note(count)}
      names={[name]}
      make={async (format, replace) =>
        postForFile("/api/v1/exports", {
          list: name, format, replace, rows: (await rows()).map((row) => [...row]),
        })}
    />
  );
}
