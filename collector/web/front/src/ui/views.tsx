import type { ReactElement } from "react";

import { post, remove } from "../api/client";
import { readAnew, useGet } from "../api/queries";
import { queryOf } from "../domain/views";
import { useSpeech } from "../i18n/words";
import { Link, useQueryOfPage } from "../router";
import { useMay } from "../session";
import { DialogButton, SureButton } from "./dialog";
import { Check, Field, Form } from "./form";

export interface ViewLink {
  key: string;
  text: string;
  title?: string | undefined;
  href: string;
  open: boolean;
  /** One's own can be removed; by its id. */
  own?: number | undefined;
}

export interface KeptView {
  filter: string;
  sort: string;
  columns: string;
}

/** How a list can be looked at; the open view is marked, and what is new can be kept. */
export function ViewBar({ list, links, now }: {
  list: string;
  links: ViewLink[];
  /** What is kept under a name. */
  now: KeptView;
}): ReactElement {
  const { w } = useSpeech();
  const words = w.deviceList.views;
  const may = useMay();
  const open = links.filter((link) => link.open).at(-1);
  return (
    <div className="row views no-print">
      {links.length > 0 ? (
        <nav className="tabs" aria-label={words.label}>
          {links.map((link) => (
            <Link
              key={link.key}
              href={link.href}
              title={link.title}
              aria-current={link === open ? "page" : undefined}
            >
              {link.text}
            </Link>
          ))}
        </nav>
      ) : null}
      {open?.own !== undefined ? (
        <SureButton
          text={words.remove}
          question={words.removeSure(open.text)}
          act={() => remove("/api/v1/views/{id}", { id: String(open.own) })}
          done={readAnew}
        />
      ) : (
        <DialogButton text={words.keep} title={words.keep}>
          {(close) => (
            <Form
              submit={w.deviceList.save}
              cancel={close}
              send={(values) =>
                post("/api/v1/views", {}, {
                  list, name: values["name"] ?? "", ...now, shared: values["shared"] === "on",
                })}
              done={() => {
                close();
                void readAnew();
              }}
            >
              <Field label={words.name} name="name" required maxLength={40} />
              {may.operate ? (
                <>
                  <Check name="shared" text={words.share} />
                  <p className="hint">{words.shareHint}</p>
                </>
              ) : null}
            </Form>
          )}
        </DialogButton>
      )}
    </div>
  );
}

/** The saved views of a list. */
export function useViews(list: string) {
  const { w } = useSpeech();
  const saved = useGet("/api/v1/views", { list }, { every_ms: false });
  return (saved.data?.items ?? []).map((view) => ({
    ...view,
    key: String(view.id),
    text: view.name,
    title: view.own ? view.name : w.deviceList.views.shared(view.who),
    own: view.own ? view.id : undefined,
  }));
}

/** Views of a page whose address says all. `list` is its path. */
export function Views({ list }: { list: string }): ReactElement {
  const { w } = useSpeech();
  const [query] = useQueryOfPage();
  const views = useViews(list);
  const now = queryOf(query);
  const links: ViewLink[] = views.map(({ key, text, title, own, filter }) => ({
    key, text, title, own, href: `/${list}?${filter}`, open: filter === now,
  }));
  if (links.length > 0)
    links.unshift({ key: "all", text: w.deviceList.views.all, href: `/${list}`, open: now === "" });
  return <ViewBar list={list} links={links} now={{ filter: now, sort: "", columns: "" }} />;
}
