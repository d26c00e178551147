import type { ReactElement } from "react";

import { useSpeech } from "../i18n/words";
import { useMay } from "../session";
import { PageHead, Tabs } from "../ui/parts";
import { Keyboard } from "./settings_keyboard";
import { OwnSettings } from "./settings_own";
import { PeopleSettings } from "./settings_people";
import { SiteSettings } from "./settings_sites";
import { AllTokens, OwnTokens } from "./settings_tokens";

const parts = ["own", "tokens", "people", "sites", "keyboard"] as const;
type Part = (typeof parts)[number];

function Content({ part, administer }: { part: Part; administer: boolean }): ReactElement {
  if (part === "tokens")
    return (
      <>
        <OwnTokens />
        {administer ? <AllTokens /> : null}
      </>
    );
  if (part === "people") return <PeopleSettings />;
  if (part === "sites") return <SiteSettings />;
  if (part === "keyboard") return <Keyboard />;
  return <OwnSettings />;
}

/** One's own access; for administrators also people and departments. */
export default function Settings({ part }: { part?: string }): ReactElement {
  const { w } = useSpeech();
  const may = useMay();
  const allowed = parts.filter((one) => may.administer || (one !== "people" && one !== "sites"));
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
