/**
 * How training went.
 *
 * @module
 */

import { type Figure, title } from "./figure.ts";
import { lossPanels } from "./loss_panels.ts";
import type { EpochRecord, ObjectiveKind } from "./records.ts";
import { COLORS } from "./theme.ts";

const SPLITS = [
  { key: "train", name: "train", look: { color: COLORS.data, dash: "solid" } },
  { key: "validation", name: "validation", look: { color: COLORS.other, dash: "dash" } },
  { key: "test", name: "test", look: { color: COLORS.model, dash: "solid" } },
  {
    key: "testOnBatchStatistics",
    name: "test, batch statistics",
    look: { color: COLORS.model, dash: "dot" },
  },
] as const;

/**
 * Draws loss, reconstruction and KL divergence by epoch, one panel each, one line per split that was measured.
 *
 * From ten epochs on, the panels open on what follows the first tenth of them, whose fall would flatten all else;
 * a double click shows the rest. The training set's means are taken while the parameters move, so early in training
 * they lie above the others.
 *
 * @param metrics one record per epoch
 * @param objective what the loss is of, and so in what; an ELBO by default
 * @returns a figure of three panels over one epoch axis
 *
 * @example
 * ```ts
 * import { lossCurves } from "./loss_curves.ts";
 *
 * const train = { loss: 140, reconstruction: 132, kl: 8 };
 * const figure = lossCurves([{ epoch: 1, step: 118, seconds: 2, train }]);
 * console.log(figure.data.length); // 3: one line in each panel
 * ```
 */
export function lossCurves(metrics: readonly EpochRecord[], objective: ObjectiveKind = "elbo"): Figure {
  const epochs = metrics.map(({ epoch }) => epoch);
  const measured = SPLITS.filter(({ key }) => metrics.some((record) => record[key] !== undefined));
  const { data, layout } = lossPanels(
    measured.map(({ key, name, look }) => ({
      name,
      look,
      epochs,
      means: metrics.map((record) => record[key]),
    })),
    { title: "Loss", unit: objective === "t3" ? "power divergence" : "nats per example" },
  );
  return {
    data,
    layout: {
      ...layout,
      title: title("Loss by epoch"),
      height: 560,
      legend: { orientation: "h", x: 0, y: 1.05, yanchor: "bottom" },
    },
  };
}
