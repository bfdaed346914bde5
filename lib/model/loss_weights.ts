/**
 * How an example's parts enter the loss of its batch.
 *
 * @module
 */

import { isJoint } from "./latent.ts";
import type { ElboObjective, Latent, Objective } from "./record.ts";

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

/**
 * Nats of mean divergence that a group of latent dimensions has for nothing: loss = reconstruction · R + kl · Σ
 * max(free, KL of the group). Each dimension is a group; a joint latent is one, with the nats of them all.
 *
 * @param objective what training optimises
 * @param latent the latent space
 * @returns nats per group, > 0; 0 where nothing is free, and a divergence estimated to be negative counts as it is
 *
 * Source: Kingma et al. 2016, "Improving variational inference with inverse autoregressive flow", equation 15.
 */
export function freeNats(objective: Objective, latent: Latent): number {
  if (objective.kind !== "elbo") return 0;
  const { freeBits = 0 } = objective;
  return isJoint(latent) ? latent.size * freeBits : freeBits;
}
