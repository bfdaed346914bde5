/**
 * Whether a record describes a model that can be built.
 *
 * @module
 */

import { type Model, sizeOf } from "./record.ts";

/** Training keeps four float32 arrays: value, gradient and two moments; 32-bit WebAssembly addresses 4 GiB. */
const MOST_WEIGHTS = 2 ** 28;

/**
 * Checks the sizes and parameters of a record, before anything is allocated for it.
 *
 * The encoder may be empty (the latent heads then read the input); the decoder may not.
 *
 * @param model the record
 * @throws {RangeError} naming the first size or parameter that is out of range, or if there are too many weights
 * @throws {TypeError} if the decoder's last layer does not have one unit for each element of the input
 */
export function checkModel(model: Model): void {
  const { name, input, encoder, latent, decoder, likelihood } = model;
  const rule = (key: string, text: string, value: unknown) =>
    new RangeError(`Cannot build model ${name}: ${key} must be ${text}, got ${value}`);
  const requireSize = (key: string, value: number) => {
    if (!Number.isSafeInteger(value) || value < 1) throw rule(key, "a positive integer", value);
  };
  const requirePositive = (key: string, value: number) => {
    if (!(Number.isFinite(value) && value > 0)) throw rule(key, "finite and > 0", value);
  };

  if (input.length === 0) throw rule("input", "a shape of at least one axis", "[]");
  input.forEach((size, axis) => requireSize(`input[${axis}]`, size));
  encoder.forEach(({ units }, i) => requireSize(`encoder[${i}].units`, units));
  requireSize("latent.size", latent.size);
  if (latent.family === "student-t") requirePositive("latent.df", latent.df.fixed);
  decoder.forEach(({ units }, i) => requireSize(`decoder[${i}].units`, units));
  if (likelihood.kind === "gaussian") requirePositive("likelihood.scale", likelihood.scale);

  const outputs = decoder.at(-1)?.units;
  if (outputs !== sizeOf(input)) {
    throw new TypeError(
      `Cannot build model ${name}: the decoder's last layer must have ${sizeOf(input)} units, one for each ` +
        `element of the input [${input.join(", ")}], got ${outputs ?? "no layer"}`,
    );
  }
  const weights = countWeights([sizeOf(input), ...encoder.map(({ units }) => units), 2 * latent.size]) +
    countWeights([latent.size, ...decoder.map(({ units }) => units)]);
  if (weights > MOST_WEIGHTS) {
    throw new RangeError(
      `Cannot build model ${name}: it must have at most ${MOST_WEIGHTS} weights, got ${weights}; ` +
        "make latent.size or its layers smaller",
    );
  }
}

/** In a chain of fully connected layers of these widths. */
function countWeights(widths: readonly number[]): number {
  return widths.slice(1).reduce((sum, width, i) => sum + widths[i] * width, 0);
}
