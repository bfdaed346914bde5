/**
 * Models by name.
 *
 * @module
 */

import type { Dense, Latent, Likelihood, Model, Shape } from "./record.ts";
import { sizeOf } from "./record.ts";

/** What a preset needs to know. */
export interface PresetOptions {
  /** The shape of one example, without the batch axis. */
  readonly input: Shape;
  /** Units of the encoder's hidden layers; the decoder has them in reverse. The preset's own by default. */
  readonly hidden?: readonly number[];
  /** The latent space. */
  readonly latent: Latent;
  /** p(x|z). */
  readonly likelihood: Likelihood;
  /** The preset's own name by default. */
  readonly name?: string;
}

/**
 * The fully connected auto-encoder: hidden ReLU layers, the latent heads, the same layers in reverse, and one
 * linear output for each element of the input.
 *
 * @param options shapes, latent and likelihood; `hidden` is `[128, 64, 32]` by default
 * @returns the record, unchecked: {@linkcode checkModel} says whether its sizes make sense
 *
 * @example
 * ```ts
 * import { fc } from "./presets.ts";
 * import assert from "node:assert/strict";
 *
 * const model = fc({
 *   input: [28, 28],
 *   latent: { family: "student-t", size: 3, df: { fixed: 5 }, kl: "exact" },
 *   likelihood: { kind: "bernoulli" },
 * });
 * assert.deepEqual(model.decoder.map((layer) => layer.units), [32, 64, 128, 784]);
 * ```
 */
export function fc(
  { input, hidden = [128, 64, 32], latent, likelihood, name = "fc" }: PresetOptions,
): Model {
  return {
    name,
    input,
    encoder: hidden.map(relu),
    latent,
    decoder: [...hidden.toReversed().map(relu), {
      kind: "dense",
      units: sizeOf(input),
      activation: "linear",
    }],
    likelihood,
  };
}

/** Every preset by its name on the command line. */
export const PRESETS: Readonly<Record<PresetName, (options: PresetOptions) => Model>> = { fc };

/** The name of a preset. */
export type PresetName = "fc";

function relu(units: number): Dense {
  return { kind: "dense", units, activation: "relu" };
}
