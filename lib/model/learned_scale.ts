/**
 * The scale of the likelihood that training fits.
 *
 * @module
 */

import { softplus } from "./degrees_of_freedom.ts";
import { type Model, SCALE_FLOOR } from "./record.ts";

/**
 * Whether training fits the scale of p(x|z).
 *
 * @param model the record
 * @returns true if it does
 */
export function isScaleLearned({ likelihood }: Pick<Model, "likelihood">): boolean {
  return likelihood.kind !== "bernoulli" && likelihood.scale === "learned";
}

/**
 * The learned scale of p(x|z): {@linkcode SCALE_FLOOR} + softplus(`likelihood/scale`).
 *
 * @param model the record
 * @param state what training has changed, `engine.exportState()`
 * @returns > 0, in the units of x; undefined where the scale is not learned
 * @throws {TypeError} if the state is of a model without it
 */
export function learnedScale(
  model: Model,
  { tensors }: { readonly tensors: ReadonlyMap<string, { readonly data: Float32Array }> },
): number | undefined {
  if (!isScaleLearned(model)) return undefined;
  const parameter = tensors.get("likelihood/scale");
  if (parameter === undefined) {
    throw new TypeError("Cannot tell the learned scale: the state has no tensor likelihood/scale");
  }
  return SCALE_FLOOR + softplus(parameter.data[0]);
}
