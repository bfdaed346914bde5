/**
 * What figures of survival functions have in common: lines, bands and axes.
 *
 * @module
 */

import { type JsonObject, plotted, range, type Trace } from "./figure.ts";
import type { SurvivalCurve, SurvivalRecords } from "./records.ts";
import { COLORS, LINE_COLORS, type LineLook } from "./theme.ts";

/** How a line is told from others. */
export interface SurvivalLook extends LineLook {
  readonly width: number;
}

const DATA: SurvivalLook = { color: COLORS.data, dash: "solid", width: 4 };

/** A source looks the same in every figure, whatever else is in it. */
const SOURCES: ReadonlyMap<string, SurvivalLook> = new Map([
  ["prior", { color: LINE_COLORS[0], dash: "solid", width: 2 }],
  ["alternative-prior", { color: LINE_COLORS[1], dash: "solid", width: 2 }],
  ["ex-post-t", { color: LINE_COLORS[2], dash: "solid", width: 2 }],
  ["ex-post-mixture", { color: LINE_COLORS[2], dash: "dash", width: 2 }],
  ["posterior", { color: COLORS.neutral, dash: "dot", width: 2 }],
]);

const OTHER: SurvivalLook = { color: COLORS.neutral, dash: "dashdot", width: 2 };

/** Places in the legend, whichever panel has a source first; data have Plotly's default, 1000, and so come before them. */
const RANKS: ReadonlyMap<string, number> = new Map([...SOURCES.keys()].map((name, i) => [name, 1001 + i]));

const BAND_OPACITY = 0.22;

/** Where all curves are above this, nothing tells them apart. */
const FLAT = 0.9;

/** Room at the ends of the axes, as a factor. */
const ROOM = 1.25;

/** What curves are drawn in: the axes, and where they begin. */
export interface SurvivalAxes {
  /** The least probability there is room for. */
  readonly floor: number;
  readonly xaxis: JsonObject;
  readonly yaxis: JsonObject;
}

/**
 * Logarithmic axes that show where curves differ: from the last radius at which all of them are near 1 to the last one
 * that anything exceeds.
 *
 * @param all records that are to share the axes
 * @returns settings of both axes, without titles
 */
export function survivalAxes(all: readonly SurvivalRecords[]): SurvivalAxes {
  const points = all.flatMap(({ radius, curves }) =>
    curves.flatMap(({ survival, high = survival }) =>
      range(radius.length).map((i) => ({ radius: radius[i], survival: survival[i], high: high[i] }))
    )
  );
  const radii = (some: typeof points) => some.map(({ radius }) => radius);
  const apart = Math.min(...radii(points.filter(({ survival }) => survival < FLAT)));
  const from = Math.max(Math.min(...radii(points)), ...radii(points).filter((radius) => radius < apart));
  const to = Math.max(from, ...radii(points.filter(({ high }) => high > 0)));
  const floor = Math.min(0.1, ...points.flatMap(({ survival }) => survival > 0 ? [survival] : [])) / ROOM;
  const axis = (low: number, high: number) => ({
    type: "log",
    range: [Math.log10(low), Math.log10(high)],
  });
  return {
    floor,
    xaxis: { ...axis(from, to * ROOM), dtick: "D2" },
    yaxis: { ...axis(floor, ROOM), exponentformat: "power", dtick: 1 },
  };
}

/**
 * Lines of survival functions, and the bands they are means of. A line ends where nothing is left.
 *
 * @param records radii and curves
 * @param options `floor`, under which nothing is drawn; `axes`, the names of the traces' axes; `legend`, the curves to
 *   name there (default: all); `look`, how each is drawn (default: as its source always is)
 * @returns traces, bands lowest
 * @throws {TypeError} if a curve has not as many values as there are radii
 */
export function survivalLines(
  { radius, curves }: SurvivalRecords,
  { floor, axes = {}, legend = curves, look = lookOf }: {
    readonly floor: number;
    readonly axes?: JsonObject;
    readonly legend?: readonly SurvivalCurve[];
    readonly look?: (curve: SurvivalCurve) => SurvivalLook;
  },
): Trace[] {
  for (const { name, survival, low = survival, high = survival } of curves) {
    for (const { length } of [survival, low, high]) {
      if (length === radius.length) continue;
      throw new TypeError(
        `Cannot draw the survival function of ${name}: expected a value for each of ${radius.length} radii, got ${length}`,
      );
    }
  }
  const x = plotted(radius);
  const lines = curves.map((curve): Trace => {
    const { name, survival } = curve;
    return {
      type: "scatter",
      mode: "lines",
      name,
      legendgroup: name,
      showlegend: legend.includes(curve),
      legendrank: RANKS.get(name) ?? 1000,
      x,
      y: plotted(survival.map((value) => value > 0 ? value : NaN)),
      line: { ...look(curve), simplify: false },
      hovertemplate: "%{y:.2~e}",
      ...axes,
    };
  });
  return [
    ...curves.flatMap((curve) => band(radius, { curve, color: look(curve).color, floor, axes })),
    ...lines,
  ];
}

/** Along the greatest values and back along the least; nothing where all are equal. */
function band(
  radius: Float32Array,
  { curve, color, floor, axes }: {
    readonly curve: SurvivalCurve;
    readonly color: string;
    readonly floor: number;
    readonly axes: JsonObject;
  },
): Trace[] {
  const { name, low, high } = curve;
  if (low === undefined || high === undefined || high.every((value, i) => value === low[i])) return [];
  const there = range(radius.length).filter((i) => high[i] > 0);
  // Drawn no farther than out of the panel: rasterisers fail at what is far outside.
  const edge = (values: Float32Array) => there.map((i) => Math.max(values[i], floor / ROOM));
  return [{
    type: "scatter",
    mode: "lines",
    name,
    legendgroup: name,
    showlegend: false,
    x: plotted([...there, ...there.toReversed()].map((i) => radius[i])),
    y: plotted([...edge(high), ...edge(low).toReversed()]),
    fill: "toself",
    fillcolor: color,
    opacity: BAND_OPACITY,
    line: { width: 0 },
    hoverinfo: "skip",
    ...axes,
  }];
}

function lookOf({ name, role }: SurvivalCurve): SurvivalLook {
  return role === "data" ? DATA : SOURCES.get(name) ?? OTHER;
}
