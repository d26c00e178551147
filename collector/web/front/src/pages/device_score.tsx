import type { ReactElement } from "react";

import { useGet } from "../api/queries";
import type { DeviceView } from "../api/types";
import { TrendLine } from "../charts/trend";
import { useSpeech } from "../i18n/words";
import { Card } from "../ui/parts";

/** What the device brings to the score of its department, and how it was in the last 13 weeks. */
export function DeviceScore({ view }: { view: DeviceView }): ReactElement | null {
  const { w, day } = useSpeech();
  const words = w.device.scores;
  const history = useGet("/api/v1/devices/{id}/scores", { id: view.id, days: "91" },
    { every_ms: 600_000 });
  if (view.score === null || view.score === undefined) return null;
  const points = (history.data?.items ?? []).map(({ day: on, score }) => ({ day: on, score }));
  const waived = view.findings.filter((finding) => finding.state === "waived").length;
  const name = [points[0], points.at(-1)]
    .map((point) => (point ? w.overview.trendFrom(day(point.day), String(point.score)) : ""))
    .join(" – ");
  return (
    <Card title={words.title}>
      <p>
        <span className="big">{view.score}</span> {w.overview.points}
        {waived > 0 ? <span className="soft"> {words.waived(waived)}</span> : null}
      </p>
      <p className="soft small">{words.rule}</p>
      {points.length < 2 ? null : <TrendLine points={points} name={name} dayName={day} />}
    </Card>
  );
}
