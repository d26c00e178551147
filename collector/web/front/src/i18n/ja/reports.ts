export const reports = {
  intro: "院長や委員会に見せる、A4で1枚の報告です。先月までの分は、その月の終わりのまま残っています。",
  which: "月",
  month: (month: string) => {
    const [year, number] = month.split("-");
    return `${year}年${Number(number)}月`;
  },
  title: (month: string) => `情報セキュリティ月次報告　${month}`,
  until: (day: string) => `${day} まで`,
  goesOn: "（途中です。月が変わると確定します）",
  sentence: (score: number, before: number | null) =>
    before === null ? `総合点は ${score} 点です`
    : score > before ? `総合点は ${before} 点から ${score} 点に上がりました`
    : score < before ? `総合点は ${before} 点から ${score} 点に下がりました`
    : `総合点は ${score} 点で、先月末と同じです`,
  noScore: "この月の記録がありません",
  changes: (opened: number, resolved: number, people: number) =>
    `新しく見つかったこと ${opened}件、直ったこと ${resolved}件${people > 0 ? `（うち人が完了にしたもの ${people}件）` : ""}。`,
  inNeed: (action: number, all: number) => `全 ${all}台のうち ${action}台に、対応が必要です。`,
  sinceBefore: "先月末から",
  better: "よくなったこと",
  worse: "悪くなったこと",
  noneBetter: "減ったものはありません。",
  noneWorse: "増えたものはありません。",
  asOfNow: "いま",
  ruleHeads: ["見ていること", "月のはじめ", "月の終わり"],
  cases: (n: number) => `${n}件`,
  sites: "点数が動いた部署",
  siteHeads: ["部署", "台数", "先月末", "今月", "差"],
  waivers: (n: number) => `例外にしていること（${n}件）`,
  waiverHeads: ["端末名", "内容", "理由", "いつまで"],
  moreWaivers: (n: number) => `ほかに ${n}件あります。「対応が必要なこと」の「例外」で見られます。`,
  support: (n: number) => `サポート切れ・来年度までに切れる端末（${n}台）`,
  moreSupport: (n: number) => `ほかに ${n}台あります。大きな更新で続けて使える端末は、入っていません。`,
  supportHeads: ["OS", "期限", "台数"],
  decisions: "お決めいただきたいこと",
  noDecisions: "今月はありません。",
  decideSupport: (devices: number, ended: number) =>
    `OSのサポートが来年度の終わりまでに切れる ${devices}台（うち期限切れ ${ended}台）の買い替え・契約（更新すれば続けられる端末は除く）`,
  decideWaivers: (n: number) => `例外にしている ${n}件を続けること`,
  decide: "□ 進める　□ 見送る",
  writtenBy: (who: string) => `記入 ${who}`,
  noComment: "まだ書かれていません。今月の様子とお願いを、ひとことで書いておくと伝わります。",
  comment: "まとめ・連絡",
  commentHint: "報告書に印刷されます。600字まで。",
  writeComment: "書く",
  saveComment: "保存する",
  mailTitle: "毎月メールで送る",
  mailHint: "月のはじめに、先月の報告の要点とこのページへの案内を送ります。",
  mail: "送り先を加える",
  mailBy: "送り方（お知らせのページで決めたもの）",
  mailAt: "時刻",
  noMail: "送っていません。",
  mailed: (names: string, at: string) => `${names} へ、毎月1日 ${at}`,
  endMail: "やめる",
  endMailSure: "来月から送られなくなります。",
  made: (time: string) => `作成 ${time}`,
  audit: (n: number) => `書き換えを確かめるための値（操作の記録 ${n}番）：`,
};
