/**
 * Gamma(a + 1/2)/Gamma(a), which normalises Student's t, on tfjs tensors. tfjs has no gamma function; besides,
 * a difference of two log-gammas would lose every digit for large a.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import { elementwise } from "./elementwise.ts";
import type { Parameter } from "./parameters.ts";
import { polynomial } from "./special.ts";

/**
 * ln Gamma(a + 1/2) - ln Gamma(a) - ln(a)/2, which falls like -1/(8a) for large a.
 *
 * Accurate to 3e-7 absolute, and relative to itself for a > 4.
 *
 * @param a positive
 * @returns of a's shape, differentiable
 *
 * Source: Tricomi & Erdélyi 1951, "The asymptotic expansion of a ratio of gamma functions"; DLMF 5.11.13.
 */
export function lgammaHalfStep(a: Parameter): tf.Tensor {
  return elementwise([a], (a) => ({ value: halfStep(a, VALUE), partials: [() => halfStep(a, FIRST)] }));
}

/**
 * The derivative of {@linkcode lgammaHalfStep}: psi(a + 1/2) - psi(a) - 1/(2a), about 1/(8a^2) for large a.
 *
 * @param a positive
 * @returns of a's shape, differentiable
 */
export function digammaHalfStep(a: Parameter): tf.Tensor {
  return elementwise([a], (a) => ({ value: halfStep(a, FIRST), partials: [() => halfStep(a, SECOND)] }));
}

/** From here on the series is exact to a float32's last digit; below, three steps of recurrence lead there. */
const SERIES_FROM = 4;

/** c_k in ln Gamma(a + 1/2) - ln Gamma(a) - ln(a)/2 ~ sum_k c_k a^-(2k + 1), k = 0, 1, … */
const SERIES = [-1 / 8, 1 / 192, -1 / 640, 17 / 14336, -31 / 18432];

/** A derivative of f = {@linkcode lgammaHalfStep}: of its series, with w = 1/a^2, and of f(a) - f(a + 3). */
interface Derivative {
  series(a: tf.Tensor, w: tf.Tensor): tf.Tensor;
  shift(a: tf.Tensor): tf.Tensor;
}

const VALUE: Derivative = {
  series: (a, w) => tf.div(polynomial(w, SERIES), a),
  // ln( sqrt((a + 3)/a) prod x/y )
  shift: (a) => {
    const root = tf.sqrt(tf.div(tf.add(a, 3), a));
    return tf.log(steps(a).reduce((product, { x, y }) => tf.mul(product, tf.div(x, y)), root));
  },
};

const FIRST: Derivative = {
  series: (_, w) => tf.mul(w, polynomial(w, SERIES.map((c, k) => -(2 * k + 1) * c))),
  // -3/(2a (a + 3)) + sum 1/(2xy)
  shift: (a) =>
    steps(a).reduce(
      (sum, { x, y }) => tf.add(sum, tf.div(0.5, tf.mul(x, y))),
      tf.div(-1.5, tf.mul(a, tf.add(a, 3))),
    ),
};

const SECOND: Derivative = {
  series: (a, w) => tf.div(tf.mul(w, polynomial(w, SERIES.map((c, k) => (2 * k + 1) * (2 * k + 2) * c))), a),
  // 3(2a + 3)/(2a^2 (a + 3)^2) - sum (x + y)/(2x^2 y^2)
  shift: (a) =>
    steps(a).reduce(
      (sum, { x, y }) => tf.sub(sum, tf.div(tf.mul(tf.add(x, y), 0.5), tf.square(tf.mul(x, y)))),
      tf.div(tf.mul(tf.add(tf.mul(a, 2), 3), 1.5), tf.square(tf.mul(a, tf.add(a, 3)))),
    ),
};

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
