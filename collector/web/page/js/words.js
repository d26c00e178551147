// All words of the page in both languages. Texts of findings come from the collector.

const ja = {
  brand: "みまもり", signOut: "サインアウト", language: "English", updated: (t) => `${t} 更新`,
  nav: { overview: "概況", findings: "対応が必要なこと", devices: "端末台帳", programs: "見慣れないプログラム", agents: "エージェント" },
  state: { action: "要対応", warning: "注意", silent: "連絡なし", unknown: "不明", good: "良好", info: "参考" },
  units: { devices: (n) => `${n} 台`, items: (n) => `${n} 件`, days: (n) => `${n}日`, points: "点" },
  signIn: "サインイン", name: "名前", password: "パスワード", wrongPassword: "名前かパスワードが違います。",
  tooMany: "しばらく待ってから、もう一度お試しください。",
  headline: { action: (n) => `対応が必要な端末が ${n} 台あります`, warning: (n) => `注意が必要な端末が ${n} 台あります`,
    unknown: (n) => `状態の分からない端末が ${n} 台あります`, good: "すべての端末が良好です", none: "まだ端末がありません" },
  ofAll: (n) => `全 ${n} 台のうちの数です。`, score: "総合点", scoreHow: "点数の決め方",
  scoreRule: "点数＝（良好の台数＋注意の台数÷2）÷ 全台数 × 100。連絡なしと不明は 0 として数えます。",
  today: "今日やること", seeAll: "すべて見る", nothingToDo: "今日の対応はありません。", showSteps: "手順を見る",
  patternAge: "ウイルス定義の古さ（台数）", ages: ["0〜1日", "2〜3日", "4〜7日", "8〜14日", "15〜30日", "31日以上", "不明"],
  recent: "最近の出来事", knowledge: "判断のもとになる資料", dataDate: (d) => `${d} 時点`,
  mail: { off: "通知メールは設定されていません。", failing: (why) => `通知メールが送れていません：${why}` },
  firstDevice: "最初の1台を登録する",
  open: "未対応", resolved: "完了", none: "ありません。", noneOpen: "未対応はありません。", found: "見つかった日", device: "端末",
  whatHappened: "何が起きていますか", whyMatters: "なぜ大事ですか", whatNext: "次にすること", evidence: "根拠（くわしい人向け）",
  resolvedAt: (t) => `${t} に解消しました。`, allStates: "すべて", search: "端末名・IPアドレスで探す", find: "探す",
  clear: "条件を消す", filteredNone: "条件に合う端末はありません。", shown: (n, all) => `${all} 台中 ${n} 台を表示`, more: "さらに読み込む",
  heads: { state: "状態", name: "端末名", os: "OS", pattern: "ウイルス定義", lastSeen: "最後の連絡", address: "アドレス", version: "版" },
  never: "まだありません", ago: (n, unit) => `${n}${unit}前`, unit: { m: "分", h: "時間", d: "日" }, now: "たった今",
  back: "端末台帳へ戻る", events: "できごと", facts: "報告の内容", unknownFacts: "分からなかったこと", because: (why) => `分かりません：${why}`,
  received: (t) => `${t} 受信`, raw: "生データ", protection: "守りの状態", basics: "基本", incidents: "通信の異常",
  section: { os: "OS", patches: "更新", antivirus: "ウイルス対策", usb: "USB", processes: "動いているプログラム", interfaces: "ネットワーク接続",
    neighbours: "となりの機器", listeners: "待ち受けポート", peers: "通信先", software: "ソフト", services: "サービス", accounts: "利用者アカウント",
    security: "守りの設定", hardware: "機器", logons: "利用の記録", self: "エージェント" },
  av: { product: "製品", built: "ウイルス定義の日付", applied: "取り込んだ日", tried: "最後に確認した日", realtime: "常時監視", on: "入", off: "切", noPattern: "定義を使わない製品" },
  programs: { intro: "多くの端末にあるものは「いつものソフト」、1〜2台だけのものは「確かめたいソフト」です。", unknown: "確認待ち", learned: "学習済み（未確認）", approved: "承認済み",
    program: "プログラム", signer: "作った会社（署名）", devices: "台数", first: "はじめて見た日", approve: "承認する", revoke: "承認を取り消す", scope: "どこで許しますか",
    scopes: { device: "この端末だけ", site: "病院すべて" }, by: "何で見分けますか", bys: { hash: "中身が同じもの（ハッシュ）", signer: "同じ会社の署名", path: "同じ場所と名前（弱い）" },
    reason: "理由", cancel: "やめる", done: "承認しました。" },
  agents: { keys: "登録用の鍵", queue: "登録の承認待ち", approve: "承認する", reject: "断る", code: "確認の番号", host: "端末名", from: "アドレス", machine: "機器", asked: "申し込み",
    codeHint: "端末で mimamori-agent status を実行し、同じ番号が出ることを確かめてから承認してください。", newKey: "鍵を作る", site: "病院・部署", uses: "使える回数", days: "有効日数",
    range: "使えるアドレス範囲", rangeHint: "例 10.20.0.0/16。空欄はどこからでも。", auto: "承認なしで登録する（鍵を知る人は誰でも登録できます）", made: "この鍵は今だけ表示されます。控えてください。",
    revoke: "取り消す", used: "使用", until: "期限", lastUsed: "最後の使用", conflict: "同じ機器が稼働中の端末にあります", same: "同じ機器として登録し直す", asNew: "新しい端末として承認する" },
  errors: { collector_unreachable: "コレクターに接続できません。表示は前回のままです。データは失われていません。", session_required: "もう一度サインインしてください。",
    forbidden: "この操作をする権限がありません。", not_found: "見つかりません。", unavailable: "混み合っています。少し待ってください。", unexpected: "うまくいきませんでした。" },
  retry: "もう一度", request: (n) => `（問い合わせ番号 ${n}）`,
};

