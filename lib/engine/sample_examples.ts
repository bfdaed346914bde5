/**
 * From latents to new examples.
 *
 * @module
 */

import { isScaleLearned, learnedScale } from "../model/learned_scale.ts";
import { sampleLikelihood, type SampleLikelihoodOptions } from "../model/sample_likelihood.ts";
import type { Model } from "../model/record.ts";
import type { Engine } from "./engine.ts";

/** Where to draw, and what decides the draws. */
export interface SampleExamplesOptions
  extends Pick<SampleLikelihoodOptions, "objective" | "latents" | "seed"> {
  /** The record that the engine was made with. */
  readonly model: Model;
}

/**
 * Draws x ~ p(x|z), one for each z, with the scale that training has fitted where it is learned.
 *
 * @param engine the trained model
 * @param options its record and objective, the latents, and the seed
 * @returns `[count, inputSize]` row-major
 * @throws {RangeError} as `sampleLikelihood()`
 * @throws {TypeError} if the latents are not whole rows
 * @throws {Error} if the device fails or is lost
 */
export async function sampleExamples(
  engine: Engine,
  { model, latents, ...options }: SampleExamplesOptions,
): Promise<Float32Array> {
  const mean = await engine.decode(latents);
  // A state is far larger than the one number that is wanted of it.
  const scale = isScaleLearned(model) ? learnedScale(model, await engine.exportState()) : undefined;
  return sampleLikelihood(model, { ...options, mean, latents, scale });
}
