/**
 * The course of the best and the worst cells of a sweep.
 *
 * @module
 */

import { type Figure, plotted, range, title, type Trace } from "../figure.ts";
import { COLORS } from "../theme.ts";
import { type CellCurve, type Metric, settingsText } from "./records.ts";

/** In the order of the curves, so that each line is told apart without colour too. */
const DASHES = ["solid", "dash", "dot"] as const;

/** So many epochs can be told apart as dots. */
const MOST_MARKERS = 30;

/**
 * Draws the metric by epoch, of the best cells in one colour and of the worst in another.
 *
 * From ten epochs on it opens on what follows the first tenth of them, whose fall would flatten all else.
 *
 * @param curves the `best` cells, the best first, and the `worst`, the worst last; at most three of each
 * @param options the metric, and the keys that tell cells apart
 * @returns a figure
 *
 * @example
 * ```ts
 * import { bestAndWorst } from "./best_and_worst.ts";
 *
 * const cell = { name: "0000", settings: { seed: 0 }, value: 97 };
 * const metric = { name: "validation.loss", unit: "nats per example", direction: "min" } as const;
 * const figure = bestAndWorst({ best: [{ cell, values: [120, 97] }], worst: [] }, { metric, keys: ["seed"] });
 * console.log(figure.data[0].name); // 0000: seed 0
 * ```
 */
export function bestAndWorst(
  { best, worst }: { readonly best: readonly CellCurve[]; readonly worst: readonly CellCurve[] },
  { metric, keys }: { readonly metric: Metric; readonly keys: readonly string[] },
): Figure {
  const curves = [...best, ...worst];
  const longest = Math.max(...curves.map(({ values }) => values.length));
  return {
    data: curves.map(({ cell, values }, i): Trace => {
      const [color, place] = i < best.length ? [COLORS.model, i] : [COLORS.data, curves.length - 1 - i];
      return {
        type: "scatter",
        mode: longest <= MOST_MARKERS ? "lines+markers" : "lines",
        name: `${cell.name}: ${settingsText(cell.settings, keys)}`,
        x: range(values.length).map((i) => i + 1),
        y: plotted(values),
        line: { color, width: 2, dash: DASHES[place % DASHES.length] },
        marker: { color, size: 5 },
        hovertemplate: `%{y:.5~g}<extra>${cell.name}</extra>`,
      };
    }),
    layout: {
      title: title(`${metric.name} of the best and the worst cells`),
      height: 400 + 20 * curves.length,
      hovermode: "x unified",
      legend: { orientation: "v", x: 0, y: 1.03, yanchor: "bottom", traceorder: "normal" },
      xaxis: {
        title: { text: "epoch" },
        unifiedhovertitle: { text: "epoch %{x}" },
        ...(longest <= 10 ? { dtick: 1, range: [0.8, Math.max(2, longest) + 0.2] } : {}),
      },
      yaxis: { title: { text: metric.unit }, ...settledRange(curves) },
    },
  };
}

/**
 * Whether the figure opens on less than all epochs.
 *
 * @param curves what is drawn
 */
export function opensLate(curves: readonly CellCurve[]): boolean {
  return curves.some(({ values }) => values.length >= 10);
}

function settledRange(curves: readonly CellCurve[]): { range?: readonly number[] } {
  const values = curves.flatMap(({ values }) => values.slice(Math.ceil(values.length / 10)))
    .filter(Number.isFinite);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const room = 0.08 * (most - least);
  return opensLate(curves) && room > 0 ? { range: [least - room, most + room] } : {};
}
