import type * as ja from "../ja/media";

export const media: typeof ja.media = {
  intro: "Register the hospital's own USB media, and others are noticed when they are plugged in.",
  states: { unregistered: "Not registered", registered: "Registered" },
  noneUnregistered: "No unregistered medium was seen.",
  noneRegistered: "No medium is registered yet.",
  heads: {
    medium: "USB medium",
    serial: "Serial number",
    where: "Plugged into",
    when: "Last plugged in",
    label: "Label",
    until: "Until",
  },
  noSerial: "none (cannot be registered)",
  done: (label) => `“${label}” is registered. It stands under “Registered”, where it can be taken out again.`,
  register: "Register",
  title: (name) => `Register ${name}`,
  label: "Label",
  labelHint: "E.g. radiology 1",
  until: "Until (empty: for good)",
  remove: "Take off",
  sure: "It will be unregistered the next time it is plugged in.",
  uses: "Plugged in lately",
  notUsed: "not yet plugged in",
};
