/**
 * Whether a record describes a model that can be built.
 *
 * @module
 */

import { checkLatent } from "./check_latent.ts";
import { dfCount } from "./degrees_of_freedom.ts";
import { type Latent, type Layer, type Likelihood, type Model, type Shape, sizeOf } from "./record.ts";
import { type Checks, checks, DF, NOT_NEGATIVE, POSITIVE, POSITIVE_INTEGER, type Rule } from "./rules.ts";
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
  const check = checks(`build model ${name}`);
  const checkShape = (key: string, shape: readonly number[]) => {
    if (shape.length === 0) check.reject(`${key} must be a shape of at least one axis, got []`);
    shape.forEach((size, axis) => check.number(`${key}[${axis}]`, size, POSITIVE_INTEGER));
  };
  const checkLayer = (key: string, layer: Layer) => {
    for (const [field, value] of Object.entries(layer)) {
      if (typeof value === "number") check.number(`${key}.${field}`, value, LAYER_RULES[field]);
    }
    if (layer.kind === "reshape") checkShape(`${key}.shape`, layer.shape);
  };

  checkShape("input", input);
  encoder.forEach((layer, i) => checkLayer(`encoder[${i}]`, layer));
  checkLatent(latent, check);
  decoder.forEach((layer, i) => checkLayer(`decoder[${i}]`, layer));
  checkLikelihood(likelihood, check);

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
    headsWidth(latent) * sizeOf(shapes.encoder.at(-1)!) +
    count(decoder, shapes.decoder);
  if (weights > MOST_WEIGHTS) {
    check.reject(
      `it must have at most ${MOST_WEIGHTS} weights, got ${weights}; make latent.size or its layers smaller`,
    );
  }
}

/** How many numbers the encoder emits: loc, scale and amortised df. */
function headsWidth(latent: Latent): number {
  const amortised = latent.family === "student-t" && "amortised" in latent.df;
  return 2 * latent.size + (amortised ? dfCount(latent) : 0);
}

function checkLikelihood(likelihood: Likelihood, check: Checks): void {
  if (likelihood.kind === "bernoulli") return;
  if (likelihood.scale !== "learned") check.number("likelihood.scale", likelihood.scale, POSITIVE);
  if (likelihood.kind === "student-t") check.number("likelihood.df", likelihood.df, DF);
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

/** Of every number that a layer may have, by name. */
const LAYER_RULES: Readonly<Record<string, Rule>> = {
  units: POSITIVE_INTEGER,
  filters: POSITIVE_INTEGER,
  size: POSITIVE_INTEGER,
  stride: POSITIVE_INTEGER,
  // At 1 running statistics would never move.
  momentum: { must: "from 0 to below 1", holds: (x) => x >= 0 && x < 1 },
  epsilon: POSITIVE,
  l2: NOT_NEGATIVE,
  slope: { must: "from 0 to 1", holds: (x) => x >= 0 && x <= 1 },
};
