import type * as ja from "../ja/devices";

export const deviceList: typeof ja.deviceList = {
  shown: (n, all) => `${n} of ${all} devices`,
  noneFor: (filter) => `No device matches “${filter}”.`,
  narrow: "Filter",
  remove: "remove this filter",
  anyState: "Any state",
  anySite: "Any department",
  anyOs: "Any system",
  csv: (n) => (n === 1 ? "CSV (1 row)" : `CSV (${n} rows)`),
  tooMany: (n) => `Only the first ${n} devices are shown. A search by name looks through all.`,
  clear: "Clear filter",
  heads: {
    state: "State",
    name: "Device name",
    site: "Department",
    os: "System",
    model: "Model",
    antivirus: "Antivirus software",
    pattern: "Antivirus pattern",
    lastSeen: "Last contact",
    address: "Address",
  },
};
