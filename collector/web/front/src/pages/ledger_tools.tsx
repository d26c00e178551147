import type { ReactElement } from "react";

import { download } from "../api/client";
import { column_keys } from "../domain/devices";
import { joined } from "../domain/filter";
import { useSpeech } from "../i18n/words";
import { linkTo } from "../router";
import { DialogButton } from "../ui/dialog";
import { SaveFileButton } from "../ui/save_button";
import { useViews, ViewBar } from "../ui/views";
import type { KeptView, ViewLink } from "../ui/views";
import { keepColumns } from "./ledger_list";
import type { Asked } from "./ledger_list";

/** Which columns the table has; remembered on this PC. */
export function ColumnChooser({ asked }: { asked: Asked }): ReactElement {
  const { w } = useSpeech();
  const words = w.deviceList;
  const choose = (columns: string): void => {
    keepColumns(columns);
    asked.change({ columns });
  };
  return (
    <DialogButton text={words.columns} title={words.columns}>
      {(close) => (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            const chosen = new FormData(event.currentTarget).getAll("column").map(String);
            choose(chosen.join(","));
            close();
          }}
        >
          <div className="columns">
            {column_keys.map((key) => (
              <label className="line" key={key}>
                <input
                  type="checkbox"
                  name="column"
                  value={key}
                  defaultChecked={asked.columns.includes(key)}
                  disabled={key === "name"}
                />
                <span>{words.heads[key]}</span>
              </label>
            ))}
          </div>
          <div className="row buttons">
            <button type="submit" className="main">
              {words.save}
            </button>
            <button
              type="button"
              onClick={() => {
                choose("");
                close();
              }}
            >
              {words.usualColumns}
            </button>
            <button type="button" onClick={close}>
              {w.cancel}
            </button>
          </div>
        </form>
      )}
    </DialogButton>
  );
}

/** The list as a file: the same devices, columns and order. */
export function ExportButton({ asked, count, narrowed }: {
  asked: Asked;
  count: number;
  /** What the list is narrowed by, in words. */
  narrowed: readonly string[];
}): ReactElement {
  const { w, language } = useSpeech();
  const { q, filter, sort, columns } = asked;
  return (
    <SaveFileButton
      text={w.files.save}
      note={w.files.noteDevices(count)}
      names={narrowed}
      make={(format, replace) => download("/api/v1/devices/export", {
        format, replace: replace ? "1" : "", lang: language, q, filter, sort,
        columns: columns.join(","),
      })}
    />
  );
}

/** Views of this person and of others; the open one is marked. */
export function Views({ asked }: { asked: Asked }): ReactElement {
  const { w } = useSpeech();
  const words = w.deviceList.views;
  const saved = useViews("devices");
  const shows = ({ filter, sort }: Partial<KeptView>): boolean =>
    asked.q === "" && asked.filter === filter && (!sort || sort === asked.sort);
  const usual = (key: string, text: string, filter: string): ViewLink =>
    ({ key, text, href: linkTo("/devices", { filter }), open: shows({ filter }) });
  // Narrows what is shown to a state, instead of showing something else.
  const narrowing = (key: string, text: string, state: string): ViewLink => ({
    key,
    text,
    href: linkTo("/devices", { q: asked.q, filter: asked.terms.join(" "), ...asked.quick, state }),
    open: asked.quick.state === state,
  });
  const links: ViewLink[] = [
    usual("all", words.all, ""),
    narrowing("action", words.action, "action"),
    narrowing("silent", words.silent, "silent"),
    usual("unwatched", words.unwatched, "class:ledger"),
    usual("no owner", words.noOwner, 'owner:""'),
    usual("out of use", words.outOfUse, "-stage:in_use"),
    ...saved.map(({ key, text, title, own, ...view }) => ({
      key,
      text,
      title,
      own,
      href: linkTo("/devices", { filter: view.filter, sort: view.sort, columns: view.columns }),
      open: shows(view),
    })),
  ];
  // Words of the search box are terms like the others.
  const words_typed = asked.q.split(/\s+/).filter(Boolean)
    .map((word) => `"${word.replace(/[\\"]/g, "\\$&")}"`);
  const now = {
    filter: joined(asked.filter, ...words_typed),
    sort: asked.sort,
    columns: asked.columns.join(","),
  };
  return <ViewBar list="devices" links={links} now={now} />;
}
