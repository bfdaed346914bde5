/**
 * Models by name.
 *
 * @module
 */

import type { OriginalName } from "./originals.ts";
import type { Dense, Latent, Layer, Likelihood, Model } from "./record.ts";
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
  return images({ input, latent, likelihood, name }, {
    momentum: 0.9,
    down: [[32, 2], [64, 2], [64, 1]],
    up: [[64, 1], [32, 2], [32, 2]],
  });
}

/** A convolutional auto-encoder from the filters and strides of its layers; two strides each way are 2. */
function images(
  { input, latent, likelihood, name }: PresetOptions & { readonly name: string },
  { momentum, down, up }: {
    /** Of the batch norm after each convolution; absent for none. */
    readonly momentum?: number;
    readonly down: readonly FiltersAndStride[];
    readonly up: readonly FiltersAndStride[];
  },
): Model {
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
  const layersOf = (kind: "conv" | "conv-transpose") => ([filters, stride]: FiltersAndStride): Layer[] => [
    // A bias would have no effect before batch norm, whose beta takes its place.
    { kind, filters, size: 3, stride, activation: "linear", bias: momentum === undefined },
    ...(momentum === undefined ? [] : [{ kind: "batch-norm", momentum, epsilon: 1e-3 } as const]),
    { kind: "leaky-relu", slope: 0.3 },
  ];
  return {
    name,
    input,
    encoder: down.flatMap(layersOf("conv")),
    latent,
    decoder: [
      { kind: "dense", units: sizeOf(small), activation: "linear" },
      { kind: "reshape", shape: small },
      ...up.flatMap(layersOf("conv-transpose")),
      { kind: "conv-transpose", filters: channels, size: 3, stride: 1, activation: "linear", bias: true },
    ],
    likelihood,
  };
}

type FiltersAndStride = readonly [filters: number, stride: number];

/**
 * The fully connected auto-encoder of the original code: {@linkcode fc} with a penalty of 1e-3 on the kernels of its
 * hidden layers. What it trains with is in {@linkcode ORIGINALS}.
 *
 * @param options as of `fc`
 * @returns the record, unchecked: {@linkcode checkModel} says whether its sizes make sense
 *
 * Source: ofek181/Student-T-VAE, 2023.
 */
export function originalFc({ name = "original-fc", ...options }: PresetOptions): Model {
  const model = fc({ name, ...options });
  const penalised = (layer: Layer): Layer => layer.kind === "dense" ? { ...layer, l2: 1e-3 } : layer;
  return {
    ...model,
    encoder: model.encoder.map(penalised),
    decoder: [...model.decoder.slice(0, -1).map(penalised), ...model.decoder.slice(-1)],
  };
}

/**
 * The convolutional auto-encoder of the original code: {@linkcode cnn} with one convolution more (32 filters at stride
 * 1, 64 at 2, 64 at 2, 64 at 1), transposed ones of 64, 64 and 32 filters, and no batch norm.
 *
 * @param options as of `cnn`
 * @returns the record, unchecked but for the input: {@linkcode checkModel} says whether its sizes make sense
 * @throws {TypeError} if the input is no image
 * @throws {RangeError} if the image's height or width is not divisible by 4
 *
 * Source: ofek181/Student-T-VAE, 2023. The paper says three convolutions; the code has four.
 * Deviates: the original has batch norm after its convolutions, but calls them as for inference while it trains. The
 * statistics stay at 0 and 1; the scale and the shift that are left are in the convolution's kernel and bias here.
 */
export function originalCnn({ name = "original-cnn", ...options }: PresetOptions): Model {
  return images({ name, ...options }, {
    down: [[32, 1], [64, 2], [64, 2], [64, 1]],
    up: [[64, 1], [64, 2], [32, 2]],
  });
}

/** Every preset by its name on the command line. */
export const PRESETS: Readonly<Record<PresetName, (options: PresetOptions) => Model>> = {
  "fc": fc,
  "cnn": cnn,
  "original-fc": originalFc,
  "original-cnn": originalCnn,
};

/** The step size of Adam that each preset trains with unless another is given. */
export const LEARNING_RATES: Readonly<Record<PresetName, number>> = {
  "fc": 5e-4,
  "cnn": 3e-4,
  "original-fc": 5e-4,
  "original-cnn": 3e-4,
};

/** The name of a preset. */
export type PresetName = "fc" | "cnn" | OriginalName;

function relu(units: number): Dense {
  return { kind: "dense", units, activation: "relu" };
}
