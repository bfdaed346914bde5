/**
 * How far the examples or latents of each configuration of a sweep reach.
 *
 * @module
 */

import { type Figure, type JsonObject, range, title as heading } from "../figure.ts";
import type { SurvivalCurve } from "../records.ts";
import { survivalAxes, survivalLines } from "../survival_lines.ts";
import { axisDomain, axisSuffix } from "./panel_grid.ts";
import { settingsText, type SurvivalGroup } from "./records.ts";

/** More panels make a figure that nobody looks through. */
const MOST_PANELS = 16;
/** Panels side by side. */
const COLUMNS = 4;
/** Heights in pixels: of a panel, of a line of words above it, of what else is between two rows, and around all. */
const PANEL = 160, LINE = 14, BETWEEN = 14, AROUND = 150;
/** The height of a lone panel; two are half as high each. */
const FEW = 400;
/** Between panels, as a fraction of the figure. */
const GAP = 0.035;
/** A line above a panel has room for so many letters. */
const MOST_LETTERS = 26;

/**
 * Draws survival functions, P(norm > r), of each configuration in a panel of its own, all on the same logarithmic axes:
 * the mean over its cells, and a band from the least to the greatest.
 *
 * @param groups configurations in order; of more than 16 the first are drawn
 * @param options a `title`, the `quantity` whose norm it is (`|x|`), and the `keys` that tell configurations apart
 * @returns a figure, four panels in a row
 * @throws {TypeError} if a curve has not as many values as there are radii
 *
 * @example
 * ```ts
 * import { survivalPanels } from "./survival_panels.ts";
 *
 * const groups = [3, 9].map((df) => ({
 *   settings: { "latent.df": df },
 *   radius: Float32Array.of(1, 2, 4),
 *   curves: [
 *     { name: "data", role: "data" as const, survival: Float32Array.of(0.5, 0.1, 0.02) },
 *     { name: "prior", role: "source" as const, survival: Float32Array.of(0.5, 0.05, 0.2 / df) },
 *   ],
 * }));
 * const figure = survivalPanels(groups, { title: "Tails of examples", quantity: "|x|", keys: ["latent.df"] });
 * console.log(figure.data.length); // 4: two lines in each panel
 * ```
 */
export function survivalPanels(
  groups: readonly SurvivalGroup[],
  { title, quantity, keys }: {
    readonly title: string;
    readonly quantity: "|x|" | "|z|";
    readonly keys: readonly string[];
  },
): Figure {
  const drawn = groups.slice(0, MOST_PANELS);
  const words = wordsOf(drawn, keys);
  const columns = Math.min(COLUMNS, drawn.length), rows = Math.ceil(drawn.length / COLUMNS);
  const above = LINE * Math.max(...words.map(({ length }) => length)) + BETWEEN;
  const area = rows * (Math.max(PANEL, FEW / columns) + above) - above;
  const { floor, xaxis, yaxis } = survivalAxes(drawn);
  const legend = firstOfEachName(drawn.flatMap(({ curves }) => curves));
  const layout = range(drawn.length).map((i): JsonObject => ({
    [`xaxis${axisSuffix(i)}`]: {
      ...xaxis,
      anchor: `y${axisSuffix(i)}`,
      domain: axisDomain(i % COLUMNS, { of: columns, gap: GAP }),
      // The lowest of its column.
      ...(i + COLUMNS >= drawn.length ? { title: { text: "r" } } : { showticklabels: false, ticks: "" }),
      ...(i === 0 ? {} : { matches: "x" }),
    },
    [`yaxis${axisSuffix(i)}`]: {
      ...yaxis,
      anchor: `x${axisSuffix(i)}`,
      domain: axisDomain(rows - 1 - Math.floor(i / COLUMNS), { of: rows, gap: above / area }),
      ...(i % COLUMNS === 0
        ? { title: { text: `P(${quantity} > r)` } }
        : { showticklabels: false, ticks: "" }),
      ...(i === 0 ? {} : { matches: "y" }),
    },
  }));
  return {
    data: drawn.flatMap((group, i) =>
      survivalLines(group, {
        floor,
        legend,
        axes: { xaxis: `x${axisSuffix(i)}`, yaxis: `y${axisSuffix(i)}` },
      })
    ),
    layout: Object.assign({
      title: heading(title),
      height: area + above + AROUND,
      hovermode: "x",
      legend: { orientation: "h", x: 0, y: 1 + above / area, yanchor: "bottom", traceorder: "normal" },
      annotations: words.map((words, i) => ({
        text: words.join("<br>"),
        align: "left",
        font: { size: 11 },
        x: 0,
        xref: `x${axisSuffix(i)} domain`,
        xanchor: "left",
        y: 1,
        yref: `y${axisSuffix(i)} domain`,
        yanchor: "bottom",
        yshift: 3,
      })),
    }, ...layout),
  };
}

/** The settings of each group in which they differ, in lines; all of a lone one. */
function wordsOf(groups: readonly SurvivalGroup[], keys: readonly string[]): string[][] {
  const varied = keys.filter((key) =>
    groups.length === 1 || new Set(groups.map(({ settings }) => JSON.stringify(settings[key]))).size > 1
  );
  return groups.map(({ settings }) =>
    broken(varied.filter((key) => key in settings).map((key) => settingsText(settings, [key])))
  );
}

/** Words in as few lines as have room for them, in order; of a long one, the value is on a line of its own. */
function broken(words: readonly string[]): string[] {
  const lines = words.reduce<string[]>((lines, word) => {
    const longer = `${lines.at(-1)}, ${word}`;
    return lines.length > 0 && longer.length <= MOST_LETTERS
      ? [...lines.slice(0, -1), longer]
      : [...lines, word];
  }, []);
  return lines.flatMap((line) => line.length <= MOST_LETTERS ? [line] : line.replace(" ", "\n").split("\n"));
}

/** The curves that a legend names: the first of each name. */
function firstOfEachName(curves: readonly SurvivalCurve[]): readonly SurvivalCurve[] {
  return [...Map.groupBy(curves, ({ name }) => name).values()].map(([first]) => first);
}
