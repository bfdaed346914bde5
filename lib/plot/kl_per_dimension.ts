/**
 * What each latent dimension carries.
 *
 * @module
 */

import { type Figure, plotted, range, title } from "./figure.ts";
import { COLORS } from "./theme.ts";

/** So many bars have room for a number each. */
const MOST_TICKS = 16;

/**
 * Draws the KL divergence of each latent dimension as a bar; one near zero carries no information.
 *
 * @param kl nats per example, `[latentSize]`
 * @returns a figure
 *
 * @example
 * ```ts
 * import { klPerDimension } from "./kl_per_dimension.ts";
 *
 * console.log(klPerDimension([2.9, 3.1, 0.01]).data[0].x); // [1, 2, 3]
 * ```
 */
export function klPerDimension(kl: readonly number[]): Figure {
  return {
    data: [{
      type: "bar",
      x: range(kl.length).map((i) => i + 1),
      y: plotted(kl),
      marker: { color: COLORS.data },
      hovertemplate: "dimension %{x}: %{y:.3f} nats<extra></extra>",
    }],
    layout: {
      title: title("KL divergence of each latent dimension"),
      height: 220,
      bargap: 0.4,
      xaxis: {
        title: { text: "latent dimension" },
        // A lone bar would be as wide as the figure.
        range: [Math.min(0.5, (kl.length - 4) / 2), Math.max(kl.length + 0.5, (kl.length + 6) / 2)],
        showgrid: false,
        ...(kl.length <= MOST_TICKS
          ? { tickmode: "array", tickvals: range(kl.length).map((i) => i + 1) }
          : {}),
      },
      yaxis: { title: { text: "nats per example" }, rangemode: "tozero" },
    },
  };
}
