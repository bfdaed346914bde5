/**
 * What the loss is made of.
 *
 * @module
 */

import { type Figure, plotted, title, type Trace } from "./figure.ts";
import { epochAxis } from "./loss_panels.ts";
import { commonSplit, type EpochRecord, type Means, type ObjectiveKind } from "./records.ts";
import { COLORS } from "./theme.ts";

/** A part of the sum that areas stand for. */
interface Part {
  readonly name: string;
  readonly color: string;
  readonly of: (means: Means) => number;
}

const RECONSTRUCTION: Part = {
  name: "reconstruction",
  color: COLORS.data,
  of: ({ reconstruction }) => reconstruction,
};

/** All that an ELBO's loss has besides, with whatever weight and free bits it was trained. */
const WEIGHTED: Part = {
  name: "β · KL divergence",
  color: COLORS.model,
  of: ({ loss, reconstruction }) => loss - reconstruction,
};

const DIVERGENCE: Part = { name: "KL divergence", color: COLORS.model, of: ({ kl }) => kl };

/**
 * Draws the parts of the loss by epoch as areas, one on the other, so that the upper edge is the loss: of the
 * validation set, else of the test set, else as trained.
 *
 * The loss of an ELBO is reconstruction + β · KL. Those of other objectives are no such sum: for them the areas add up
 * to −ELBO. The divergence is at the bottom, where it is easy to read. Where reconstructions are below zero (of densities
 * above one), theirs is a line, and the divergence is the area above it.
 *
 * @param metrics one record per epoch, at least one
 * @param objective what training optimised; an ELBO by default
 * @returns a figure
 *
 * @example
 * ```ts
 * import { lossDecomposition } from "./loss_decomposition.ts";
 *
 * const test = { loss: 148, reconstruction: 132, kl: 8 }; // β = 2
 * const figure = lossDecomposition([{ epoch: 1, step: 118, seconds: 2, train: test, test }]);
 * console.log(figure.data.map(({ name, y }) => [name, y])); // [["β · KL divergence", [16]], ["reconstruction", [132]]]
 * ```
 */
export function lossDecomposition(
  metrics: readonly EpochRecord[],
  objective: ObjectiveKind = "elbo",
): Figure {
  const split = commonSplit([metrics], ["validation", "test"]);
  const measured = metrics.flatMap((record) => {
    const means = record[split];
    return means === undefined ? [] : [{ epoch: record.epoch, means }];
  });
  const epochs = measured.map(({ epoch }) => epoch);
  const divergence = objective === "elbo" ? WEIGHTED : DIVERGENCE;
  const below = measured.some(({ means }) => means.reconstruction < 0);
  const parts = below ? [RECONSTRUCTION, divergence] : [divergence, RECONSTRUCTION];
  return {
    data: parts.map(({ name, color, of }, i): Trace => ({
      type: "scatter",
      // A single epoch has no area.
      mode: epochs.length === 1 ? "lines+markers" : "lines",
      name,
      stackgroup: "loss",
      // An area from zero says nothing where zero is nowhere near.
      ...(below && i === 0 && { fill: "none" }),
      x: epochs,
      y: plotted(measured.map(({ means }) => of(means))),
      line: { color, width: 1.5 },
      marker: { color, size: 5 },
      hovertemplate: "%{y:.2f}",
    })),
    layout: {
      title: title(`${objective === "elbo" ? "Loss" : "−ELBO"} by epoch, in its parts`),
      height: 300,
      hovermode: "x unified",
      legend: { orientation: "h", x: 0, y: 1.02, yanchor: "bottom", traceorder: "reversed" },
      xaxis: epochAxis(epochs),
      yaxis: {
        title: { text: `nats per example (${split})` },
        ...(below && { range: rangeOf(measured.flatMap(({ means }) => edges(means, divergence))) }),
      },
    },
  };
}

/** Of the band that the divergence is. */
function edges(means: Means, divergence: Part): number[] {
  return [means.reconstruction, means.reconstruction + divergence.of(means)];
}

function rangeOf(values: readonly number[]): [number, number] {
  const finite = values.filter(Number.isFinite);
  const [least, most] = [Math.min(...finite), Math.max(...finite)];
  const room = 0.08 * (most - least) || 1;
  return [least - room, most + room];
}
