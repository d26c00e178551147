import type * as ja from "../ja/site_events";

export const siteEvents: typeof ja.siteEvents = {
  intro: "Power cuts, broken switches: many devices that fell silent at once, and which of them came back.",
  none: "No devices fell silent together.",
  heads: ["Since", "Where", "Devices", "Still missing", "State", ""],
  whole: "The whole hospital",
  goesOn: "goes on",
  ended: (time) => `ended ${time}`,
  list: "List of returns",
  shown: "shown below",
  title: (where, since) => `List of returns: ${where}, since ${since}`,
  counts: (back, missing) => `${back} devices are back, ${missing} are missing.`,
  returnHeads: ["State", "Device", "Last heard", "Back at", "Checked by"],
  back: "back",
  missing: "missing",
  close: "End it",
  closeSure: "Devices that are missing are told one by one from now on.",
};

export const directory: typeof ja.directory = {
  title: "Try the hospital's directory (LDAP, Active Directory)",
  intro:
    "What a sign-in by the directory would do, step by step. It is set up in [directory] of the collector's settings file. Each try is recorded.",
  name: "Name",
  password: "Password (without one, the first steps are tried)",
  passwordHint: "Used for this try and kept nowhere.",
  test: "Try",
  none: "No directory is set up; [directory] in the settings file does that.",
  heads: ["Step", "Result"],
  good: "done",
  bad: "failed",
  steps: {
    connect: "connect",
    certificate: "certificate of the directory",
    bind: "sign in as the reading account",
    groups: "read the groups",
    account: "may they sign in",
    role: "choose the role",
    password: "check the password",
  },
};
