/**
 * The optimiser.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

/** A parameter with its Adam moments, tensors of one shape. */
export type Slot = {
  /** The parameter. */
  readonly value: tf.Tensor;
  /** Running mean of gradients, before bias correction. */
  readonly m: tf.Tensor;
  /** Running mean of squared gradients, before bias correction. */
  readonly v: tf.Tensor;
};

/**
 * One Adam update of one tensor:
 *
 *     m ← β₁m + (1−β₁)g      v ← β₂v + (1−β₂)g²      value ← value − α·(m/(1−β₁ᵗ)) / (√(v/(1−β₂ᵗ)) + ε)
 *
 * tfjs' own Adam cannot resume exactly, as it restores its bias correction from rounded accumulators. Here it
 * follows from the step number in float64, folded into α and ε, so a resumed run repeats the same bits.
 *
 * @param slot the parameter and its moments
 * @param update `gradient` of the parameter's shape, `step`, the number of this update, from 1, and
 *   `learningRate`, α
 * @returns new tensors; the old ones are left to the caller
 *
 * Source: Kingma & Ba 2015, Algorithm 1.
 */
export function adamUpdate(
  { value, m, v }: Slot,
  { gradient, step, learningRate }: { gradient: tf.Tensor; step: number; learningRate: number },
): Slot {
  const correction = Math.sqrt(1 - BETA2 ** step);
  const alpha = learningRate * correction / (1 - BETA1 ** step);
  return tf.tidy(() => {
    const newM = tf.add(tf.mul(m, BETA1), tf.mul(gradient, 1 - BETA1));
    const newV = tf.add(tf.mul(v, BETA2), tf.mul(tf.square(gradient), 1 - BETA2));
    const change = tf.div(tf.mul(newM, alpha), tf.add(tf.sqrt(newV), EPSILON * correction));
    return { value: tf.sub(value, change), m: newM, v: newV };
  });
}

/**
 * Gradients shortened together to a norm, g · norm / max(norm, |g|), |g| over all of them.
 *
 * @param gradients of all parameters
 * @param norm the longest that they may be; undefined for any length
 * @returns new tensors, or those given where there is no limit
 *
 * Source: Pascanu, Mikolov & Bengio 2013, "On the difficulty of training recurrent neural networks", Algorithm 1.
 */
export function clipped(gradients: readonly tf.Tensor[], norm?: number): readonly tf.Tensor[] {
  if (norm === undefined) return gradients;
  return tf.tidy(() => {
    const squares = gradients.map((gradient) => tf.sum(tf.square(gradient)));
    const length = tf.sqrt(tf.addN(squares));
    const factor = tf.div(norm, tf.maximum(length, norm));
    return gradients.map((gradient) => tf.mul(gradient, factor));
  });
}
