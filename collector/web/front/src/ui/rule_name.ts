import type { Words } from "../i18n/ja";

/** What a rule looks at, in a few words; of a rule of a newer collector, its name. */
export const ruleName = (rule: string, { device }: Words): string =>
  Object.hasOwn(device.rules, rule) ? device.rules[rule as keyof typeof device.rules] : rule;
