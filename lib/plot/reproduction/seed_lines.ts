/**
 * Curves of several seeds as one line.
 *
 * @module
 */

import { type JsonObject, plotted, range, type Trace } from "../figure.ts";
import { modeOf } from "../loss_panels.ts";
import type { LineLook } from "../theme.ts";

/** Curves over the same epochs, one for each seed. */
export interface SeedCurves {
  /** What the legend calls them. */
  readonly name: string;
  readonly look: LineLook;
  /** In order; those that all curves have are drawn. */
  readonly epochs: readonly number[];
  /** At least one. */
  readonly curves: readonly (readonly number[])[];
}

/** How curves are drawn. */
export interface SeedLineOptions {
  /** In pixels. */
  readonly width: number;
  /** The names of the traces' axes. */
  readonly axes?: JsonObject;
  /** Whether the legend has them; lines of one name are hidden together. */
  readonly showlegend: boolean;
}

/** Opacity of bands, 0.22 as two hexadecimal digits. */
const BAND_ALPHA = "38";

/**
 * A line, the mean over seeds.
 *
 * @param curves what is drawn
 * @param options how
 */
export function seedLine({ name, look, epochs, curves }: SeedCurves, options: SeedLineOptions): Trace {
  const { width, axes = {}, showlegend } = options;
  const there = common(epochs, curves);
  const mean = there.map((i) => curves.reduce((sum, curve) => sum + curve[i], 0) / curves.length);
  return {
    type: "scatter",
    mode: modeOf(there),
    name,
    legendgroup: name,
    showlegend,
    x: there.map((i) => epochs[i]),
    y: plotted(mean),
    line: { ...look, width },
    marker: { color: look.color, size: 2.5 * width },
    hovertemplate: "%{y:.2f}",
    ...axes,
  };
}

/**
 * A band from the least to the greatest of the seeds.
 *
 * @param curves what is drawn
 * @param options where
 * @returns nothing where there is one seed
 */
export function seedBand(
  { name, look, epochs, curves }: SeedCurves,
  { axes = {} }: Pick<SeedLineOptions, "axes">,
): Trace[] {
  if (curves.length < 2) return [];
  const there = common(epochs, curves).filter((i) => curves.every((curve) => Number.isFinite(curve[i])));
  const edge = (of: (...values: number[]) => number) =>
    there.map((i) => of(...curves.map((curve) => curve[i])));
  const x = there.map((i) => epochs[i]);
  return [{
    type: "scatter",
    mode: "lines",
    name,
    legendgroup: name,
    showlegend: false,
    x: [...x, ...x.toReversed()],
    y: plotted([...edge(Math.max), ...edge(Math.min).toReversed()]),
    fill: "toself",
    // Its opacity is part of the colour: rasterisers lose groups that reach far outside, as early losses do.
    fillcolor: `${look.color}${BAND_ALPHA}`,
    line: { width: 0 },
    hoverinfo: "skip",
    ...axes,
  }];
}

/** Places of the epochs that all curves have. */
function common(epochs: readonly number[], curves: SeedCurves["curves"]): number[] {
  return range(Math.min(epochs.length, ...curves.map(({ length }) => length)));
}
