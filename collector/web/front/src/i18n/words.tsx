import { createContext, use } from "react";

import { nowByCollector } from "../api/clock";
import type { Lines, Texts } from "../api/types";
import { isolated, isolating } from "../domain/isolate";
import type { Words } from "./ja";

export type Language = "ja" | "en";

const key = "mimamori.language";

/** The language chosen before, or the browser's. */
export function firstLanguage(): Language {
  const remembered = localStorage.getItem(key);
  if (remembered === "ja" || remembered === "en") return remembered;
  return navigator.language.startsWith("ja") ? "ja" : "en";
}

export function rememberLanguage(language: Language): void {
  localStorage.setItem(key, language);
  document.documentElement.lang = language;
}

export const LanguageContext = createContext<Language>("ja");

/** What a page needs to speak: its words, times and the texts that the collector delivers. */
export interface Speech {
  language: Language;
  w: Words;
  /** A text that the collector delivers in both languages. */
  both: (texts: Texts) => string;
  lines: (texts: Lines) => string[];
  /** Lines as one text. */
  joined: (texts: Lines) => string;
  day: (moment: string | null | undefined) => string;
  exact: (moment: string | null | undefined) => string;
  /** How long ago: up to seven days as an age, then as a date. */
  when: (moment: string | null | undefined) => string;
  /** Some names and how many more there are. */
  someOf: (names: readonly string[], total: number) => string;
}

const minute_ms = 60_000;
const hour_minutes = 60;
const day_minutes = 24 * hour_minutes;

/** An age in words; `now` in milliseconds. */
export function ageOf(moment: string, now: number, w: Words): string | undefined {
  const minutes = Math.floor((now - new Date(moment).getTime()) / minute_ms);
  if (minutes < 1) return w.justNow;
  if (minutes < hour_minutes) return w.ago.minutes(minutes);
  if (minutes < 2 * day_minutes) return w.ago.hours(Math.floor(minutes / hour_minutes));
  if (minutes < 7 * day_minutes) return w.ago.days(Math.floor(minutes / day_minutes));
  return undefined;
}

function speechOf(language: Language, words: Words): Speech {
  const w = isolating(words);
  const locale = language === "ja" ? "ja-JP" : "en-GB";
  const lines = (texts: Lines): string[] => texts[language];
  const day = (moment: string | null | undefined): string =>
    moment ? new Date(moment).toLocaleDateString(locale) : "";
  return {
    language,
    w,
    both: (texts) => texts[language],
    lines,
    joined: (texts) => lines(texts).join(language === "ja" ? "" : " "),
    day,
    exact: (moment) =>
      moment
        ? new Date(moment).toLocaleString(locale, { dateStyle: "short", timeStyle: "short" })
        : "",
    when: (moment) => (moment ? ageOf(moment, nowByCollector(), w) ?? day(moment) : w.never),
    someOf: (names, total) => {
      const shown = names.map(isolated).join(w.comma);
      return total > names.length ? w.andMore(shown, total - names.length) : shown;
    },
  };
}

// A page speaks one language: the other one's words come when somebody asks for them.
const dictionaries: Record<Language, () => Promise<Words>> = {
  ja: async () => (await import("./ja")).ja,
  en: async () => (await import("./en")).en,
};
const speeches = new Map<Language, Speech>();

/** Brings the words of a language; before that it cannot be spoken. */
export async function loadLanguage(language: Language): Promise<void> {
  if (!speeches.has(language))
    speeches.set(language, speechOf(language, await dictionaries[language]()));
}

export function speechIn(language: Language): Speech {
  const speech = speeches.get(language);
  if (!speech) throw new Error(`the words of ${language} are not loaded`);
  return speech;
}

export const useSpeech = (): Speech => speechIn(use(LanguageContext));
