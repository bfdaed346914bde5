/**
 * Two parameters at once.
 *
 * @module
 */

import { meanInterval } from "../../math/mean_interval.ts";
import { type Figure, type Json, range, title, type Trace } from "../figure.ts";
import { rampColor } from "./ramp.ts";
import { type FinishedCell, goodness, type Metric, rounded, valueText } from "./records.ts";
import { distinctValues } from "./setting_axis.ts";

/** More rows or columns leave no room for numbers. */
const MOST_LEVELS = 16;

/**
 * Draws the metric for every pair of values of two parameters, the mean over all cells that share them.
 *
 * Values stand in even steps, whatever their distances.
 *
 * @param cells finished ones
 * @param options the metric, and two keys: the first along the bottom
 * @returns a figure; undefined where the values make no grid, as those of random search
 *
 * @example
 * ```ts
 * import { heatMap } from "./heat_map.ts";
 *
 * const cells = [3, 5].flatMap((df) =>
 *   [2, 8].map((size) => ({
 *     name: `${df}, ${size}`,
 *     settings: { "latent.df": df, "latent.size": size },
 *     value: 100 - df - size,
 *   }))
 * );
 * const metric = { name: "validation.loss", unit: "nats per example", direction: "min" } as const;
 * console.log(heatMap(cells, { metric, keys: ["latent.df", "latent.size"] })?.data.length); // 2: a trace for each row
 * ```
 */
export function heatMap(
  cells: readonly FinishedCell[],
  { metric, keys: [across, up] }: { readonly metric: Metric; readonly keys: readonly [string, string] },
): Figure | undefined {
  const [columns, rows] = [across, up].map((key) =>
    distinctValues(cells.map(({ settings }) => settings[key]))
  );
  const groups = Map.groupBy(cells, ({ settings }) => JSON.stringify([settings[across], settings[up]]));
  const size = columns.length * rows.length;
  if (Math.max(columns.length, rows.length) > MOST_LEVELS || groups.size < size / 2) return undefined;

  const means = new Map(
    [...groups].map(([place, group]) => [place, meanInterval(group.map(({ value }) => value)).mean] as const),
  );
  const good = goodness([...means.values()], metric.direction);
  const axis = (key: string, values: readonly (Json | undefined)[]) => ({
    title: { text: key },
    showgrid: false,
    ticks: "",
    tickmode: "array",
    tickvals: range(values.length),
    ticktext: values.map(valueText),
    range: [-0.5, values.length - 0.5],
  });
  return {
    // Bars side by side, as a heat map would be pixels where all else is lines.
    data: rows.map((row, j): Trace => {
      const values = columns.map((column) => means.get(JSON.stringify([column, row])) ?? NaN);
      return {
        type: "bar",
        name: valueText(row),
        x: range(columns.length),
        y: values.map((value) => Number.isFinite(value) ? 1 : null),
        base: j - 0.5,
        width: 1,
        marker: { color: values.map((value) => rampColor(Number.isFinite(value) ? good(value) : 0)) },
        text: values.map((value) => Number.isFinite(value) ? String(rounded(value)) : ""),
        textposition: "inside",
        insidetextanchor: "middle",
        textangle: 0,
        constraintext: "none",
        hovertemplate: `${across} %{x}, ${up} ${valueText(row)}: %{text}<extra></extra>`,
        showlegend: false,
      };
    }),
    layout: {
      title: title(`Mean ${metric.name} for each ${across} and ${up}`),
      height: Math.max(260, Math.min(560, 120 + 56 * rows.length)),
      barmode: "overlay",
      bargap: 0,
      xaxis: axis(across, columns),
      yaxis: axis(up, rows),
    },
  };
}
