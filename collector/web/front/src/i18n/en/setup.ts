import type * as ja from "../ja/setup";

export const setup: typeof ja.setup = {
  progress: (done, all) => `${done} of ${all} steps are done. You can stop and go on at any time.`,
  allDone: "Everything is set up.",
  done: "done",
  open: "to do",
  steps: {
    own: ["Protect your own sign-in", "Change the first-day password and use an authenticator app."],
    hospital: ["Name of the hospital", "Shown on pages, mails and reports; it can be changed later."],
    sites: ["Departments", "Where devices are. They can be changed later."],
    level: ["How strict", "After how many days something becomes a warning. It can be changed later."],
    key: ["Enrolment key", "Used when an agent is installed on a device."],
    device: ["The first device", "Install the agent with the key; approve the device on the page of agents."],
    mail: ["Mail", "Send a test and see that it arrives."],
    contacts: ["Numbers of suppliers and owners", "With them the steps of a finding say whom to phone."],
  },
  openOwn: "Open my sign-in",
  hospitalHint: "Such as: Sakura General Hospital",
  saveHospital: "Set the name",
  sitesLabel: "Names of departments",
  sitesHint: "One a line; a column of a spreadsheet can be pasted.",
  makeSites: "Make departments",
  sitesMade: (n) => `${n} made.`,
  openContacts: "Open the page of alerts",
  openAgents: "Open the page of agents",
};
