/**
 * Batch norm on a batch's own statistics.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";

/** A normalised batch and what it was normalised by. */
export interface Normalised {
  /** In the shape of the input. */
  readonly output: tf.Tensor;
  /** Of each channel over the batch, `[channels]`, kept until its user disposes it. */
  readonly mean: tf.Tensor;
  /** Likewise, the mean squared deviation: biased, divided by the number of values. */
  readonly variance: tf.Tensor;
}

/**
 * `gamma · (x − mean) / sqrt(variance + epsilon) + beta`, over all axes but the last.
 *
 * One op with its gradient written out: with n values per channel, u = (x − mean) / sqrt(variance + epsilon) and
 * upstream gradient g,
 *
 *     dbeta = sum g      dgamma = sum g·u      dx = gamma / sqrt(variance + epsilon) · (g − dbeta/n − u·dgamma/n)
 *
 * Automatic differentiation would keep several tensors of the batch's size for it; this keeps one. Mean and variance
 * carry no gradient of their own.
 *
 * @param x `[rows, …, channels]`
 * @param by `gamma` and `beta`, `[channels]`, and `epsilon`
 * @returns the output and the batch's statistics
 *
 * Source: Ioffe & Szegedy 2015, Algorithm 1.
 */
export function batchNorm(
  x: tf.Tensor,
  { gamma, beta, epsilon }: { gamma: tf.Tensor; beta: tf.Tensor; epsilon: number },
): Normalised {
  const axes = x.shape.map((_, axis) => axis).slice(0, -1);
  const perChannel = x.shape.at(-1)! / x.size;
  const mean = (values: tf.Tensor) => tf.mul(tf.sum(values, axes), perChannel);
  let statistics: Omit<Normalised, "output"> | undefined;
  const op = tf.customGrad((...args: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const [x, gamma, beta, save] = args as [tf.Tensor, tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    const centre = mean(x);
    const deviation = tf.sub(x, centre);
    const variance = mean(tf.square(deviation));
    const rate = tf.rsqrt(tf.add(variance, epsilon));
    const unit = tf.mul(deviation, rate);
    save([unit, rate, gamma]);
    statistics = { mean: tf.keep(centre), variance: tf.keep(variance) };
    return {
      value: tf.add(tf.mul(unit, gamma), beta),
      gradFunc: (g: tf.Tensor, saved: tf.Tensor[]) => {
        const [unit, rate, gamma] = saved;
        const dBeta = tf.sum(g, axes);
        const dGamma = tf.sum(tf.mul(g, unit), axes);
        const pull = tf.add(tf.mul(unit, tf.mul(dGamma, perChannel)), tf.mul(dBeta, perChannel));
        return [tf.mul(tf.sub(g, pull), tf.mul(gamma, rate)), dGamma, dBeta];
      },
    };
  });
  const output = op(x, gamma, beta);
  return { output, ...statistics! };
}
