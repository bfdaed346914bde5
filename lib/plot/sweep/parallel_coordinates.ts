/**
 * Cells of a sweep as lines through their settings.
 *
 * @module
 */

import { type Figure, plotted, title, type Trace } from "../figure.ts";
import { type FinishedCell, goodness, type Metric, rounded, settingsText, spaced } from "./records.ts";
import { rampColor } from "./ramp.ts";
import { settingAxis, steps } from "./setting_axis.ts";

/** More lines cannot be told apart. */
const MOST_LINES = 400;
/** How far lines that share a value are spread along an axis that is 1 high. */
const SPREAD = 0.07;
/** The width of a letter and of the room beside words, as fractions of the whole figure's width. */
const LETTER = 0.0085, ROOM = 0.012;
/** The most of the way from one axis to the next that words may take. */
const MOST_WORDS = 0.6;

/** An axis that lines go through. */
interface Axis {
  readonly name: string;
  /** Between 0 and 1 where all goes well; undefined where a cell has no place. */
  readonly heights: readonly (number | undefined)[];
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
}

/**
 * Draws each cell as a line through its settings that ends at the metric, the best end up, coloured by it.
 *
 * Lines that share a value are spread a little, the better ones above. Of more than 400 cells, every k-th by rank is
 * drawn.
 *
 * @param cells finished ones
 * @param options the metric, and the keys to draw, one axis each
 * @returns a figure
 *
 * @example
 * ```ts
 * import { parallelCoordinates } from "./parallel_coordinates.ts";
 *
 * const cells = [3, 5].map((df) => ({ name: `df ${df}`, settings: { "latent.df": df }, value: 100 - df }));
 * const metric = { name: "validation.loss", unit: "nats per example", direction: "min" } as const;
 * console.log(parallelCoordinates(cells, { metric, keys: ["latent.df"] }).data.length); // 2: a line for each cell
 * ```
 */
export function parallelCoordinates(
  cells: readonly FinishedCell[],
  { metric, keys }: { readonly metric: Metric; readonly keys: readonly string[] },
): Figure {
  const good = goodness(cells.map(({ value }) => value), metric.direction);
  // The best are drawn last, above the others.
  const sorted = spaced(cells.toSorted((a, b) => good(a.value) - good(b.value)), MOST_LINES);
  const axes = [...keys.map((key) => keyAxis(key, sorted)), metricAxis(sorted, metric)];
  const width = keys.length;
  const room = (texts: readonly string[]) => halfWidth(texts, width);
  const halves = axes.map(({ ticks }, i) => i === width ? 0 : room(ticks.map(({ text }) => text)));
  const points = (row: number) =>
    axes.flatMap(({ heights }, i) => {
      const y = heights[row] ?? NaN;
      if (i === width) return [[i, y]];
      // The line is interrupted where words stand.
      return [...(i === 0 ? [] : [[i - halves[i], y]]), [i, NaN], [i + halves[i], y]];
    });
  return {
    data: sorted.map(({ name, settings, value }, row): Trace => ({
      type: "scatter",
      mode: "lines",
      name,
      showlegend: false,
      x: plotted(points(row).map(([x]) => x)),
      y: plotted(points(row).map(([, y]) => y)),
      line: { color: rampColor(good(value)), width: 1.5 },
      text: `${metric.name} ${rounded(value)}<br>${settingsText(settings, keys).replaceAll(", ", "<br>")}`,
      hovertemplate: `%{text}<extra>${name}</extra>`,
    })),
    layout: {
      title: title(`Settings and ${metric.name} of each cell`),
      height: 420,
      hovermode: "closest",
      margin: { b: 12, l: 12 },
      xaxis: {
        visible: false,
        fixedrange: true,
        range: [
          -Math.max(halves[0], room(lines(axes[0].name))),
          width +
          Math.max(2 * room(axes[width].ticks.map(({ text }) => text)), room(lines(axes[width].name))),
        ],
      },
      yaxis: { visible: false, range: [-0.06, 1.22] },
      annotations: axes.flatMap(({ name, ticks }, i) => [
        {
          text: lines(name).join("<br>"),
          x: i,
          y: 1.06,
          yanchor: "bottom",
          showarrow: false,
        },
        ...ticks.map(({ at, text }) => ({
          text,
          x: i,
          y: at,
          font: { size: 11 },
          showarrow: false,
          ...(i === width ? { xanchor: "left", xshift: 3 } : { xanchor: "center" }),
        })),
      ]),
    },
  };
}

function keyAxis(key: string, cells: readonly FinishedCell[]): Axis {
  const axis = settingAxis(key, cells.map(({ settings }) => settings));
  const [low, high] = axis.extent;
  const scaled = (at: number) => low === high ? 0.5 : (at - low) / (high - low);
  const places = cells.map(({ settings }) => axis.position(settings));
  const heights = places.map((at) => at === undefined ? undefined : scaled(at));
  return {
    name: key,
    ticks: axis.ticks.map(({ at, text }) => ({ at: scaled(at), text })),
    heights: axis.discrete ? spread(heights) : heights,
  };
}

/** Fans out equal heights, in the order of the cells. */
function spread(heights: readonly (number | undefined)[]): (number | undefined)[] {
  const groups = Map.groupBy(heights.keys(), (row) => heights[row]);
  return heights.map((height, row) => {
    const group = groups.get(height)!;
    if (height === undefined || group.length === 1) return height;
    return height + SPREAD * (group.indexOf(row) / (group.length - 1) - 0.5);
  });
}

function metricAxis(cells: readonly FinishedCell[], { name, direction }: Metric): Axis {
  const values = cells.map(({ value }) => value);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const good = goodness(values, direction);
  return {
    name,
    heights: values.map(good),
    ticks: (least === most ? [least] : steps(least, most)).map((value) => ({
      at: good(value),
      text: String(rounded(value)),
    })),
  };
}

/** A dotted key in short lines. */
function lines(key: string): string[] {
  return key.split(/(?<=\.)/);
}

/** Half the room that words take, in distances between axes. */
function halfWidth(texts: readonly string[], axes: number): number {
  const letters = Math.max(0, ...texts.map((text) => text.length));
  return Math.min(MOST_WORDS, (letters * LETTER + ROOM) * axes) / 2;
}