const en = {
  brand: "mimamori", signOut: "Sign out", language: "日本語", updated: (t) => `Updated ${t}`,
  nav: { overview: "Overview", findings: "Needs attention", devices: "Devices", programs: "Unfamiliar programs", agents: "Agents" },
  state: { action: "Action", warning: "Warning", silent: "Silent", unknown: "Unknown", good: "Good", info: "Info" },
  units: { devices: (n) => `${n} devices`, items: (n) => `${n}`, days: (n) => `${n} d`, points: "points" },
  signIn: "Sign in", name: "Name", password: "Password", wrongPassword: "The name or the password is wrong.",
  tooMany: "Please wait a while and try again.",
  headline: { action: (n) => `${n} devices need action`, warning: (n) => `${n} devices need attention`,
    unknown: (n) => `The state of ${n} devices is unknown`, good: "All devices are fine", none: "There are no devices yet" },
  ofAll: (n) => `Of ${n} devices in all.`, score: "Score", scoreHow: "How it is computed",
  scoreRule: "Score = (good + warning ÷ 2) ÷ all × 100. Silent and unknown devices count as 0.",
  today: "To do today", seeAll: "See all", nothingToDo: "Nothing to do today.", showSteps: "Show steps",
  patternAge: "Age of virus patterns (devices)", ages: ["0–1 d", "2–3 d", "4–7 d", "8–14 d", "15–30 d", "31 d +", "unknown"],
  recent: "Recent events", knowledge: "Data the verdicts rest on", dataDate: (d) => `as of ${d}`,
  mail: { off: "No alert mail is set up.", failing: (why) => `Alert mail cannot be delivered: ${why}` },
  firstDevice: "Enrol the first device",
  open: "Open", resolved: "Resolved", none: "None.", noneOpen: "Nothing is open.", found: "Found", device: "Device",
  whatHappened: "What is happening", whyMatters: "Why it matters", whatNext: "What to do next", evidence: "Evidence (for experts)",
  resolvedAt: (t) => `Resolved ${t}.`, allStates: "All", search: "Find by name or address", find: "Find",
  clear: "Clear filter", filteredNone: "No device matches.", shown: (n, all) => `${n} of ${all} devices shown`, more: "Load more",
  heads: { state: "State", name: "Device", os: "OS", pattern: "Virus pattern", lastSeen: "Last contact", address: "Address", version: "Version" },
  never: "never", ago: (n, unit) => `${n} ${unit} ago`, unit: { m: "min", h: "h", d: "d" }, now: "just now",
  back: "Back to devices", events: "Events", facts: "What it reports", unknownFacts: "What could not be found out", because: (why) => `Unknown: ${why}`,
  received: (t) => `received ${t}`, raw: "Raw data", protection: "Protection", basics: "Basics", incidents: "Communication incidents",
  section: { os: "Operating system", patches: "Updates", antivirus: "Antivirus", usb: "USB", processes: "Programs running", interfaces: "Network adapters",
    neighbours: "Neighbours", listeners: "Listening ports", peers: "Remote peers", software: "Software", services: "Services", accounts: "Accounts",
    security: "Security settings", hardware: "Hardware", logons: "Logons", self: "Agent" },
  av: { product: "Product", built: "Pattern date", applied: "Applied", tried: "Last checked", realtime: "Real-time protection", on: "on", off: "off", noPattern: "product without patterns" },
  programs: { intro: "What many devices have is usual software; what only one or two have is worth a look.", unknown: "To review", learned: "Learned, unreviewed", approved: "Approved",
    program: "Program", signer: "Signer", devices: "Devices", first: "First seen", approve: "Approve", revoke: "Revoke approval", scope: "Where is it allowed?",
    scopes: { device: "This device only", site: "The whole hospital" }, by: "Recognised by", bys: { hash: "Same content (hash)", signer: "Same signer", path: "Same path and name (weak)" },
    reason: "Reason", cancel: "Cancel", done: "Approved." },
  agents: { keys: "Enrolment keys", queue: "Waiting for approval", approve: "Approve", reject: "Reject", code: "Code", host: "Host", from: "Address", machine: "Machine", asked: "Asked",
    codeHint: "Run mimamori-agent status on the PC and approve only when it shows the same code.", newKey: "Create key", site: "Site", uses: "Uses", days: "Days valid",
    range: "Address range", rangeHint: "E.g. 10.20.0.0/16. Empty: from anywhere.", auto: "Enrol without approval (anyone who knows the key can enrol)", made: "This key is shown only now. Write it down.",
    revoke: "Revoke", used: "Used", until: "Until", lastUsed: "Last used", conflict: "The same machine is a live device", same: "Same machine: enrol again", asNew: "Approve as a new device" },
  errors: { collector_unreachable: "The collector cannot be reached. What you see is as before; no data is lost.", session_required: "Please sign in again.",
    forbidden: "Your role does not allow this.", not_found: "Not found.", unavailable: "Busy. Please wait a little.", unexpected: "That did not work." },
  retry: "Try again", request: (n) => ` (request ${n})`,
};

let language = localStorage.getItem("mimamori.language") ?? (navigator.language.startsWith("ja") ? "ja" : "en");
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

/** Lines that the collector delivers in both languages, as one text. */
export const joined = (texts) => (texts?.[language] ?? []).join(language === "ja" ? "" : " ");

/** Up to seven days as an age, then as a date. */
export function when(moment) {
  if (!moment) return words().never;
  const w = words();
  const minutes = Math.floor((Date.now() - new Date(moment).getTime()) / 60000);
  if (minutes < 1) return w.now;
  if (minutes < 60) return w.ago(minutes, w.unit.m);
  if (minutes < 48 * 60) return w.ago(Math.floor(minutes / 60), w.unit.h);
  if (minutes < 7 * 24 * 60) return w.ago(Math.floor(minutes / 1440), w.unit.d);
  return day(moment);
}

export const day = (moment) => (moment ? new Date(moment).toLocaleDateString(language === "ja" ? "ja-JP" : "en-GB") : "");
export const exact = (moment) => (moment ? new Date(moment).toLocaleString(language === "ja" ? "ja-JP" : "en-GB") : "");
