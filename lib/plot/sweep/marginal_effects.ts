/**
 * What each parameter of a sweep does on its own.
 *
 * @module
 */

import { type MeanInterval, meanInterval } from "../../math/mean_interval.ts";
import { type Figure, type JsonObject, plotted, range, title, type Trace } from "../figure.ts";
import { COLORS } from "../theme.ts";
import { axisDomain, axisSuffix } from "./panel_grid.ts";
import { type FinishedCell, meanTexts, type Metric, spaced, valueText } from "./records.ts";
import { type SettingAxis, settingAxis } from "./setting_axis.ts";

/** Panels side by side. */
const COLUMNS = 3;
/** The height of a row of panels, and of what is around them, in pixels. */
const ROW = 240, AROUND = 60;
/** Between panels, as a fraction of the figure. */
const GAP = 0.035;
/** More dots hide one another and make the page slow. */
const MOST_DOTS = 1000;
/** How far beyond its panel an interval is drawn that does not end in it, as a fraction of the panel. */
const EDGE = 0.02;
/** Into so many groups of as many cells are values put that are all different. */
const BINS = 5;

/** Cells that share a value, or that are neighbours, and the place of their mean. */
interface Level {
  readonly at: number;
  readonly text: string;
  readonly interval: MeanInterval;
}

/** A finished cell that has a place along an axis. */
interface Placed {
  readonly cell: FinishedCell;
  readonly at: number;
}

/**
 * Draws the metric against each varied parameter: every cell as a dot, and for each value the mean over all others with
 * its 95 % confidence interval.
 *
 * Values that are all different, as random search draws them, are put into five groups of neighbours. Of more than 1000
 * cells, every k-th is a dot; means are over all.
 *
 * @param cells finished ones
 * @param options the metric, and the keys to draw, one panel each
 * @returns a figure, three panels in a row
 *
 * @example
 * ```ts
 * import { marginalEffects } from "./marginal_effects.ts";
 *
 * const cells = [3, 5].map((df) => ({ name: `df ${df}`, settings: { "latent.df": df }, value: 100 - df }));
 * const metric = { name: "validation.loss", unit: "nats per example", direction: "min" } as const;
 * console.log(marginalEffects(cells, { metric, keys: ["latent.df"] }).data.length); // 2: dots and means
 * ```
 */
export function marginalEffects(
  cells: readonly FinishedCell[],
  { metric, keys }: { readonly metric: Metric; readonly keys: readonly string[] },
): Figure {
  const axes = keys.map((key) => settingAxis(key, cells.map(({ settings }) => settings)));
  const columns = Math.min(COLUMNS, axes.length), rows = Math.ceil(axes.length / COLUMNS);
  const height = ROW * rows + AROUND;
  const values = valueRange(cells);
  const layout = axes.map((axis, i): JsonObject => ({
    [`xaxis${axisSuffix(i)}`]: {
      anchor: `y${axisSuffix(i)}`,
      domain: axisDomain(i % COLUMNS, { of: columns, gap: GAP }),
      title: { text: axis.key },
      range: padded(axis),
      showgrid: false,
      tickmode: "array",
      tickvals: axis.ticks.map(({ at }) => at),
      ticktext: axis.ticks.map(({ text }) => text),
    },
    [`yaxis${axisSuffix(i)}`]: {
      anchor: `x${axisSuffix(i)}`,
      domain: axisDomain(rows - 1 - Math.floor(i / COLUMNS), { of: rows, gap: 86 / height }),
      range: values,
      ...(i % COLUMNS === 0 ? { title: { text: metric.name } } : { showticklabels: false, ticks: "" }),
      ...(i === 0 ? {} : { matches: "y" }),
    },
  }));
  return {
    data: axes.flatMap((axis, i) =>
      panel(axis, { cells, values, suffix: axisSuffix(i), showlegend: i === 0 })
    ),
    layout: Object.assign({
      title: title(`Marginal effect of each parameter on ${metric.name}`),
      height,
      hovermode: "closest",
      legend: { orientation: "h", x: 0, y: 1 + 8 / height, yanchor: "bottom", traceorder: "normal" },
    }, ...layout),
  };
}

