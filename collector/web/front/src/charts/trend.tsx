import type { ReactElement } from "react";

export interface Point {
  /** A day, "2026-11-22". */
  day: string;
  score: number;
}

const width = 340;
const height = 130;
const left = 30;
const right = 44;
const top = 10;
const bottom = 20;
const day_ms = 86_400_000;

interface Spot extends Point {
  x: number;
  y: number;
}

/** What stands at the bottom: a line high up would hide small changes. */
export function floorOf(points: readonly Point[]): number {
  const lowest = Math.min(100, ...points.map(({ score }) => score));
  return Math.min(40, Math.floor(lowest / 20) * 20);
}

const heightOf = (score: number, floor: number): number =>
  top + ((height - top - bottom) * (100 - score)) / (100 - floor);

/** Where the points lie: days from left to right, scores from `floor` at the bottom to 100. */
export function spotsOf(points: readonly Point[], floor: number): Spot[] {
  const days = points.map(({ day }) => Date.parse(day) / day_ms);
  const [first = 0, last = 0] = [days[0], days.at(-1)];
  const span = Math.max(1, last - first);
  return points.map((point, i) => ({
    ...point,
    x: left + ((width - left - right) * ((days[i] ?? 0) - first)) / span,
    y: heightOf(point.score, floor),
  }));
}

/** The score day by day as a line; its name tells the first and the last value. */
export function TrendLine({ points, name, dayName, goal }: {
  points: readonly Point[];
  name: string;
  dayName: (day: string) => string;
  goal?: { score: number; name: string };
}): ReactElement {
  const floor = floorOf(points);
  const spots = spotsOf(points, floor);
  const [first, last] = [spots[0], spots.at(-1)];
  const grid = [floor, (floor + 100) / 2, 100].map((score) => ({
    score,
    y: heightOf(score, floor),
  }));
  // Its name has no room beside the last value when both are nearly equal.
  const named = goal && last && Math.abs(heightOf(goal.score, floor) - last.y) > 12;
  return (
    <svg className="trend" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={name}>
      {grid.map(({ score, y }) => (
        <g key={score}>
          <path className="grid" d={`M${left} ${y}H${width - right}`} />
          <text x={left - 6} y={y + 4} textAnchor="end">
            {score}
          </text>
        </g>
      ))}
      {goal ? (
        <g className="goal">
          <path d={`M${left} ${heightOf(goal.score, floor)}H${width - right}`} />
          {named ? (
            <text x={width - right + 4} y={heightOf(goal.score, floor) + 4}>
              {goal.name} {goal.score}
            </text>
          ) : null}
        </g>
      ) : null}
      <polyline points={spots.map(({ x, y }) => `${x},${y}`).join(" ")} />
      {last ? (
        <>
          <circle cx={last.x} cy={last.y} r="4" />
          <text className="value" x={last.x + 8} y={last.y + 5}>
            {last.score}
          </text>
        </>
      ) : null}
      {first && last ? (
        <>
          <text x={left} y={height - 4}>
            {dayName(first.day)}
          </text>
          <text x={width - right} y={height - 4} textAnchor="end">
            {dayName(last.day)}
          </text>
        </>
      ) : null}
    </svg>
  );
}
