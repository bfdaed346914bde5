/**
 * Drawing from the likelihood.
 *
 * @module
 */

import * as multivariateStudentT from "../math/multivariate_student_t.ts";
import { normals, uniformPairs } from "../math/philox.ts";
import * as studentT from "../math/student_t.ts";
import { checkObjective } from "./check_objective.ts";
import { generationKey } from "./generation_key.ts";
import { type FixedDf, type Likelihood, type Model, type Objective, sizeOf } from "./record.ts";

/** Where to draw, and what decides the draws. */
export interface SampleLikelihoodOptions {
  /** What training optimised; t3 makes a Gaussian likelihood the t of its own model. */
  readonly objective: Objective;
  /** The mean of p(x|z), `engine.decode(latents)`, `[count, inputSize]` row-major. */
  readonly mean: Float32Array;
  /** z, `[count, latentSize]` row-major. */
  readonly latents: Float32Array;
  /** The scale that training has fitted, `learnedScale()`; only a likelihood that learns one asks for it. */
  readonly scale?: number;
  /** Decides the draws, independent of those of the latents: an integer from 0 to 2^53 − 1. */
  readonly seed: number;
}

/**
 * Draws x ~ p(x|z), one for each z: 0 or 1 for a Bernoulli likelihood, else the mean with its noise.
 *
 * Elements are independent given z, but for the objective t3, whose p(x|z) is the joint t
 * t_n(mean, s² (ν + |z|²)/(ν + m), ν + m), s being `likelihood.scale` and ν `latent.df`.
 *
 * @param model the record
 * @param options means and latents, the objective, the learned scale where there is one, and the seed
 * @returns `[count, inputSize]` row-major
 * @throws {RangeError} if the scale is learned and not given, a scale is not finite and > 0, the seed is out of range, or
 *   the objective is t3 and the model not one that it is defined for
 * @throws {TypeError} if means and latents are not as many whole rows
 *
 * Source: Kim, Kwon, Cho, Lee & Won 2024, "t³-Variational autoencoder", the decoder of t3.
 *
 * @example
 * ```ts
 * import { fc } from "./presets.ts";
 * import { sampleLikelihood } from "./sample_likelihood.ts";
 *
 * const model = fc({
 *   input: [3],
 *   latent: { family: "gaussian", size: 1, kl: "closed" },
 *   likelihood: { kind: "gaussian", scale: 0.1 },
 * });
 * const [mean, latents] = [Float32Array.of(1, 2, 3), Float32Array.of(0.5)];
 * console.log(sampleLikelihood(model, { objective: { kind: "elbo", beta: 1 }, mean, latents, seed: 0 })); // [1, 3]
 * ```
 */
export function sampleLikelihood(
  model: Model,
  { objective, mean, latents, scale, seed }: SampleLikelihoodOptions,
): Float32Array {
  const { input, latent, likelihood } = model;
  const shape = { rows: rowsOf(model, { mean, latents }), dimensions: sizeOf(input) };
  const key = generationKey(seed, "examples");
  if (objective.kind === "t3") {
    checkObjective(model, objective);
    const { df: { fixed } } = latent as { readonly df: FixedDf };
    const { scale: reconstructionScale } = likelihood as { readonly scale: number };
    const df = fixed + latent.size;
    const noise = multivariateStudentT.sample(key, { ...shape, df });
    const scales = squaredNorms(latents, latent.size)
      .map((square) => reconstructionScale * Math.sqrt((fixed + square) / df));
    return mean.map((x, i) => x + scales[Math.floor(i / shape.dimensions)] * noise[i]);
  }
  if (likelihood.kind === "bernoulli") {
    const { u } = uniformPairs(key, shape);
    return mean.map((p, i) => u[i] < p ? 1 : 0);
  }
  const width = scaleOf(likelihood, scale);
  const noise = likelihood.kind === "gaussian"
    ? normals(key, shape)
    : studentT.sample(key, { ...shape, df: likelihood.df });
  return mean.map((x, i) => x + width * noise[i]);
}

function rowsOf(
  { input, latent }: Model,
  { mean, latents }: Pick<SampleLikelihoodOptions, "mean" | "latents">,
): number {
  const rows = latents.length / latent.size;
  if (Number.isInteger(rows) && mean.length === rows * sizeOf(input)) return rows;
  throw new TypeError(
    `Cannot sample the likelihood: mean and latents must be as many rows of ${
      sizeOf(input)
    } and ${latent.size} ` +
      `numbers, got ${mean.length} and ${latents.length}`,
  );
}

function squaredNorms(latents: Float32Array, size: number): Float64Array {
  const squares = new Float64Array(latents.length / size);
  latents.forEach((z, i) => squares[Math.floor(i / size)] += z * z);
  return squares;
}

function scaleOf(likelihood: Exclude<Likelihood, { kind: "bernoulli" }>, learned?: number): number {
  const scale = likelihood.scale === "learned" ? learned : likelihood.scale;
  if (scale !== undefined && scale > 0 && scale < Infinity) return scale;
  throw new RangeError(
    scale === undefined
      ? "Cannot sample the likelihood: its learned scale must be given, got nothing; take it from learnedScale()"
      : `Cannot sample the likelihood: its scale must be finite and > 0, got ${scale}`,
  );
}
