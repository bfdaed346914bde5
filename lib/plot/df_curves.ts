/**
 * How heavy the learned tails are.
 *
 * @module
 */

import { type Figure, plotted, range, title, type Trace } from "./figure.ts";
import { epochAxis, modeOf } from "./loss_panels.ts";
import type { EpochRecord } from "./records.ts";
import { lineLook } from "./theme.ts";

/** From so many times the least df on, a linear axis would show nothing of small ones, where df matters most; … */
const WIDE = 10;

/** … and from so many on there is room for powers of ten only. */
const VERY_WIDE = 300;

/** So many dimensions fill a row of the legend, and a row is so many pixels high. */
const MANY = 8, ROW = 20;

/**
 * Draws the degrees of freedom that training learns, by epoch: one line, or one for each latent dimension.
 *
 * The axis is logarithmic where they spread over more than a decade: a t of 3 differs much from one of 5, one of 100
 * hardly from a normal.
 *
 * @param metrics one record per epoch
 * @returns a figure; undefined where no df is learned
 *
 * @example
 * ```ts
 * import { dfCurves } from "./df_curves.ts";
 *
 * const means = { loss: 140, reconstruction: 132, kl: 8 };
 * const figure = dfCurves([{ epoch: 1, step: 118, seconds: 2, train: means, df: [4.8, 5.1] }]);
 * console.log(figure?.data.map(({ name }) => name)); // ["1", "2"]
 * ```
 */
export function dfCurves(metrics: readonly EpochRecord[]): Figure | undefined {
  const learned = metrics.flatMap(({ epoch, df }) => df === undefined ? [] : [{ epoch, df }]);
  if (learned.length === 0) return undefined;
  const epochs = learned.map(({ epoch }) => epoch);
  const lines = learned[0].df.length;
  const all = learned.flatMap(({ df }) => df);
  const spread = Math.max(...all) / Math.min(...all);
  return {
    data: range(lines).map((i): Trace => ({
      type: "scatter",
      mode: modeOf(epochs),
      name: lines === 1 ? "df" : String(i + 1),
      x: epochs,
      y: plotted(learned.map(({ df }) => df[i])),
      line: { ...lineLook(i), width: 2 },
      marker: { color: lineLook(i).color, size: 5 },
      hovertemplate: `%{y:.4~g}<extra>${lines === 1 ? "df" : `dimension ${i + 1}`}</extra>`,
    })),
    layout: {
      title: title("Learned degrees of freedom by epoch"),
      height: 300 + Math.floor(lines / MANY) * ROW,
      hovermode: "x unified",
      showlegend: lines > 1,
      legend: {
        title: { text: "latent dimension" },
        orientation: "h",
        x: 0,
        y: 1.02,
        yanchor: "bottom",
        traceorder: "normal",
      },
      xaxis: epochAxis(epochs),
      yaxis: {
        title: { text: "df" },
        ...(spread > WIDE && { type: "log", dtick: spread > VERY_WIDE ? 1 : "D2" }),
      },
    },
  };
}
