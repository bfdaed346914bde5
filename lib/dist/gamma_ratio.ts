/**
 * Gamma(a + d/2)/Gamma(a), which normalises Student's t, on tfjs tensors. tfjs has no gamma function; besides,
 * a difference of two log-gammas would lose every digit for large a.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import { digammaDifference, lgammaExcess } from "../math/special.ts";
import { elementwise } from "./elementwise.ts";
import type { Parameter } from "./parameters.ts";
import { logNear1, polynomial } from "./special.ts";

/**
 * ln C(df, d) + d/2 ln(2 pi): how far the constant of the standard t's density is from the normal's,
 * ln Gamma((df + d)/2) - ln Gamma(df/2) - d/2 ln(df/2). It falls like d(d - 2)/(4 df) for large df.
 *
 * Accurate to 3e-7 per coordinate, and relative to itself for df > 8.
 *
 * @param df degrees of freedom, > 0
 * @param d coordinates that share one mixing variable
 * @returns nats: a number for a number, else a tensor of df's shape, differentiable
 *
 * Source: Tricomi & Erdélyi 1951, "The asymptotic expansion of a ratio of gamma functions"; DLMF 5.11.13.
 */
export function logConstantExcess(df: number, d: number): number;
export function logConstantExcess(df: Parameter, d: number): Parameter;
export function logConstantExcess(df: Parameter, d: number): Parameter {
  if (typeof df === "number") return lgammaExcess(df / 2, d / 2);
  return elementwise([df], (df) => {
    const a = tf.mul(df, 0.5);
    return { value: ratio(a, d, VALUE), partials: [() => tf.mul(ratio(a, d, FIRST), 0.5)] };
  });
}

/**
 * E ln(1 + |T|^2/df) = psi((df + d)/2) - psi(df/2) for the standard t in d dimensions, accurate relative to itself.
 *
 * @param df degrees of freedom, > 0
 * @param d coordinates that share one mixing variable
 * @returns nats: a number for a number, else a tensor of df's shape, differentiable
 *
 * Source: Zografos 1999, "On maximum entropy characterization of Pearson's type II and VII multivariate
 * distributions".
 */
export function expectedLog1pSquare(df: number, d: number): number;
export function expectedLog1pSquare(df: Parameter, d: number): Parameter;
export function expectedLog1pSquare(df: Parameter, d: number): Parameter {
  if (typeof df === "number") return digammaDifference(df / 2, d / 2);
  return elementwise([df], (df) => {
    const a = tf.mul(df, 0.5);
    const leading = tf.div(d, df);
    return {
      value: tf.add(ratio(a, d, FIRST), leading),
      partials: [() => tf.sub(tf.mul(ratio(a, d, SECOND), 0.5), tf.div(leading, df))],
    };
  });
}

/** From here on the series is exact to a float32's last digit; below, three steps of recurrence lead there. */
const SERIES_FROM = 4;

/** c_k in ln Gamma(a + 1/2) - ln Gamma(a) - ln(a)/2 ~ sum_k c_k a^-(2k + 1), k = 0, 1, … */
const SERIES = [-1 / 8, 1 / 192, -1 / 640, 17 / 14336, -31 / 18432];

/** A derivative of f(a) = ln Gamma(a + 1/2) - ln Gamma(a) - ln(a)/2 and of what leads to more coordinates. */
interface Derivative {
  /** Of f's series, with w = 1/a^2. */
  series(a: tf.Tensor, w: tf.Tensor): tf.Tensor;
  /** Of f(a) - f(a + 3). */
  shift(a: tf.Tensor): tf.Tensor;
  /** Of ln((a + j)/a). */
  step(a: tf.Tensor, j: tf.Tensor): tf.Tensor;
}

const VALUE: Derivative = {
  series: (a, w) => tf.div(polynomial(w, SERIES), a),
  // ln( sqrt((a + 3)/a) prod x/y )
  shift: (a) => {
    const root = tf.sqrt(tf.div(tf.add(a, 3), a));
    return tf.log(steps(a).reduce((product, { x, y }) => tf.mul(product, tf.div(x, y)), root));
  },
  step: (a, j) => logNear1(tf.div(j, a), tf.div(tf.add(a, j), a)),
};

const FIRST: Derivative = {
  series: (_, w) => tf.mul(w, polynomial(w, SERIES.map((c, k) => -(2 * k + 1) * c))),
  // -3/(2a (a + 3)) + sum 1/(2xy)
  shift: (a) =>
    steps(a).reduce(
      (sum, { x, y }) => tf.add(sum, tf.div(0.5, tf.mul(x, y))),
      tf.div(-1.5, tf.mul(a, tf.add(a, 3))),
    ),
  step: (a, j) => tf.neg(tf.div(tf.div(j, a), tf.add(a, j))),
};

const SECOND: Derivative = {
  series: (a, w) => tf.div(tf.mul(w, polynomial(w, SERIES.map((c, k) => (2 * k + 1) * (2 * k + 2) * c))), a),
  // 3(2a + 3)/(2a^2 (a + 3)^2) - sum (x + y)/(2x^2 y^2)
  shift: (a) =>
    steps(a).reduce(
      (sum, { x, y }) => tf.sub(sum, tf.div(tf.mul(tf.add(x, y), 0.5), tf.square(tf.mul(x, y)))),
      tf.div(tf.mul(tf.add(tf.mul(a, 2), 3), 1.5), tf.square(tf.mul(a, tf.add(a, 3)))),
    ),
  step: (a, j) => {
    const b = tf.add(a, j);
    return tf.mul(tf.div(tf.div(j, a), b), tf.add(tf.reciprocal(a), tf.reciprocal(b)));
  },
};

/**
 * A derivative of ln Gamma(a + d/2) - ln Gamma(a) - d/2 ln a.
 *
 * Whole steps are logarithms, sum_j ln((a + j)/a) for j < d/2; for odd d half a step from x = a + (d - 1)/2 is
 * left, ln(x/a)/2 + f(x).
 */
function ratio(a: tf.Tensor, d: number, derivative: Derivative): tf.Tensor {
  const whole = Math.floor(d / 2);
  const isOdd = d % 2 === 1;
  // without a half step 0, but NaN where there is no ratio
  const parts = [isOdd ? halfStep(tf.add(a, whole), derivative) : tf.mul(tf.log(a), 0)];
  const last = isOdd ? whole : whole - 1; // there is nothing to add for j = 0
  if (last > 0) {
    const weights = Array.from({ length: last }, (_, i) => isOdd && i === last - 1 ? 0.5 : 1);
    const each = derivative.step(tf.expandDims(a, -1), tf.range(1, last + 1));
    parts.push(tf.sum(tf.mul(each, weights), -1));
  }
  return tf.addN(parts);
}

function halfStep(a: tf.Tensor, { series, shift }: Derivative): tf.Tensor {
  const isSmall = tf.less(a, SERIES_FROM);
  const large = tf.where(isSmall, tf.add(a, 3), a);
  const value = series(large, tf.reciprocal(tf.square(large)));
  return tf.where(isSmall, tf.add(value, shift(a)), value);
}

/** x = a + k and y = x + 1/2 for k = 0, 1, 2. */
function steps(a: tf.Tensor): { x: tf.Tensor; y: tf.Tensor }[] {
  return [0, 1, 2].map((k) => ({ x: tf.add(a, k), y: tf.add(a, k + 0.5) }));
}
