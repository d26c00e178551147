import { useState } from "react";
import type { ReactElement } from "react";

import { download, Problem } from "../api/client";
import { saveAs } from "../domain/csv";
import { column_keys } from "../domain/devices";
import { joined } from "../domain/filter";
import { useSpeech } from "../i18n/words";
import { linkTo } from "../router";
import { DialogButton } from "../ui/dialog";
import { ActButton, dayAhead } from "../ui/form";
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

/** What no file system takes becomes a line. */
const forFileName = (text: string): string => text.replace(/[\\/:*?"<>|\s\p{C}]+/gu, "_");

type Format = "csv" | "sjis" | "xlsx";

/** The list as a file: the same devices, columns and order. */
export function ExportButton({ asked, count, narrowed }: {
  asked: Asked;
  count: number;
  /** What the list is narrowed by, in words. */
  narrowed: readonly string[];
}): ReactElement {
  const { w, language } = useSpeech();
  const words = w.deviceList;
  const [unfit, setUnfit] = useState("");
  const [saved, setSaved] = useState("");
  const save = async (format: Format, replace: string): Promise<void> => {
    const { q, filter, sort, columns } = asked;
    try {
      const file = await download("/api/v1/devices/export", {
        format, replace, lang: language, q, filter, sort, columns: columns.join(","),
      });
      const parts = ["mimamori", dayAhead(0), ...narrowed.map(forFileName)];
      const name = `${parts.join("-").slice(0, 80)}.${format === "xlsx" ? "xlsx" : "csv"}`;
      saveAs(name, file);
      setUnfit("");
      setSaved(name);
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== "does_not_fit") throw error;
      setUnfit(error.detail ?? "?");
    }
  };
  return (
    <DialogButton text={words.exportAs} title={words.exportAs}>
      {(close) => (
        <>
          <p>{words.exportNote(count)}</p>
          <div className="stack-buttons">
            <ActButton style="main" act={() => save("xlsx", "")}>
              {words.formats.xlsx}
            </ActButton>
            <ActButton act={() => save("csv", "")}>{words.formats.csv}</ActButton>
            <ActButton act={() => save("sjis", "")}>{words.formats.sjis}</ActButton>
          </div>
          {saved && !unfit ? (
            <p className="note good" role="status">
              {words.savedAs(saved)}
            </p>
          ) : null}
          {unfit ? (
            <div className="note bad" role="alert">
              <p>{words.unfit(unfit)}</p>
              <ActButton act={() => save("sjis", "1")}>{words.unfitReplace}</ActButton>
            </div>
          ) : null}
          <div className="row buttons">
            <button type="button" onClick={close}>
              {words.close}
            </button>
          </div>
        </>
      )}
    </DialogButton>
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
