/**
 * Drawing from the prior.
 *
 * @module
 */

import * as multivariateStudentT from "../math/multivariate_student_t.ts";
import * as normal from "../math/normal.ts";
import { uniformPairs } from "../math/philox.ts";
import { polarSample } from "../math/student_t.ts";
import { priorDf } from "./degrees_of_freedom.ts";
import { generationKey } from "./generation_key.ts";
import type { Latent, StudentTLatent } from "./record.ts";

/** How many draws, and what decides them. */
export interface PriorOptions {
  /** Number of draws. */
  readonly count: number;
  /** Decides the draws: an integer from 0 to 2^53 − 1. */
  readonly seed: number;
  /** The df that training has fitted, `engine.learnedDf()`; only a prior that is tied to them asks for them. */
  readonly learnedDf?: ArrayLike<number>;
}

/**
 * Draws z ~ p(z), the start of generating data; with `generationDf`, from a t of those degrees of freedom instead.
 *
 * @param latent the latent space
 * @param options `count` of draws, the `seed` that decides them, and the `learnedDf` that a prior may be tied to
 * @returns latents, `[count, latent.size]` row-major
 * @throws {RangeError} if the prior is tied to df that are not given: to learned ones without `learnedDf`, or to
 *   amortised ones without `generationDf`
 */
export function samplePrior(latent: Latent, { count, seed, learnedDf }: PriorOptions): Float32Array {
  const key = generationKey(seed, "latents");
  const shape = { rows: count, dimensions: latent.size };
  if (latent.family === "gaussian") return Float32Array.from(normal.sample(key, shape));
  const df = generationDf(latent, learnedDf);
  if (latent.joint) return Float32Array.from(multivariateStudentT.sample(key, { ...shape, df: df[0] }));
  const { u, v } = uniformPairs(key, shape);
  return u.map((ui, i) => polarSample({ u: ui, v: v[i] }, df[i % df.length]).value);
}

/**
 * The degrees of freedom that {@linkcode samplePrior} draws with.
 *
 * @param latent the latent space
 * @param learnedDf the df that training has fitted, where a prior is tied to them
 * @returns one number, or one for each dimension
 * @throws {RangeError} as `samplePrior()`
 */
export function generationDf(latent: StudentTLatent, learnedDf?: ArrayLike<number>): ArrayLike<number> {
  if (latent.generationDf !== undefined) return [latent.generationDf];
  const df = priorDf(latent);
  if (df !== "tied") return [df];
  if ("fixed" in latent.df) return [latent.df.fixed];
  if ("learned" in latent.df && learnedDf !== undefined) return learnedDf;
  throw new RangeError(
    "learned" in latent.df
      ? "Cannot sample the prior: the learned df must be given where latent.priorDf is tied to them, got nothing; " +
        "take them from engine.learnedDf()"
      : "Cannot sample the prior: latent.generationDf must be given where latent.priorDf is tied to amortised df, " +
        "got nothing",
  );
}
