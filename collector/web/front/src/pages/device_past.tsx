import { useState } from "react";
import type { ReactElement, ReactNode } from "react";

import { useGet } from "../api/queries";
import type { DeviceView } from "../api/types";
import { useSpeech } from "../i18n/words";
import { dayAhead } from "../ui/form";
import { Card, Loaded } from "../ui/parts";

const first_day = "2000-01-01";

/** The device as it was at the end of a day; `children` draws what is known of it. */
export function PastState({ id, children }: {
  id: string;
  children: (view: DeviceView) => ReactNode;
}): ReactElement {
  const { w, day } = useSpeech();
  const words = w.device.past;
  const [date, setDate] = useState("");
  const at = date ? new Date(`${date}T23:59:59`).toISOString() : "";
  const past = useGet("/api/v1/devices/{id}", { id, at }, { enabled: date !== "", every_ms: false });
  return (
    <Card
      title={words.title}
      className="no-print"
      aside={
        <label className="row">
          <span>{words.day}</span>
          <input
            type="date"
            min={first_day}
            max={dayAhead(0)}
            onChange={({ target }) => {
              // Who types it passes through the years 2, 20 and 202.
              if (target.validity.valid) setDate(target.value);
            }}
          />
        </label>
      }
    >
      {date ? (
        <Loaded of={past}>
          {(view) => view.sections.length === 0 ? (
            <p className="soft">{words.nothing(day(at))}</p>
          ) : (
            <>
              <p><b>{words.as(day(at))}</b></p>
              {children(view)}
            </>
          )}
        </Loaded>
      ) : (
        <p className="soft">{words.hint}</p>
      )}
    </Card>
  );
}
