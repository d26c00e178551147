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

/** Where the points lie: days from left to right, scores from 0 at the bottom to 100 at the top. */
export function spotsOf(points: readonly Point[]): Spot[] {
  const days = points.map(({ day }) => Date.parse(day) / day_ms);
  const [first = 0, last = 0] = [days[0], days.at(-1)];
  const span = Math.max(1, last - first);
  return points.map((point, i) => ({
    ...point,
    x: left + ((width - left - right) * ((days[i] ?? 0) - first)) / span,
    y: top + ((height - top - bottom) * (100 - point.score)) / 100,
  }));
}

/** The score day by day as a line; its name tells the first and the last value. */
export function TrendLine({ points, name, dayName }: {
  points: readonly Point[];
  name: string;
  dayName: (day: string) => string;
}): ReactElement {
  const spots = spotsOf(points);
  const [first, last] = [spots[0], spots.at(-1)];
  const grid = [0, 50, 100].map((score) => ({
    score,
    y: top + ((height - top - bottom) * (100 - score)) / 100,
  }));
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
