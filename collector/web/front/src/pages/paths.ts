/** The pages by their paths. Tests walk through them, so that a new page cannot be forgotten. */
export const page_paths = [
  "/",
  "/inbox",
  "/findings/:id",
  "/devices",
  "/devices/:id",
  "/media",
  "/programs",
  "/neighbours",
  "/os",
  "/freshness",
  "/reports",
  "/site-events",
  "/alerts",
  "/agents",
  "/settings",
  "/settings/:part",
  "/audit",
] as const;

export type PagePath = (typeof page_paths)[number];

/** What stands behind /settings/, in the order of the tabs; one's own access is /settings itself. */
export const settings_parts = [
  "own", "tokens", "people", "sites", "policies", "setup", "keyboard",
] as const;

export type SettingsPart = (typeof settings_parts)[number];