function panel(
  axis: SettingAxis,
  { cells, values, suffix, showlegend }: {
    readonly cells: readonly FinishedCell[];
    readonly values: readonly [number, number];
    readonly suffix: string;
    readonly showlegend: boolean;
  },
): Trace[] {
  const placed = cells.flatMap((cell): Placed[] => {
    const at = axis.position(cell.settings);
    return at === undefined ? [] : [{ cell, at }];
  });
  const levels = axis.discrete ? sharedLevels(placed, axis) : neighbours(placed);
  const dots = spaced(placed, MOST_DOTS);
  const axes = { xaxis: `x${suffix}`, yaxis: `y${suffix}` };
  // Drawn no farther than out of the panel: rasterisers fail at what is far outside.
  const [low, high] = values;
  const edges = [low - EDGE * (high - low), high + EDGE * (high - low)] as const;
  const bars = (toEdge: (edges: readonly [number, number], mean: number) => number) =>
    plotted(
      levels.map(({ interval: { mean, halfWidth = NaN } }) => Math.min(halfWidth, toEdge(edges, mean))),
    );
  return [
    {
      type: "scatter",
      mode: "markers",
      name: "cell",
      legendgroup: "cell",
      showlegend,
      x: plotted(dots.map(({ at }) => at)),
      y: plotted(dots.map(({ cell }) => cell.value)),
      text: dots.map(({ cell }) => `${cell.name}, ${axis.key} ${valueText(cell.settings[axis.key])}`),
      hovertemplate: "%{y:.5~g}<extra>%{text}</extra>",
      marker: { color: COLORS.neutral, size: 5, opacity: 0.55 },
      ...axes,
    },
    {
      type: "scatter",
      mode: axis.numeric ? "lines+markers" : "markers",
      name: "mean and 95 % interval",
      legendgroup: "mean",
      showlegend,
      x: plotted(levels.map(({ at }) => at)),
      y: plotted(levels.map(({ interval }) => interval.mean)),
      error_y: {
        type: "data",
        symmetric: false,
        array: bars(([, high], mean) => high - mean),
        arrayminus: bars(([low], mean) => mean - low),
        thickness: 1.5,
        width: 4,
      },
      text: levels.map(({ text, interval }) => {
        const { mean, halfWidth } = meanTexts(interval);
        return `${text}: ${mean} ${halfWidth}<br>${interval.count} cell${interval.count === 1 ? "" : "s"}`;
      }),
      hovertemplate: "%{text}<extra></extra>",
      line: { color: COLORS.model, width: 1.5 },
      marker: { color: COLORS.model, size: 8 },
      ...axes,
    },
  ];
}

/** Cells that stand at the same tick. */
function sharedLevels(placed: readonly Placed[], { ticks, key }: SettingAxis): Level[] {
  const groups = Map.groupBy(placed, ({ at }) => at);
  return ticks.flatMap(({ at, text }) => {
    const group = groups.get(at);
    return group === undefined ? [] : [{ ...level(group), at, text: `${key} ${text}` }];
  });
}

/** Groups of as many cells each, in order. */
function neighbours(placed: readonly Placed[]): Level[] {
  const sorted = placed.toSorted((a, b) => a.at - b.at);
  const border = (bin: number) => Math.round(bin * sorted.length / BINS);
  return range(BINS).map((bin) => level(sorted.slice(border(bin), border(bin + 1))));
}

function level(group: readonly Placed[]): Level {
  return {
    at: group.reduce((sum, { at }) => sum + at, 0) / group.length,
    text: "neighbours",
    interval: meanInterval(group.map(({ cell }) => cell.value)),
  };
}

/** All values with some room; intervals of two or three cells may reach far beyond and would flatten all else. */
function valueRange(cells: readonly FinishedCell[]): [number, number] {
  const values = cells.map(({ value }) => value);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const room = 0.08 * (most - least) || Math.abs(most) * 0.01 || 1;
  return [least - room, most + room];
}

/** Numbers with room at both ends; a row of categories as if each were in a cell of its own. */
function padded({ extent: [low, high], numeric }: SettingAxis): [number, number] {
  const room = numeric ? 0.08 * (high - low) : 0.5;
  return [low - room, high + room];
}
