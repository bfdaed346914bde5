/**
 * Whether a record describes a model that can be built.
 *
 * @module
 */

import { type Latent, type Layer, type Model, type Shape, sizeOf } from "./record.ts";
import { imageShape, modelShapes } from "./shapes.ts";

/** Training keeps four float32 arrays: value, gradient and two moments; 32-bit WebAssembly addresses 4 GiB. */
const MOST_WEIGHTS = 2 ** 28;

/**
 * Checks the sizes and parameters of a record, and that each layer can take what the one before it gives, before
 * anything is allocated for it.
 *
 * The encoder may be empty (the latent heads then read the input); the decoder may not.
 *
 * @param model the record
 * @throws {RangeError} naming the first size or parameter that is out of range, or if there are too many weights
 * @throws {TypeError} if a layer does not fit its input, or the decoder's output not the model's input
 */
export function checkModel(model: Model): void {
  const { name, input, encoder, latent, decoder, likelihood } = model;
  const check: Check = (key, value, { must, holds }) => {
    if (!holds(value)) {
      throw new RangeError(`Cannot build model ${name}: ${key} must be ${must}, got ${value}`);
    }
  };
  const checkShape = (key: string, shape: readonly number[]) => {
    if (shape.length === 0) {
      throw new RangeError(
        `Cannot build model ${name}: ${key} must be a shape of at least one axis, got []`,
      );
    }
    shape.forEach((size, axis) => check(`${key}[${axis}]`, size, SIZE));
  };
  const checkLayer = (key: string, layer: Layer) => {
    for (const [field, value] of Object.entries(layer)) {
      if (typeof value === "number") check(`${key}.${field}`, value, LAYER_RULES[field]);
    }
    if (layer.kind === "reshape") checkShape(`${key}.shape`, layer.shape);
  };

  checkShape("input", input);
  encoder.forEach((layer, i) => checkLayer(`encoder[${i}]`, layer));
  check("latent.size", latent.size, SIZE);
  checkLatent(model, check);
  decoder.forEach((layer, i) => checkLayer(`decoder[${i}]`, layer));
  if (likelihood.kind === "gaussian") check("likelihood.scale", likelihood.scale, POSITIVE);

  const shapes = modelShapes(model);
  const output = shapes.decoder.at(-1)!;
  const elements = sizeOf(input);
  if (decoder.length === 0 || sizeOf(output) !== elements) {
    throw new TypeError(
      `Cannot build model ${name}: the decoder's output must have ${elements} elements, as many as the ` +
        `input [${input.join(", ")}], got ${decoder.length === 0 ? "no layer" : `[${output.join(", ")}]`}`,
    );
  }
  const count = (layers: readonly Layer[], inputs: readonly Shape[]) =>
    layers.reduce((sum, layer, i) => sum + kernelSize(layer, inputs[i]), 0);
  const weights = count(encoder, shapes.encoder) +
    heads(latent) * latent.size * sizeOf(shapes.encoder.at(-1)!) +
    count(decoder, shapes.decoder);
  if (weights > MOST_WEIGHTS) {
    throw new RangeError(
      `Cannot build model ${name}: it must have at most ${MOST_WEIGHTS} weights, got ${weights}; ` +
        "make latent.size or its layers smaller",
    );
  }
}

/** Number of arrays that the encoder emits: loc, scale and amortised df. */
function heads(latent: Latent): number {
  return latent.family === "student-t" && "amortised" in latent.df ? 3 : 2;
}

function checkLatent({ name, latent }: Model, check: Check): void {
  const reject = (rule: string) => {
    throw new RangeError(`Cannot build model ${name}: ${rule}`);
  };
  if (latent.klSample !== undefined && latent.kl !== "monte-carlo") {
    reject(
      `latent.klSample must be left out where latent.kl is ${latent.kl}, which samples nothing, got ${latent.klSample}`,
    );
  }
  if (latent.family === "gaussian") return;
  const { df, priorDf, generationDf } = latent;
  if (generationDf !== undefined) check("latent.generationDf", generationDf, POSITIVE);
  if ("fixed" in df) {
    check("latent.df", df.fixed, POSITIVE);
    if (priorDf !== undefined) {
      reject(
        `latent.priorDf must be left out where latent.df is fixed, as the prior has it too, got ${priorDf}`,
      );
    }
    return;
  }
  if (priorDf === undefined) {
    reject(
      "latent.priorDf must be tied where latent.df is amortised, as the exact divergence is of two t of one df, " +
        "got nothing; set it to tied, or latent.df to a number",
    );
  }
  if (generationDf === undefined) {
    reject(
      "latent.generationDf must be given where latent.df is amortised, as a prior tied to x cannot be drawn from " +
        "without one, got nothing; set it to a number > 0",
    );
  }
  if (df.l2 !== undefined) check("latent.df.l2", df.l2, NOT_NEGATIVE);
  if (df.kernel !== undefined) {
    const [from, to] = df.kernel;
    if (!(Number.isFinite(from) && Number.isFinite(to) && from < to)) {
      reject(`latent.df.kernel must be two finite numbers in order, got [${df.kernel.join(", ")}]`);
    }
  }
}

function kernelSize(layer: Layer, input: Shape): number {
  switch (layer.kind) {
    case "dense":
      return sizeOf(input) * layer.units;
    case "conv":
    case "conv-transpose":
      return layer.size ** 2 * imageShape(input)![2] * layer.filters;
    default:
      return 0;
  }
}

interface Rule {
  readonly must: string;
  readonly holds: (value: number) => boolean;
}

type Check = (key: string, value: number, rule: Rule) => void;

const SIZE: Rule = { must: "a positive integer", holds: (x) => Number.isSafeInteger(x) && x > 0 };
const POSITIVE: Rule = { must: "finite and > 0", holds: (x) => Number.isFinite(x) && x > 0 };
const NOT_NEGATIVE: Rule = { must: "finite and >= 0", holds: (x) => Number.isFinite(x) && x >= 0 };

/** Of every number that a layer may have, by name. */
const LAYER_RULES: Readonly<Record<string, Rule>> = {
  units: SIZE,
  filters: SIZE,
  size: SIZE,
  stride: SIZE,
  // At 1 running statistics would never move.
  momentum: { must: "from 0 to below 1", holds: (x) => x >= 0 && x < 1 },
  epsilon: POSITIVE,
  l2: NOT_NEGATIVE,
  slope: { must: "from 0 to 1", holds: (x) => x >= 0 && x <= 1 },
};
