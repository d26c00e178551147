import type * as ja from "../ja/support";

export const support: typeof ja.support = {
  sentence: (all, ended, year) =>
    `${all} devices need replacing or a contract by the end of fiscal year ${year}`
    + (ended > 0 ? ` (support of ${ended} has ended)` : ""),
  nothing: "No device needs replacing until the end of the next fiscal year.",
  noDevices: "There are no devices yet.",
  year: (year) => `FY ${year}`,
  heads: {
    os: "System",
    devices: "Devices",
    until: "Support ends",
    remark: "Remark",
    site: "Department",
    amount: "Estimate",
  },
  ended: "ended",
  free: "a free feature update prolongs it (no purchase)",
  extendedOnly: "goes on only with a paid extension (such as ESU): check the contract",
  noEnd: "no end has been announced",
  notKnown: "the system or its end of support is not known",
  waived: (n) => `${n} accepted`,
  asOf: (day) => `Ends of support as of ${day}.`,
  budget: (year) => `Budget for fiscal year ${year}, by department`,
  prices: "Set prices",
  otherPrice: "Price of one device (yen)",
  priceHint: "A price beside a system below counts for its devices only. Empty: this price.",
  savePrices: "Save the prices",
  save: "Export the list of devices",
  csv: ["Department", "Device", "Model", "System", "Support ends", "State", "Price (yen)"],
  sum: "Total",
  yen: (n) => `¥${n.toLocaleString("en-GB")}`,
  unpriced: (n) => `${n} devices have no price and are not in the estimate.`,
  how: "A fiscal year runs from April to March. Devices whose support has ended are included; accepted risks and devices that a free feature update prolongs are not.",
};
