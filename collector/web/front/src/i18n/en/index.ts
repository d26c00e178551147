// The page's words. Texts of findings come from the collector.
import type { Words } from "../ja";
import { agents } from "./agents";
import { alerts } from "./alerts";
import { audit } from "./audit";
import { device, sections } from "./device";
import { deviceList } from "./devices";
import { events, incidents } from "./events";
import { files } from "./files";
import { findings } from "./findings";
import { freshness } from "./freshness";
import { frame } from "./frame";
import { mail } from "./mail";
import { media } from "./media";
import { neighbours } from "./neighbours";
import { overview } from "./overview";
import { policies } from "./policies";
import { programs } from "./programs";
import { reports } from "./reports";
import { setup } from "./setup";
import { directory, siteEvents } from "./site_events";
import { support } from "./support";
import { factor, people, settings, signIns, sites, tokens } from "./settings";

export const en: Words = {
  ...frame,
  overview,
  findings,
  files,
  deviceList,
  device,
  sections,
  events,
  incidents,
  programs,
  support,
  policies,
  directory,
  setup,
  siteEvents,
  reports,
  freshness,
  mail,
  media,
  neighbours,
  alerts,
  agents,
  settings,
  factor,
  signIns,
  tokens,
  people,
  sites,
  audit,
};
