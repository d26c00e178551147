import type * as ja from "../ja/neighbours";

export const neighbours: typeof ja.neighbours = {
  intro: "Machines near our devices that are in no list. Name the ones you know, such as printers.",
  states: { unknown: "In no list", known: "Named" },
  noneUnknown: "No unknown machine was seen.",
  noneKnown: "No machine has been named yet.",
  heads: {
    mac: "Hardware address (MAC)",
    address: "Address",
    seenBy: "Seen by",
    first: "First seen",
    name: "Name",
    by: "Named by",
    until: "Until",
  },
  give: "Name it",
  title: (mac) => `Name ${mac}`,
  name: "Name",
  nameHint: "E.g. printer, 2nd floor",
  until: "Until (empty: for good)",
  all: (device) => `All that ${device} saw`,
  only: "This one only",
  which: "Which",
  remove: "Remove",
  sure: "It will be unknown again.",
};
