/**
 * How the training of several runs went.
 *
 * @module
 */

import { type Figure, title } from "../figure.ts";
import { lossPanels } from "../loss_panels.ts";
import type { Split } from "../records.ts";
import { comparability } from "./comparability.ts";
import { type ComparedRun, runLook } from "./records.ts";

/** Where means are from, in words. */
export const SPLITS: Readonly<Record<Split, string>> = {
  test: "on the test set",
  validation: "on the validation set",
  train: "in training",
};

/** The height of a run's name in the legend, in pixels. */
const NAME = 20;

/**
 * Draws loss, reconstruction and KL divergence by epoch, one panel each, one line per run.
 *
 * All runs are shown on the same split: the test set, else the validation set, else as trained. Where losses do not
 * compare, the first panel has reconstruction + KL, minus the ELBO. From ten epochs on the panels open on what follows
 * the first tenth of them.
 *
 * @param runs at least one
 * @returns a figure of three panels over one epoch axis
 *
 * @example
 * ```ts
 * import { lossComparison } from "./loss_comparison.ts";
 *
 * const train = { loss: 148, reconstruction: 132, kl: 8 };
 * const figure = lossComparison([1, 2].map((beta) => ({
 *   name: `beta-${beta}`,
 *   config: [],
 *   dataset: "mnist",
 *   latent: { family: "gaussian", size: 3, kl: "closed" },
 *   objective: { kind: "elbo", beta },
 *   likelihood: "bernoulli",
 *   metrics: [{ epoch: 1, step: 118, seconds: 2, train }],
 * })));
 * console.log(figure.data[0].y); // [140]: the losses do not compare
 * ```
 */
export function lossComparison(runs: readonly ComparedRun[]): Figure {
  const { name, unit, of, split } = comparability(runs).measure;
  const lines = runs.map(({ name, metrics }, i) => ({
    name,
    look: runLook(i),
    epochs: metrics.map(({ epoch }) => epoch),
    means: metrics.map((record) => record[split] && of(record[split])),
  }));
  const { data, layout } = lossPanels(lines, { title: capitalised(name), unit });
  return {
    data,
    layout: {
      ...layout,
      title: title(`${capitalised(name)} of each run by epoch, ${SPLITS[split]}`),
      height: 540 + NAME * runs.length,
      legend: { orientation: "v", x: 0, y: 1.05, yanchor: "bottom", traceorder: "normal" },
    },
  };
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
