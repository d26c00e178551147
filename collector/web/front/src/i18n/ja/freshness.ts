export const freshness = {
  of: { pattern: "ウイルス定義の古さ", patch: "更新プログラムの古さ" },
  sentence: {
    pattern: (old: number, unknown: number) =>
      old > 0 ? `対応が必要なほどウイルス定義が古い端末が ${old} 台あります`
      : unknown > 0 ? `ウイルス定義の日付が分からない端末が ${unknown} 台あります`
      : "対応が必要なほどウイルス定義が古い端末はありません",
    patch: (old: number, unknown: number) =>
      old > 0 ? `対応が必要なほど長く更新プログラムが入っていない端末が ${old} 台あります`
      : unknown > 0 ? `どこまで更新したか分からない端末が ${unknown} 台あります`
      : "対応が必要なほど長く更新プログラムが入っていない端末はありません",
  },
  means: {
    pattern: (warning: number, action: number) =>
      `端末に入っている、いちばん新しいウイルス定義の日付から数えた日数です。病院全体の決まりでは、${warning}日を超えると注意、${action}日を超えると要対応です。`,
    patch: (warning: number, action: number) =>
      `その端末に入っている、いちばん新しいセキュリティ更新が出た日から数えた日数です。病院全体の決まりでは、${warning}か月分の遅れで注意、${action}か月分で要対応です。`,
  },
  bars: {
    pattern: ["0〜1日", "2〜3日", "4〜7日", "8〜14日", "15〜30日", "31日〜", "不明"],
    patch: ["〜35日", "〜65日", "〜95日", "〜185日", "〜1年", "1年〜", "不明"],
  },
  bySite: "部署ごと（古いものが多い順）",
  byProduct: "ウイルス対策ソフトごと",
  product: "ソフト",
  noProduct: "（見つからない）",
  oldest: "古い順の端末",
  heads: ["古さ", "日付", "端末名", "部署", "ソフト・OS", "状態", "最後の連絡"],
  days: (n: number) => `${n}日`,
  nothing: "当てはまる端末はありません。",
};
