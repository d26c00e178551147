// The language of the page, and what of it depends on the language: words, times, texts of findings.
import { ja } from "./words_ja.js";
import { en } from "./words_en.js";

const remembered = localStorage.getItem("mimamori.language");
let language = remembered ?? (navigator.language.startsWith("ja") ? "ja" : "en");
document.documentElement.lang = language;

export const words = () => (language === "ja" ? ja : en);
export const languageNow = () => language;

export function switchLanguage() {
  language = language === "ja" ? "en" : "ja";
  localStorage.setItem("mimamori.language", language);
  document.documentElement.lang = language;
}

/** A text that the collector delivers in both languages. */
export const both = (texts) => texts?.[language] ?? "";

/** Lines that the collector delivers in both languages. */
export const lines = (texts) => texts?.[language] ?? [];

/** The same as one text. */
export const joined = (texts) => lines(texts).join(language === "ja" ? "" : " ");

const locale = () => (language === "ja" ? "ja-JP" : "en-GB");

export const day = (moment) => (moment ? new Date(moment).toLocaleDateString(locale()) : "");

export const exact = (moment) =>
  moment ? new Date(moment).toLocaleString(locale(), { dateStyle: "short", timeStyle: "short" }) : "";

/** How long ago: up to seven days as an age, then as a date. */
export function when(moment) {
  const w = words();
  if (!moment) return w.never;
  const minutes = Math.floor((Date.now() - new Date(moment).getTime()) / 60000);
  if (minutes < 1) return w.justNow;
  if (minutes < 60) return w.ago.minutes(minutes);
  if (minutes < 48 * 60) return w.ago.hours(Math.floor(minutes / 60));
  if (minutes < 7 * 24 * 60) return w.ago.days(Math.floor(minutes / 1440));
  return day(moment);
}

/** A file's own name without its folders. */
export const fileName = (path) => path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);

/** Some names and how many more there are. */
export function someOf(names, total) {
  const w = words();
  const shown = names.join(w.comma);
  return total > names.length ? w.andMore(shown, total - names.length) : shown;
}
