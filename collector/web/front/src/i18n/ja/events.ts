export const events = {
  agent_started: "エージェントの開始",
  agent_stopped: "エージェントの停止",
  usb_attached: "USBが挿された",
  usb_removed: "USBが抜かれた",
  process_first_seen: "はじめてのプログラム",
  antivirus_detection: "ウイルスを見つけた",
  antivirus_switched: "常時監視の入り切り",
  pattern_changed: "ウイルス定義の更新",
  os_updated: "OSの更新",
  network_changed: "ネットワークの変化",
  logon: "利用の開始",
  service_installed: "サービスの追加",
  time_jumped: "時計の変化",
  events_lost: "記録の抜け",
  probe_failed: "読み取りの失敗",
  budget_exceeded: "エージェントの使いすぎ",
  unknown: "そのほか",
};

export const incidents = {
  events_lost: "記録があふれて消えた",
  sequence_gap: "番号が抜けている",
  stream_went_back: "古い状態に戻った",
  content_differs: "同じ番号で中身が違う",
  too_many_streams: "何度も始めからやり直している",
  device_cloned: "同じ証明書が2台で使われた",
};
