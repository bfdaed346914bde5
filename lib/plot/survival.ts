/**
 * How far examples or latents reach.
 *
 * @module
 */

import { type Figure, title as heading } from "./figure.ts";
import type { SurvivalRecords } from "./records.ts";
import { survivalAxes, survivalLines } from "./survival_lines.ts";

/**
 * Draws survival functions, P(norm > r), on logarithmic axes.
 *
 * A tail like r^(-df) is a straight line of slope −df, a Gaussian one falls ever faster. A line ends where no draw is
 * left: below one in as many as were made, nothing is known.
 *
 * @param options a `title`, the `quantity` whose norm it is (`|x|`), the `radius` at each point and the `curves`
 * @returns a figure
 * @throws {TypeError} if a curve has not as many values as there are radii
 *
 * @example
 * ```ts
 * import { survival } from "./survival.ts";
 *
 * const figure = survival({
 *   title: "Tails of examples",
 *   quantity: "|x|",
 *   radius: Float32Array.of(1, 2, 4, 8),
 *   curves: [
 *     { name: "data", role: "data", survival: Float32Array.of(0.5, 0.1, 0.02, 0.004) },
 *     { name: "prior", role: "source", survival: Float32Array.of(0.5, 0.08, 0.001, 0) },
 *   ],
 * });
 * console.log(figure.data[1].y); // [0.5, 0.08, 0.001, null]
 * ```
 */
export function survival(
  { title, quantity, ...records }: SurvivalRecords & {
    readonly title: string;
    readonly quantity: "|x|" | "|z|";
  },
): Figure {
  const { floor, xaxis, yaxis } = survivalAxes([records]);
  return {
    data: survivalLines(records, { floor }),
    layout: {
      title: heading(title),
      height: 420,
      hovermode: "x unified",
      legend: { orientation: "h", x: 0, y: 1.02, yanchor: "bottom", traceorder: "normal" },
      xaxis: { ...xaxis, title: { text: "r" }, unifiedhovertitle: { text: "r = %{x:.3~g}" } },
      yaxis: { ...yaxis, title: { text: `P(${quantity} > r)` } },
    },
  };
}
