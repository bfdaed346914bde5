/**
 * What the original code trains its networks with.
 *
 * @module
 */

import type { ElboObjective, GaussianLatent, StudentTLatent } from "./record.ts";

/** A preset that reproduces the original code. */
export type OriginalName = "original-fc" | "original-cnn";

/** The latents and the loss of one network of the original. */
export interface OriginalTraining {
  /**
   * The Student's t latent: amortised df, tied prior, one Monte-Carlo sample of the divergence. What it trains on is NOT
   * a bound of log p(x): the prior borrows df(x), so that there is a different prior for every x.
   */
  readonly studentT: Omit<StudentTLatent, "family" | "size">;
  /** The Gaussian beside it; its expectation is an ELBO, weighted by the objective. */
  readonly gaussian: Omit<GaussianLatent, "family" | "size">;
  /** How a batch becomes a loss. */
  readonly objective: Pick<ElboObjective, "reduction">;
}

/**
 * The original's training by preset.
 *
 * The dense network's loss adds sums of pixel means to mean divergences, in effect a beta of 784/512 at batch 512; the
 * convolutional network has a plain mean. Images are drawn with 3 and 4 degrees of freedom.
 *
 * Source: ofek181/Student-T-VAE, 2023.
 * Deviates: the original's df have no floor. They may come close to 0, where a draw exceeds every float32.
 */
export const ORIGINALS: Readonly<Record<OriginalName, OriginalTraining>> = {
  "original-fc": {
    studentT: {
      df: { amortised: true, l2: 1e-3, kernel: [2, 30] },
      dfFloor: 0.5,
      priorDf: "tied",
      kl: "monte-carlo",
      generationDf: 3,
    },
    gaussian: { kl: "monte-carlo" },
    objective: { reduction: "sum-of-element-means" },
  },
  "original-cnn": {
    studentT: {
      df: { amortised: true, bias: 0 },
      dfFloor: 0.5,
      priorDf: "tied",
      kl: "monte-carlo",
      klSample: "second",
      generationDf: 4,
    },
    gaussian: { kl: "monte-carlo" },
    objective: {},
  },
};
