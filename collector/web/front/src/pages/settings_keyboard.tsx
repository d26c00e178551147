import type { ReactElement } from "react";

import { useSpeech } from "../i18n/words";
import { Card } from "../ui/parts";

const keys = ["/", "g h", "g i", "g d", "g u", "g p", "↑ ↓", "Home End", "Enter", "Esc"] as const;

/** What the keyboard does. */
export function Keyboard(): ReactElement {
  const { w } = useSpeech();
  return (
    <Card title={w.settings.parts.keyboard}>
      <dl className="facts">
        {keys.map((key, i) => (
          <div key={key}>
            <dt>
              {key.split(" ").map((one) => (
                <kbd key={one}>{one}</kbd>
              ))}
            </dt>
            <dd>{w.settings.keys[i]}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}
