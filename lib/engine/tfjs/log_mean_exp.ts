/**
 * The logarithm of a mean of exponentials.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";

/**
 * ln (1/k Σ exp(x)) over the first axis, without overflow: the largest x is taken out of the sum.
 *
 * The gradient, softmax(x), is written out; differentiating through the maximum would add rounding and nothing else.
 *
 * @param x `[k, …]`; a NaN makes its mean NaN
 * @returns `[…]`, differentiable
 */
export function logMeanExp(x: tf.Tensor): tf.Tensor {
  const op = tf.customGrad((...args: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const [x, save] = args as [tf.Tensor, tf.GradSaveFunc];
    const most = tf.max(x, 0);
    const terms = tf.exp(tf.sub(x, most));
    const sum = tf.sum(terms, 0);
    save([tf.div(terms, sum)]);
    return {
      value: tf.add(most, tf.sub(tf.log(sum), Math.log(x.shape[0]))),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.mul(dy, saved[0]),
    };
  });
  return op(x);
}
