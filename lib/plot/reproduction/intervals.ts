/**
 * Confidence intervals as lines with error bars.
 *
 * @module
 */

import type { MeanInterval } from "../../math/mean_interval.ts";
import { type JsonObject, plotted, type Trace } from "../figure.ts";
import type { LineLook } from "../theme.ts";
import { intervalText } from "./interval_text.ts";

/** How far intervals may reach beyond all means, as a multiple of the means' spread. */
const MOST_SPREADS = 3;

/** Room beyond what is drawn, as a fraction of it. */
const ROOM = 0.08;

/**
 * The range of an axis that shows means, and their intervals as far as they do not flatten all else.
 *
 * @param intervals undefined where nothing was measured
 * @param among further values to show
 */
export function intervalRange(
  intervals: readonly (MeanInterval | undefined)[],
  among: readonly number[] = [],
): readonly [number, number] {
  const all = intervals.filter((interval) => interval !== undefined);
  const means = [...all.map(({ mean }) => mean), ...among];
  if (means.length === 0) return [0, 1];
  const [least, most] = [Math.min(...means), Math.max(...means)];
  const beyond = MOST_SPREADS * (most - least) || Infinity;
  const low = Math.max(
    least - beyond,
    Math.min(least, ...all.map(({ mean, halfWidth = 0 }) => mean - halfWidth)),
  );
  const high = Math.min(
    most + beyond,
    Math.max(most, ...all.map(({ mean, halfWidth = 0 }) => mean + halfWidth)),
  );
  const room = ROOM * (high - low) || 0.01 * Math.abs(high) || 1;
  return [low - room, high + room];
}

/** A mean of a line. */
export interface IntervalPoint {
  /** Its place along the axis. */
  readonly at: number;
  /** What is there, in words. */
  readonly label: string;
  /** Undefined where nothing was measured. */
  readonly interval: MeanInterval | undefined;
}

/**
 * A line through means with their intervals; a gap where nothing was measured.
 *
 * @param points in order
 * @param options its name and look, the `range` of the axis of means, and where it is drawn
 */
export function intervalLine(
  points: readonly IntervalPoint[],
  { name, look, range, axes, showlegend }: {
    readonly name: string;
    readonly look: LineLook;
    readonly range: readonly [number, number];
    readonly axes: JsonObject;
    readonly showlegend: boolean;
  },
): Trace {
  const intervals = points.map(({ interval }) => interval);
  return {
    type: "scatter",
    mode: "lines+markers",
    name,
    legendgroup: name,
    showlegend,
    x: plotted(points.map(({ at }) => at)),
    y: plotted(intervals.map((interval) => interval?.mean ?? NaN)),
    error_y: errorBars(intervals, range),
    line: { ...look, width: 2 },
    marker: { color: look.color, size: 7 },
    text: points.map(({ label, interval }) => `${label}: ${intervalText(interval)}`),
    hovertemplate: `%{text}<extra>${name}</extra>`,
    ...axes,
  };
}

/**
 * Plotly's error bars of means.
 *
 * @param intervals undefined where nothing was measured
 * @param range of the axis; bars that leave it end just beyond, as rasterisers fail at what is far outside
 */
export function errorBars(
  intervals: readonly (MeanInterval | undefined)[],
  [low, high]: readonly [number, number],
): JsonObject {
  const edge = ROOM * (high - low);
  const bars = (toEdge: (mean: number) => number) =>
    plotted(
      intervals.map(({ mean, halfWidth = NaN } = { mean: NaN, count: 0 }) =>
        Math.min(halfWidth, toEdge(mean) + edge)
      ),
    );
  return {
    type: "data",
    symmetric: false,
    array: bars((mean) => high - mean),
    arrayminus: bars((mean) => mean - low),
    thickness: 1.5,
    width: 4,
  };
}
