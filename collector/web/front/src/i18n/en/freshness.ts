import type * as ja from "../ja/freshness";

export const freshness: typeof ja.freshness = {
  of: { pattern: "Age of virus definitions", patch: "Age of updates" },
  sentence: {
    pattern: (old, unknown) =>
      old > 0 ? `${old} devices have virus definitions so old that something must be done`
      : unknown > 0 ? `The date of the virus definitions of ${unknown} devices is not known`
      : "No device has virus definitions so old that something must be done",
    patch: (old, unknown) =>
      old > 0 ? `${old} devices have got no updates for so long that something must be done`
      : unknown > 0 ? `How far ${unknown} devices are updated is not known`
      : "No device has gone without updates for so long that something must be done",
  },
  means: {
    pattern: (warning, action) =>
      `Days since the date of the newest virus definitions that the device has. The hospital's policy warns after ${warning} days and calls for action after ${action}.`,
    patch: (warning, action) =>
      `Days since the newest security update that the device has came out. The hospital's policy warns when ${warning} months are missing and calls for action at ${action}.`,
  },
  bars: {
    pattern: ["0–1 d", "2–3 d", "4–7 d", "8–14 d", "15–30 d", "31 d +", "unknown"],
    patch: ["to 35 d", "to 65 d", "to 95 d", "to 185 d", "to 1 y", "1 y +", "unknown"],
  },
  bySite: "By department (the oldest first)",
  byProduct: "By antivirus product",
  product: "Product",
  noProduct: "(none found)",
  oldest: "Devices, the oldest first",
  heads: ["Age", "Date", "Device", "Department", "Product or system", "State", "Last report"],
  days: (n) => `${n} d`,
  nothing: "There is no such device.",
};
