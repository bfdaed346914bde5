/**
 * Elementary functions on tfjs tensors that keep float32 accuracy near their zeros, where tfjs' own lose it on
 * the wasm and webgpu backends. All of them map NaN to NaN.
 *
 * Each operation of tfjs is a kernel of its own, so that no compiler reassociates across two of them.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import { elementwise } from "./elementwise.ts";
import type { Parameter } from "./parameters.ts";

/**
 * ln(x), accurate relative to itself near x = 1 too, where graphics hardware has a fixed absolute error.
 *
 * @param x positive; 0 gives -Infinity, a negative number NaN
 * @returns the logarithm, of x's shape, differentiable
 */
export function log(x: Parameter): tf.Tensor {
  return elementwise([x], (x) => ({ value: logNear1(tf.sub(x, 1), x), partials: [() => tf.reciprocal(x)] }));
}

/**
 * ln(1 + x), accurate relative to itself for small x.
 *
 * @param x above -1
 * @returns the logarithm, of x's shape, differentiable
 */
export function log1p(x: Parameter): tf.Tensor {
  return elementwise([x], (x) => {
    const y = tf.add(x, 1);
    return { value: logNear1(x, y), partials: [() => tf.reciprocal(y)] };
  });
}

/**
 * ln(y) where y = 1 + x, from both, so that a caller who knows either better than by adding loses nothing.
 *
 * For -1/3 < x < 1/2 it is 2 artanh(s) = 2 (s + s^3/3 + s^5/5 + …) with s = x/(2 + x), |s| < 1/5.
 *
 * @returns of the common shape, for use where nothing is differentiated
 */
export function logNear1(x: tf.Tensor, y: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const s = tf.div(x, tf.add(y, 1));
    const q = tf.square(s);
    const series = tf.mul(s, polynomial(q, [2, 2 / 3, 2 / 5, 2 / 7, 2 / 9]));
    return tf.where(tf.less(q, 0.04), series, tf.log(y));
  });
}

/**
 * exp(x) - 1, accurate relative to itself for small x.
 *
 * @param x any; above 88 the result is Infinity
 * @param exp exp(x), where the caller has it already
 * @returns of x's shape, for use where nothing is differentiated
 */
export function expm1(x: tf.Tensor, exp?: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    // x/expm1(x) = 1 + b(x) - x/2
    const quotient = tf.div(x, tf.sub(tf.add(bernoulli(x), 1), tf.mul(x, 0.5)));
    return tf.where(tf.less(tf.abs(x), 0.5), quotient, tf.sub(exp ?? tf.exp(x), 1));
  });
}

/**
 * 1 - x - x/expm1(x), accurate relative to itself for small x, where it is about -x/2.
 *
 * It is how fast Bailey's sample changes with df, relative to itself: 2 d ln sqrt(df expm1(c/df)) / d ln df at
 * x = c/df.
 *
 * @param x at least 0
 * @returns of x's shape, for use where nothing is differentiated
 */
export function polarSlope(x: tf.Tensor): tf.Tensor {
  const series = tf.neg(tf.add(bernoulli(x), tf.mul(x, 0.5)));
  const direct = tf.sub(tf.sub(1, x), tf.div(x, tf.sub(tf.exp(x), 1)));
  return tf.where(tf.less(x, 0.5), series, direct);
}

/** b(x) = (x/2) coth(x/2) - 1 = x^2/12 - x^4/720 + x^6/30240 to 1e-8 for |x| < 1/2. */
function bernoulli(x: tf.Tensor): tf.Tensor {
  const q = tf.square(x);
  return tf.mul(q, polynomial(q, [1 / 12, -1 / 720, 1 / 30240]));
}

/** c_0 + c_1 x + c_2 x^2 + … by Horner's rule. */
export function polynomial(x: tf.Tensor, coefficients: readonly number[]): tf.Tensor {
  const leading = tf.scalar(coefficients[coefficients.length - 1]);
  return coefficients.slice(0, -1).reduceRight<tf.Tensor>((sum, c) => tf.add(tf.mul(sum, x), c), leading);
}
