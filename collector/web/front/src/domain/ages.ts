import type { State } from "../api/types";

export const ages = ["pattern", "patch"] as const;
export type Age = (typeof ages)[number];

/**
 * What the bars of an age mean, everywhere the same; the last one is of unknown age. As the collector's
 * own policy has it: definitions warn after 3 days and call for action after 7, updates after 2 and 6
 * months (collector/rules/policy.hpp).
 */
export const bar_states: Record<Age, readonly State[]> = {
  pattern: ["good", "good", "warning", "action", "action", "action", "unknown"],
  patch: ["good", "good", "warning", "warning", "action", "action", "unknown"],
};
