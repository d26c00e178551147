import { useRef } from "react";
import type { ReactElement } from "react";

import { nowByCollector } from "../api/clock";
import { useSpeech } from "../i18n/words";
import { dayAhead, Field } from "./form";

const friday = 5;
const week_days = 7;

/** From today: today, the week's Friday or the next one, a week; each once. */
export function usualDays(today: number): number[] {
  return [...new Set([0, (friday - today + week_days) % week_days, week_days])];
}

/** A day until which something is done: any, and those that are meant most are one press away. */
export function DueField({ label, name }: { label: string; name: string }): ReactElement {
  const { w, language } = useSpeech();
  const input = useRef<HTMLInputElement>(null);
  const textOf = (days: number): string => {
    if (days === 0) return w.findings.dueToday;
    const [year = 0, month = 1, day = 1] = dayAhead(days).split("-").map(Number);
    return new Date(year, month - 1, day).toLocaleDateString(
      language === "ja" ? "ja-JP" : "en-GB", { month: "numeric", day: "numeric", weekday: "short" });
  };
  return (
    <>
      <Field label={label} name={name} type="date" min={dayAhead(0)} inputRef={input} />
      <div className="row days">
        {usualDays(new Date(nowByCollector()).getDay()).map((days) => (
          <button type="button" key={days}
            onClick={() => {
              if (input.current) input.current.value = dayAhead(days);
            }}>
            {textOf(days)}
          </button>
        ))}
      </div>
    </>
  );
}
