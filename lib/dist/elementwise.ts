/**
 * Elementwise tfjs operations with derivatives given by hand.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
// Registers the gradients of tfjs' own operations: under Deno tfjs-core comes without them.
import "@tensorflow/tfjs-layers";
import { type Parameter, toTensor } from "./parameters.ts";

/** A result and its partial derivative in each input. */
export interface ValueAndPartials {
  readonly value: tf.Tensor;
  /**
   * Called for inputs that are tensors; nothing is computed for the others. Their shapes broadcast against the
   * value's; one of an input that the value is a sum over may be larger.
   */
  readonly partials: readonly (() => tf.Tensor)[];
}

/**
 * Applies y = f(x1, …, xn), element by element or summed along an axis, with dy/dxi as `f` gives them.
 *
 * Whatever `f` creates besides its results is freed. The partials are constants to a second differentiation.
 *
 * @param inputs numbers, or tensors that broadcast against each other
 * @param f computes the value and the partial derivatives; numbers reach it as scalars
 * @returns the value, which tfjs can differentiate once in every input that is a tensor
 */
export function elementwise(
  inputs: readonly Parameter[],
  f: (...inputs: tf.Tensor[]) => ValueAndPartials,
): tf.Tensor {
  const variables = inputs.filter((input) => typeof input !== "number");
  // Where nothing is being differentiated partials would be computed in vain.
  if (variables.length === 0 || !tf.engine().isTapeOn()) {
    return tf.tidy(() => f(...inputs.map(toTensor)).value);
  }
  const op = tf.customGrad((...args: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const save = args[variables.length] as tf.GradSaveFunc;
    const { value, partials } = f(...inputs.map(toTensor));
    save(partials.filter((_, i) => typeof inputs[i] !== "number").map((partial) => partial()));
    return {
      value,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) =>
        saved.map((partial, i) => sumTo(tf.mul(dy, partial), variables[i].shape)),
    };
  });
  return op(...variables);
}

/** Undoes broadcasting: sums `x` over the axes along which `shape` was repeated. */
function sumTo(x: tf.Tensor, shape: number[]): tf.Tensor {
  const axes = tf.broadcast_util.getReductionAxes(shape, x.shape);
  return tf.reshape(axes.length > 0 ? tf.sum(x, axes) : x, shape);
}

/**
 * What `f` computes, as a constant to differentiation.
 *
 * @param f makes a tensor
 * @returns the tensor
 */
export function constant(f: () => tf.Tensor): tf.Tensor {
  return tf.customGrad(() => ({ value: f(), gradFunc: () => [] }))();
}
