import type * as ja from "../ja/settings";

export const settings: typeof ja.settings = {
  parts: {
    own: "My sign-in",
    tokens: "Tokens for programs",
    people: "People",
    sites: "Departments",
    policies: "Policies",
    setup: "First steps",
    keyboard: "Keyboard",
  },
  keys: [
    "find a device",
    "open the overview",
    "open what needs attention",
    "open the devices",
    "open the use of USB media",
    "open the unfamiliar programs",
    "go from row to row of the devices",
    "go to the first or the last row",
    "open what has the focus",
    "close a dialog",
  ],
};

export const factor: typeof ja.factor = {
  title: "Second factor (authenticator)",
  intro: "Who knows your password cannot sign in without the code on your phone.",
  inForce: "In use.",
  notInForce: "Not in use.",
  codesLeft: (n) => (n === 1 ? "1 recovery code left." : `${n} recovery codes left.`),
  on: "Set it up",
  off: "Switch it off",
  offHint: "After that, your password alone is enough to sign in.",
  next: "Next",
  scan: "Scan this with your authenticator.",
  qr: "QR code for the authenticator",
  orType: "If that does not work, type this in:",
  confirm: "Check the code",
  codes: "In use from now on. These recovery codes are for the day you lose the phone. They are shown only now.",
};

export const signIns: typeof ja.signIns = {
  title: "Where you are signed in",
  intro: "If there is one that you do not know, end it and change your password.",
  heads: ["Address", "Since", "Last used", ""],
  here: "here",
  end: "End it",
  endSure: "That computer will have to sign in again.",
};

export const tokens: typeof ja.tokens = {
  title: "My tokens for programs",
  intro: "Another program can read with a token what you can see, without your password.",
  none: "There are none yet.",
  ofAll: "Tokens of everybody",
  person: "Owner",
  heads: ["Name", "Role", "Until", "Last used", ""],
  name: "What is it for?",
  nameHint: "E.g. figures for the monthly report",
  role: "Role",
  make: "Make a token",
  made: "This token is shown only now. Write it down.",
  revokeSure: "Programs that use it can read no more.",
};

export const people: typeof ja.people = {
  heads: ["Name", "Role", "Sees", "Since", ""],
  add: "Add a person",
  exists: "There is somebody of that name.",
  firstPassword: "First password",
  role: "Role",
  sites: "Departments to see",
  sitesHint: "With none chosen: the whole hospital.",
  whole: "the whole hospital",
  change: "Change the role",
  newPassword: "New password",
  newPasswordHint: "All sign-ins of this person end. Tell the new password face to face.",
  noFactor: "Take the second factor off",
  noFactorSure: "Only for somebody who has lost both the phone and the recovery codes.",
  signOut: "Sign out",
  signOutSure: "This person will have to sign in again everywhere.",
  disable: "Shut out",
  disableSure: "This person cannot sign in any more. The records stay.",
  disabled: "shut out",
  allow: "Let in again",
  self: "That is you",
};

export const sites: typeof ja.sites = {
  intro: "Departments and hospitals: where devices are, and how far people see.",
  heads: ["Name", "Devices", ""],
  root: "(the whole)",
  add: "Add a department",
  change: "Change",
  name: "Name",
  parent: "Belongs to",
  remove: "Remove",
  removeSure: "A department that still has devices or people cannot be removed.",
};
