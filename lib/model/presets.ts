/**
 * Models by name.
 *
 * @module
 */

import type {
  BatchNorm,
  Conv,
  ConvTranspose,
  Dense,
  Latent,
  Layer,
  LeakyRelu,
  Likelihood,
  Model,
} from "./record.ts";
import { type Shape, sizeOf } from "./record.ts";
import { imageShape } from "./shapes.ts";

/** What a preset needs to know. */
export interface PresetOptions {
  /** The shape of one example, without the batch axis. */
  readonly input: Shape;
  /** Units of `fc`'s hidden layers in the encoder; the decoder has them in reverse. Other presets ignore it. */
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
 * assert.deepEqual(model.decoder.at(-1), { kind: "dense", units: 784, activation: "linear" });
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

/**
 * The convolutional auto-encoder for images: three 3 × 3 convolutions (32 and 64 filters at stride 2, 64 at stride 1),
 * the latent heads, a dense layer back to the small image, three transposed convolutions (64 at stride 1, 32 and 32 at
 * stride 2) and a last one with one filter for each channel. Batch norm (momentum 0.9) and a leaky ReLU (slope 0.3)
 * follow each but the last, which is linear.
 *
 * @param options shapes, latent and likelihood; `input` is `[height, width]` or `[height, width, channels]`
 * @returns the record, unchecked but for the input: {@linkcode checkModel} says whether its sizes make sense
 * @throws {TypeError} if the input is no image
 * @throws {RangeError} if the image's height or width is not divisible by 4, as halving it twice must be undone
 *
 * @example
 * ```ts
 * import { cnn } from "./presets.ts";
 * import assert from "node:assert/strict";
 *
 * const model = cnn({
 *   input: [28, 28],
 *   latent: { family: "student-t", size: 3, df: { fixed: 5 }, kl: "exact" },
 *   likelihood: { kind: "bernoulli" },
 * });
 * assert.deepEqual(model.decoder.slice(0, 2), [
 *   { kind: "dense", units: 3136, activation: "linear" },
 *   { kind: "reshape", shape: [7, 7, 64] },
 * ]);
 * ```
 */
export function cnn({ input, latent, likelihood, name = "cnn" }: PresetOptions): Model {
  const image = imageShape(input);
  if (image === undefined) {
    throw new TypeError(
      `Cannot build model ${name}: its input must be an image, [height, width] or [height, width, channels], ` +
        `got [${input.join(", ")}]; the preset fc takes any shape`,
    );
  }
  const [height, width, channels] = image;
  if (height % 4 !== 0 || width % 4 !== 0) {
    throw new RangeError(
      `Cannot build model ${name}: its input's height and width must be divisible by 4, got [${
        input.join(", ")
      }]; ` +
        "the preset fc takes any shape",
    );
  }
  const small = [height / 4, width / 4, 64];
  return {
    name,
    input,
    encoder: [
      ...normalised({ kind: "conv", filters: 32, stride: 2 }),
      ...normalised({ kind: "conv", filters: 64, stride: 2 }),
      ...normalised({ kind: "conv", filters: 64, stride: 1 }),
    ],
    latent,
    decoder: [
      { kind: "dense", units: sizeOf(small), activation: "linear" },
      { kind: "reshape", shape: small },
      ...normalised({ kind: "conv-transpose", filters: 64, stride: 1 }),
      ...normalised({ kind: "conv-transpose", filters: 32, stride: 2 }),
      ...normalised({ kind: "conv-transpose", filters: 32, stride: 2 }),
      { kind: "conv-transpose", filters: channels, size: 3, stride: 1, activation: "linear", bias: true },
    ],
    likelihood,
  };
}

/** Every preset by its name on the command line. */
export const PRESETS: Readonly<Record<PresetName, (options: PresetOptions) => Model>> = { fc, cnn };

/** The step size of Adam that each preset trains with unless another is given. */
export const LEARNING_RATES: Readonly<Record<PresetName, number>> = { fc: 5e-4, cnn: 3e-4 };

/** The name of a preset. */
export type PresetName = "fc" | "cnn";

function relu(units: number): Dense {
  return { kind: "dense", units, activation: "relu" };
}

const BATCH_NORM: BatchNorm = { kind: "batch-norm", momentum: 0.9, epsilon: 1e-3 };
const LEAKY_RELU: LeakyRelu = { kind: "leaky-relu", slope: 0.3 };

/** A 3 × 3 convolution, batch norm, whose beta makes a bias superfluous, and a leaky ReLU. */
function normalised(conv: Pick<Conv | ConvTranspose, "kind" | "filters" | "stride">): Layer[] {
  return [{ ...conv, size: 3, activation: "linear", bias: false }, BATCH_NORM, LEAKY_RELU];
}
