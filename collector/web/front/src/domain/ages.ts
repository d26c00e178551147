export const ages = ["pattern", "patch"] as const;
export type Age = (typeof ages)[number];
