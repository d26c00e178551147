import type { ReactElement } from "react";

import type { EventItem } from "../api/types";
import { isolated } from "../domain/isolate";
import { useSpeech } from "../i18n/words";
import type { Words } from "../i18n/ja";

/** A file's own name without its folders. */
export const fileName = (path: string): string =>
  path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);

/** What an event is about, for people. */
export function eventText({ usb, program, antivirus, text, user }: EventItem): string {
  const thing = usb && [usb.vendor, usb.product, usb.serial].filter(Boolean).join(" ");
  const of = [
    thing,
    program && fileName(program.path),
    antivirus?.name,
    // Agents repeat the name of a USB device in their own words.
    thing?.includes(text ?? "") ? "" : text,
    user && `(${user})`,
  ];
  return of.map((part) => isolated(part || "")).filter(Boolean).join(" ");
}

export function EventKind({ kind }: { kind: string }): ReactElement {
  const { w } = useSpeech();
  const known = Object.hasOwn(w.events, kind);
  return <>{known ? w.events[kind as keyof Words["events"]] : kind}</>;
}
