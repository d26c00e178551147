import type { ReactElement } from "react";

import { useAll } from "../api/queries";
import { useSpeech } from "../i18n/words";
import { DialogButton } from "../ui/dialog";
import { Loaded } from "../ui/parts";
import { Table } from "../ui/table";

function ItemList({ model }: { model: string }): ReactElement {
  const { w, day } = useSpeech();
  const words = w.programs;
  const items = useAll("/api/v1/models/profile-items", { model });
  return (
    <Loaded of={items}>
      {(rows) => rows.length === 0 ? <p>{words.noItems}</p> : (
        <Table
          caption={words.items}
          heads={words.itemHeads}
          tight={[2, 3]}
          rows={rows.map(({ kind, key, devices, since, set_by }) => ({
            key: `${kind} ${key}`,
            cells: [
              words.itemKinds[kind], <code key="key">{key}</code>, w.devices(devices),
              set_by ? `${day(since)} ${w.by(set_by)}` : day(since),
            ],
          }))}
        />
      )}
    </Loaded>
  );
}

/** What is usual for a model beside its programs, in a dialog. */
export function ModelItems({ model }: { model: string }): ReactElement {
  const { w } = useSpeech();
  return (
    <DialogButton text={w.programs.items} title={`${w.programs.items} (${model})`}>
      {(close) => (
        <>
          <ItemList model={model} />
          <div className="row buttons">
            <button type="button" onClick={close}>
              {w.deviceList.close}
            </button>
          </div>
        </>
      )}
    </DialogButton>
  );
}
