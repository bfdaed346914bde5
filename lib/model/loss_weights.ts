/**
 * How an example's parts enter the loss of its batch.
 *
 * @module
 */

import type { ElboObjective } from "./record.ts";

/** Weights of the batch means of reconstruction and KL in what training minimises. */
export interface LossWeights {
  /** Of −log p(x|z), summed over the elements of x. */
  readonly reconstruction: number;
  /** Of KL(q(z|x) ‖ p(z)). */
  readonly kl: number;
}

/**
 * The loss as a function of batch means: loss = reconstruction · R + kl · KL, penalties apart.
 *
 * The sum of element means over a batch, Σᵢ Rᵢ / elements, is rows / elements times the mean of R. Their ratio
 * kl / reconstruction is the beta that training really has, elements / rows as much as stated: 784/512 for images of
 * 28 × 28 at batch 512. Losses that are reported are R + that ratio · KL, in nats per example.
 *
 * @param objective the lower bound as it is trained
 * @param batch `rows` in it, and `elements` of one example
 * @returns both weights
 *
 * @example
 * ```ts
 * import { lossWeights } from "./loss_weights.ts";
 * import assert from "node:assert/strict";
 *
 * const objective = { kind: "elbo", beta: 1, reduction: "sum-of-element-means" } as const;
 * assert.deepEqual(lossWeights(objective, { rows: 4, elements: 8 }), { reconstruction: 0.5, kl: 1 });
 * ```
 */
export function lossWeights(
  { beta, reduction = "mean" }: ElboObjective,
  { rows, elements }: { readonly rows: number; readonly elements: number },
): LossWeights {
  return { reconstruction: reduction === "mean" ? 1 : rows / elements, kl: beta };
}
