import { useId, useLayoutEffect, useRef, useState } from "react";
import type { ReactElement, ReactNode } from "react";

import { useSpeech } from "../i18n/words";
import { ActButton } from "./form";

/** A native dialog: the focus stays inside and returns to where it was; Escape closes it. */
export function Dialog({ title, close, children }: {
  title: ReactNode;
  close?: (() => void) | undefined;
  children: ReactNode;
}): ReactElement {
  const id = useId();
  const node = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const dialog = node.current;
    dialog?.showModal();
    // Links that tell what it is about stand before the first field.
    const field = dialog?.querySelector<HTMLElement>("input, select, textarea");
    field?.focus();
    if (field instanceof HTMLInputElement && field.type === "text") field.select();
    return () => {
      dialog?.close();
      // Browsers give a field the focus back without a place in its text.
      if (document.activeElement instanceof HTMLInputElement) document.activeElement.select();
    };
  }, []);
  return (
    <dialog
      ref={node}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        close?.();
      }}
      onClose={() => {
        // Browsers close it at the second Escape, whatever the page wants.
        if (close) close();
        else node.current?.showModal();
      }}
    >
      <h2 id={id} className="name">
        {title}
      </h2>
      {children}
    </dialog>
  );
}

/** A button that asks once more before it does something that is hard to undo. */
export function SureButton({ text, question, act, done }: {
  text: string;
  question: string;
  act: () => Promise<unknown>;
  done?: () => unknown;
}): ReactElement {
  const { w } = useSpeech();
  const [asking, setAsking] = useState(false);
  const close = (): void => setAsking(false);
  const finish = async (): Promise<void> => {
    close();
    await done?.();
  };
  return (
    <>
      <button type="button" aria-haspopup="dialog" onClick={() => setAsking(true)}>
        {text}
      </button>
      {asking ? (
        <Dialog title={text} close={close}>
          <p>{question}</p>
          <div className="row buttons">
            <ActButton act={act} done={finish} style="danger">
              {text}
            </ActButton>
            <button type="button" onClick={close}>
              {w.cancel}
            </button>
          </div>
        </Dialog>
      ) : null}
    </>
  );
}

/** A button that opens a dialog; its content is told how to close it. */
export function DialogButton({ text, title, style, children }: {
  text: ReactNode;
  title: ReactNode;
  style?: "main";
  children: (close: () => void) => ReactNode;
}): ReactElement {
  const [open, setOpen] = useState(false);
  const close = (): void => setOpen(false);
  return (
    <>
      <button
        type="button"
        className={style}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        {text}
      </button>
      {open ? (
        <Dialog title={title} close={close}>
          {children(close)}
        </Dialog>
      ) : null}
    </>
  );
}
