import { useState } from "react";
import type { ReactElement } from "react";

import { Problem } from "../api/client";
import { forFileName, saveAs } from "../domain/save_as";
import { useSpeech } from "../i18n/words";
import { ActButton, dayAhead } from "./form";

export type FileFormat = "csv" | "sjis" | "xlsx";

export interface SaveFormProps {
  /** What the file will hold, in a sentence. */
  note: string;
  /** What its name tells beside the product and the day. */
  names: readonly string[];
  /** Makes it; `replace`: what the format cannot write becomes 〓. */
  make: (format: FileFormat, replace: boolean) => Promise<Blob>;
  close: () => void;
}

/** In which form the file is wanted; says what it is called, and what does not fit into it. */
export default function SaveForm({ note, names, make, close }: SaveFormProps): ReactElement {
  const { w } = useSpeech();
  const words = w.files;
  const [unfit, setUnfit] = useState("");
  const [saved, setSaved] = useState("");
  const save = async (format: FileFormat, replace = false): Promise<void> => {
    try {
      const file = await make(format, replace);
      const parts = ["mimamori", dayAhead(0), ...names.map(forFileName)];
      const name = `${parts.join("-").slice(0, 80)}.${format === "xlsx" ? "xlsx" : "csv"}`;
      saveAs(name, file);
      setUnfit("");
      setSaved(name);
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== "does_not_fit") throw error;
      setSaved("");
      setUnfit(error.detail ?? "?");
    }
  };
  return (
    <>
      <p>{note}</p>
      <div className="stack-buttons">
        <ActButton style="main" act={() => save("xlsx")}>{words.formats.xlsx}</ActButton>
        <ActButton act={() => save("csv")}>{words.formats.csv}</ActButton>
        <ActButton act={() => save("sjis")}>{words.formats.sjis}</ActButton>
      </div>
      {/* Has its place before there is something to say: what is aimed at stays where it is. */}
      <p className={saved ? "note good saved" : "note saved"} role="status">
        {saved ? words.savedAs(saved) : words.where}
      </p>
      {unfit ? (
        <div className="note bad" role="alert">
          <p>{words.unfit(unfit)}</p>
          <ActButton act={() => save("sjis", true)}>{words.unfitReplace}</ActButton>
        </div>
      ) : null}
      <div className="row buttons">
        <button type="button" onClick={close}>
          {w.deviceList.close}
        </button>
      </div>
    </>
  );
}
