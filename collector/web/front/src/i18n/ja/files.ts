/** Saving lists as files. */
export const files = {
  save: "書き出す",
  saveRows: (n: number) => `書き出す（${n}行）`,
  savedAs: (name: string) => `${name} を保存しました。ブラウザの「ダウンロード」にあります。`,
  where: "ファイルは、ブラウザの「ダウンロード」に入ります。",
  note: (n: number | undefined) =>
    n === undefined ? "画面と同じ内容を、ファイルに保存します。"
      : `画面と同じ ${n}行を、同じ列と順番で、ファイルに保存します。`,
  noteDevices: (n: number) => `画面と同じ ${n}台を、同じ列と順番で書き出します。`,
  formats: {
    csv: "CSV（いまのExcel向け、UTF-8）",
    sjis: "CSV（古いソフト向け、Shift_JIS）",
    xlsx: "Excel（XLSX）",
  },
  unfit: (which: string) => `Shift_JIS にない文字があります：${which}`,
  unfitReplace: "〓 に置きかえて書き出す",
};
