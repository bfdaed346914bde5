/**
 * Drawing what new examples are decoded from.
 *
 * @module
 */

import * as multivariateStudentT from "../math/multivariate_student_t.ts";
import { alternativePrior } from "./alternative_prior.ts";
import { generationKey } from "./generation_key.ts";
import { defaultLatentSource } from "./latent_sources.ts";
import { type PriorOptions, samplePrior } from "./prior.ts";
import type { Model, Objective } from "./record.ts";

/** How many draws, of what, what decides them, and what the model was trained on. */
export interface GenerateOptions extends PriorOptions {
  /** What training optimised. */
  readonly objective: Objective;
  /** Which distribution: by default the alternative prior of the objective t3, which alone has one, else the prior. */
  readonly from?: "prior" | "alternative-prior";
}

/**
 * Draws the latents of new examples: from the prior, but for the objective t3 from its alternative prior
 * t_m(0, τ² I, ν + n), which stands for the aggregate of its posteriors as p(z) does for those of an ELBO.
 *
 * @param model the record
 * @param options as of `samplePrior()`, the `objective`, and `from` which of the two where that is not to decide it
 * @returns latents, `[count, latent.size]` row-major
 * @throws {RangeError} as `samplePrior()`, if the alternative prior is asked of another objective than t3, or of a model
 *   that t3 is not defined for
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
  { objective, from = defaultLatentSource(objective), ...options }: GenerateOptions,
): Float32Array {
  if (from === "prior") return samplePrior(model.latent, options);
  if (objective.kind !== "t3") {
    throw new RangeError(
      `Cannot draw latents from the alternative prior: the objective must be t3, got ${objective.kind}; draw them ` +
        "from the prior",
    );
  }
  const { df, scale } = alternativePrior(model);
  const { count, seed } = options;
  const shape = { rows: count, dimensions: model.latent.size };
  const standard = multivariateStudentT.sample(generationKey(seed, "latents"), { ...shape, df });
  return Float32Array.from(standard, (z) => scale * z);
}
