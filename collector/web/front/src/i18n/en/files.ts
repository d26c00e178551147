import type * as ja from "../ja/files";

export const files: typeof ja.files = {
  save: "Export",
  saveRows: (n) => (n === 1 ? "Export (1 row)" : `Export (${n} rows)`),
  savedAs: (name) => `Saved ${name}. It is among the browser's downloads.`,
  where: "The file will be among the browser's downloads.",
  note: (n) => (n === undefined ? "What the page shows, as a file."
    : `${n === 1 ? "1 row" : `${n} rows`}, with the columns and in the order of the screen, as a file.`),
  noteDevices: (n) =>
    `${n === 1 ? "1 device" : `${n} devices`}, with the columns and in the order of the screen.`,
  formats: {
    csv: "CSV (for today's Excel, UTF-8)",
    sjis: "CSV (for old programs, Shift_JIS)",
    xlsx: "Excel (XLSX)",
  },
  unfit: (which) => `Shift_JIS does not have these characters: ${which}`,
  unfitReplace: "Export with 〓 in their place",
};
