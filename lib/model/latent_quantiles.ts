/**
 * Quantiles of what new examples are decoded from.
 *
 * @module
 */

import * as normal from "../math/normal.ts";
import * as studentT from "../math/student_t.ts";
import { alternativePrior } from "./alternative_prior.ts";
import { generationDf } from "./prior.ts";
import type { Model, Objective } from "./record.ts";

/** Which quantiles, and of what. */
export interface LatentQuantileOptions {
  /** Each in [0, 1]. */
  readonly probabilities: readonly number[];
  /** What training optimised: t3 has an alternative prior in the prior's place. */
  readonly objective: Objective;
  /** The df that training has fitted, `engine.learnedDf()`; only a prior that is tied to them asks for them. */
  readonly learnedDf?: ArrayLike<number>;
}

/**
 * Quantiles of each coordinate of what `generateLatents()` draws.
 *
 * A coordinate of a multivariate t is a univariate t of the same degrees of freedom: a joint latent has the quantiles of
 * an independent one.
 *
 * @param model the record
 * @param options the probabilities, the objective, and the `learnedDf` that a prior may be tied to
 * @returns `[latent.size, probabilities]` row-major
 * @throws {RangeError} as `generateLatents()`, or if a probability is not in [0, 1]
 *
 * @example
 * ```ts
 * import { latentQuantiles } from "./latent_quantiles.ts";
 * import { fc } from "./presets.ts";
 *
 * const model = fc({
 *   input: [28, 28],
 *   latent: { family: "student-t", size: 2, df: { fixed: 1 }, kl: "exact" },
 *   likelihood: { kind: "bernoulli" },
 * });
 * const objective = { kind: "elbo", beta: 1 } as const;
 * console.log(latentQuantiles(model, { probabilities: [0.25, 0.5, 0.75], objective })); // [-1, 0, 1, -1, 0, 1]
 * ```
 */
export function latentQuantiles(
  model: Model,
  { probabilities, ...options }: LatentQuantileOptions,
): Float64Array {
  const quantile = coordinateQuantile(model, options);
  return Float64Array.from(
    { length: model.latent.size * probabilities.length },
    (_, i) => quantile(probabilities[i % probabilities.length], Math.floor(i / probabilities.length)),
  );
}

function coordinateQuantile(
  model: Model,
  { objective, learnedDf }: Omit<LatentQuantileOptions, "probabilities">,
): (p: number, dimension: number) => number {
  if (objective.kind === "t3") {
    const params = alternativePrior(model);
    return (p) => studentT.quantile(p, params);
  }
  const { latent } = model;
  if (latent.family === "gaussian") return (p) => normal.quantile(p);
  const df = generationDf(latent, learnedDf);
  return (p, dimension) => studentT.quantile(p, { df: df[dimension % df.length] });
}
