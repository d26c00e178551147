import type * as ja from "../ja/reports";

export const reports: typeof ja.reports = {
  intro: "One sheet of A4 for the director and the committee. Past months stay as they were at their end.",
  which: "Month",
  month: (month) => {
    const [year, number] = month.split("-");
    return `${number}/${year}`;
  },
  title: (month) => `Information security, report of ${month}`,
  until: (day) => `until ${day}`,
  goesOn: "(the month goes on; the report becomes final when it ends)",
  sentence: (score, before) =>
    before === null ? `The score is ${score}`
    : score > before ? `The score rose from ${before} to ${score}`
    : score < before ? `The score fell from ${before} to ${score}`
    : `The score is ${score}, as at the end of the month before`,
  noScore: "Nothing was recorded in this month",
  changes: (opened, resolved, people) =>
    `${opened} new findings, ${resolved} ended${people > 0 ? ` (${people} of them by a person's word)` : ""}.`,
  inNeed: (action, all) => `${action} of ${all} devices need action.`,
  sinceBefore: "since the month before",
  better: "What improved",
  worse: "What got worse",
  noneBetter: "Nothing became less.",
  noneWorse: "Nothing became more.",
  asOfNow: "Now",
  ruleHeads: ["What is watched", "At the beginning", "At the end"],
  cases: (n) => `${n}`,
  sites: "Departments whose score moved",
  siteHeads: ["Department", "Devices", "Before", "Now", "Change"],
  waivers: (n) => `Accepted risks (${n})`,
  waiverHeads: ["Device", "What", "Reason", "Until"],
  moreWaivers: (n) => `${n} more, in the inbox under accepted risks.`,
  support: (n) => `Support ended, or ends by the end of the next fiscal year (${n} devices)`,
  moreSupport: (n) => `${n} more. Devices that a feature update keeps going are not among them.`,
  supportHeads: ["System", "Ends", "Devices"],
  decisions: "For your decision",
  noDecisions: "Nothing this month.",
  decideSupport: (devices, ended) =>
    `Replacing, or keeping by contract, the ${devices} devices whose system loses its support (and that no feature update keeps going) by the end of the next fiscal year (${ended} of them have lost it)`,
  decideWaivers: (n) => `Going on with ${n === 1 ? "1 accepted risk" : `${n} accepted risks`}`,
  decide: "□ yes  □ not now",
  writtenBy: (who) => `Written by ${who}`,
  noComment: "Nothing is written yet. A sentence about the month and what you need helps.",
  comment: "Summary and remarks",
  commentHint: "Printed on the report. Up to 600 characters.",
  writeComment: "Write",
  saveComment: "Save",
  mailTitle: "By mail, each month",
  mailHint: "At the beginning of a month: the report of the month before in short, and where this page is.",
  mail: "Add a recipient",
  mailBy: "Channel (as set for alerts)",
  mailAt: "Time",
  noMail: "It is not sent.",
  mailed: (names, at) => `${names}, on the first day of each month at ${at}`,
  endMail: "End it",
  endMailSure: "It is not sent any more from next month on.",
  made: (time) => `Made ${time}`,
  audit: (n) => `To prove that nothing was rewritten (record of changes, entry ${n}):`,
};
