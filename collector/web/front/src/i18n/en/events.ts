import type * as ja from "../ja/events";

export const events: typeof ja.events = {
  agent_started: "agent started",
  agent_stopped: "agent stopped",
  usb_attached: "USB plugged in",
  usb_removed: "USB pulled out",
  process_first_seen: "first run of a program",
  antivirus_detection: "virus found",
  antivirus_switched: "real-time protection switched",
  pattern_changed: "antivirus pattern changed",
  os_updated: "system updated",
  network_changed: "network changed",
  logon: "logon",
  service_installed: "service installed",
  time_jumped: "clock changed",
  events_lost: "gaps in records",
  probe_failed: "could not be read",
  budget_exceeded: "agent over its budget",
  unknown: "other",
};

export const incidents: typeof ja.incidents = {
  events_lost: "records were dropped",
  sequence_gap: "numbers are missing",
  stream_went_back: "went back to an older state",
  content_differs: "same number, other content",
  too_many_streams: "begins anew all the time",
  device_cloned: "one certificate, two machines",
};
