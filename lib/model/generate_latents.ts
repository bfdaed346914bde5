/**
 * Drawing what new examples are decoded from.
 *
 * @module
 */

import { t3Prior } from "../math/divergence.ts";
import * as multivariateStudentT from "../math/multivariate_student_t.ts";
import { checkObjective } from "./check_objective.ts";
import { type PriorOptions, samplePrior } from "./prior.ts";
import { type FixedDf, type Model, type Objective, sizeOf, type StudentTLatent } from "./record.ts";

/** How many draws, what decides them, and what the model was trained on. */
export interface GenerateOptions extends PriorOptions {
  /** What training optimised. */
  readonly objective: Objective;
}

/**
 * Draws the latents of new examples: from the prior, but for the objective t3 from its alternative prior
 * t_m(0, τ² I, ν + n), which stands for the aggregate of its posteriors as p(z) does for those of an ELBO.
 *
 * @param model the record
 * @param options as of `samplePrior()`, and the `objective`
 * @returns latents, `[count, latent.size]` row-major
 * @throws {RangeError} as `samplePrior()`, or if the objective is t3 and the model not one that it is defined for
 *
 * Source: Kim, Kwon, Cho, Lee & Won 2024, "t³-Variational autoencoder", the alternative prior.
 *
 * @example
 * ```ts
 * import { generateLatents } from "./generate_latents.ts";
 * import { fc } from "./presets.ts";
 *
 * const model = fc({
 *   input: [7],
 *   latent: { family: "student-t", size: 2, joint: true, df: { fixed: 5 }, kl: "exact" },
 *   likelihood: { kind: "gaussian", scale: 0.1 },
 * });
 * console.log(generateLatents(model, { objective: { kind: "t3" }, count: 3, seed: 0 })); // [3, 2]
 * ```
 */
export function generateLatents(
  model: Model,
  { objective, ...options }: GenerateOptions,
): Float32Array {
  if (objective.kind !== "t3") return samplePrior(model.latent, options);
  checkObjective(model, objective);
  const { df: { fixed }, size: dimensions } = model.latent as StudentTLatent & { readonly df: FixedDf };
  const { scale: reconstructionScale } = model.likelihood as { readonly scale: number };
  const { df, scale } = t3Prior({ dataSize: sizeOf(model.input), df: fixed, reconstructionScale });
  const { count, seed } = options;
  const key = { seed, stream: "generation" } as const;
  const standard = multivariateStudentT.sample(key, { rows: count, dimensions, df });
  return Float32Array.from(standard, (z) => scale * z);
}
