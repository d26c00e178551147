import type { ReactElement } from "react";

import { useSpeech } from "../i18n/words";
import { useMay } from "../session";
import { PageHead, Tabs } from "../ui/parts";
import { Keyboard } from "./settings_keyboard";
import { OwnSettings } from "./settings_own";
import { settings_parts } from "./paths";
import type { SettingsPart } from "./paths";
import { DirectoryTest } from "./settings_directory";
import { DirectoryGroups } from "./settings_groups";
import { PeopleSettings } from "./settings_people";
import { PolicySettings } from "./settings_policies";
import { Setup } from "./settings_setup";
import { SiteSettings } from "./settings_sites";
import { AllTokens, OwnTokens } from "./settings_tokens";

/** What only administrators set. */
const administrators: ReadonlySet<string> = new Set(["people", "sites", "setup"]);

function Content({ part, administer }: { part: SettingsPart; administer: boolean }): ReactElement {
  if (part === "tokens")
    return (
      <>
        <OwnTokens />
        {administer ? <AllTokens /> : null}
      </>
    );
  if (part === "people")
    return (
      <>
        <PeopleSettings />
        <DirectoryGroups />
        <DirectoryTest />
      </>
    );
  if (part === "policies") return <PolicySettings />;
  if (part === "setup") return <Setup />;
  if (part === "sites") return <SiteSettings />;
  if (part === "keyboard") return <Keyboard />;
  return <OwnSettings />;
}

/** One's own access; for administrators also people and departments. */
export default function Settings({ part }: { part?: string }): ReactElement {
  const { w } = useSpeech();
  const may = useMay();
  const allowed = settings_parts.filter((one) =>
    may.administer || (one === "policies" ? may.seeWhole : !administrators.has(one)));
  const open = allowed.find((one) => one === part) ?? "own";
  const tabs = allowed.map((name) => ({
    name,
    to: name === "own" ? "/settings" : `/settings/${name}`,
    text: w.settings.parts[name],
  }));
  return (
    <>
      <PageHead>{w.nav.settings}</PageHead>
      <Tabs label={w.nav.settings} tabs={tabs} open={open} />
      <Content part={open} administer={may.administer} />
    </>
  );
}
