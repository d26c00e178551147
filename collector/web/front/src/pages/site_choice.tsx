import type { ReactElement } from "react";

import type { Site } from "../api/types";
import { useSpeech } from "../i18n/words";
import { root_site } from "./site_names";

/** The sites that somebody may see; none chosen: all of them. */
export function SiteChoice({ sites, chosen }: { sites: Site[]; chosen: string[] }): ReactElement | null {
  const { w } = useSpeech();
  const below = sites.filter((site) => site.id !== root_site);
  if (below.length === 0) return null;
  return (
    <fieldset>
      <legend>{w.people.sites}</legend>
      <span className="hint">{w.people.sitesHint}</span>
      <div className="choices">
        {below.map((site) => (
          <label className="line" key={site.id}>
            <input type="checkbox" name={`site ${site.id}`}
              defaultChecked={chosen.includes(site.id)} />
            <span>{site.name}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** What was ticked in SiteChoice. */
export const sitesOf = (values: Record<string, string>): string[] =>
  Object.keys(values).filter((key) => key.startsWith("site ")).map((key) => key.slice(5));
