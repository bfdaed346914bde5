/**
 * Classifying by a linear function.
 *
 * @module
 */

import { accuracy, checkLabelled, type LabelledSets } from "./labelled.ts";
import type { Estimate } from "./metric.ts";
import { moments, whiten } from "./moments.ts";

/** Weight of |W|²/2, W the weights of whitened columns, beside the mean cross-entropy. */
const PENALTY = 1e-4;

/** Steps at most; classes that are separable have no end. */
const STEPS = 100;

/** No partial derivative larger than this, in nats, moves an accuracy that can be seen. */
const SMALLEST_GRADIENT = 1e-4;

/**
 * The part of the test rows that softmax regression on the training rows classifies right.
 *
 * Columns are whitened by the training rows' mean and covariance, so that no affine map of them changes the result. The
 * mean cross-entropy has then no curvature above 1/2 (Böhning), which makes plain accelerated gradient descent quick and
 * its step size known: nothing is drawn and nothing tuned.
 *
 * @param sets rows of `dimensions` columns, with labels
 * @param options `dimensions`
 * @returns accuracy in [0, 1] with its binomial standard error
 * @throws {TypeError} if rows and labels do not match
 * @throws {RangeError} if a set has no rows
 *
 * Source: Böhning 1992, "Multinomial logistic regression algorithm"; Nesterov 1983; O'Donoghue & Candès 2015, "Adaptive
 * restart for accelerated gradient schemes".
 *
 * @example
 * ```ts
 * import { linearProbeAccuracy } from "./linear_probe.ts";
 * import assert from "node:assert/strict";
 *
 * const train = { values: [0, 1, 2, 10, 11, 12], labels: [0, 0, 0, 1, 1, 1] };
 * const test = { values: [-1, 13], labels: [0, 1] };
 * assert.equal(linearProbeAccuracy({ train, test }, { dimensions: 1 }).value, 1);
 * ```
 */
export function linearProbeAccuracy(
  sets: LabelledSets,
  { dimensions }: { readonly dimensions: number },
): Estimate {
  checkLabelled(sets, { action: "classify by a linear function", dimensions });
  const { train, test } = sets;
  const fitted = moments(train.values, { dimensions });
  const classes = Array.from(train.labels).reduce((most, label) => Math.max(most, label + 1), 1);
  const weights = fitSoftmax(whiten(train.values, fitted), { labels: train.labels, dimensions, classes });
  const scores = logits(whiten(test.values, fitted), { weights, dimensions, classes });
  let right = 0;
  for (let row = 0; row < test.labels.length; row++) {
    const all = scores.subarray(row * classes, (row + 1) * classes);
    if (all.indexOf(Math.max(...all)) === test.labels[row]) right++;
  }
  return accuracy(right, test.labels.length);
}

interface Sizes {
  readonly dimensions: number;
  readonly classes: number;
}

/** Weights `[classes, dimensions + 1]`, a constant last. */
function fitSoftmax(
  rows: Float64Array,
  { labels, ...sizes }: Sizes & { readonly labels: ArrayLike<number> },
): Float64Array {
  let weights = new Float64Array(sizes.classes * (sizes.dimensions + 1));
  let ahead = weights, momentum = 1;
  for (let step = 0; step < STEPS; step++) {
    const gradient = softmaxGradient(rows, { labels, weights: ahead, ...sizes });
    if (gradient.every((slope) => Math.abs(slope) <= SMALLEST_GRADIENT)) break;
    const next = ahead.map((weight, i) => weight - gradient[i] / (0.5 + PENALTY));
    const uphill = gradient.reduce((sum, slope, i) => sum + slope * (next[i] - weights[i]), 0) > 0;
    const [last, grown] = uphill ? [1, 1] : [momentum, (1 + Math.sqrt(1 + 4 * momentum ** 2)) / 2];
    ahead = next.map((weight, i) => weight + (last - 1) / grown * (weight - weights[i]));
    [weights, momentum] = [next, grown];
  }
  return weights;
}

/** Of the mean cross-entropy and the penalty. */
function softmaxGradient(
  rows: Float64Array,
  { labels, weights, dimensions, classes }: Sizes & {
    readonly labels: ArrayLike<number>;
    readonly weights: Float64Array;
  },
): Float64Array {
  const count = labels.length, width = dimensions + 1;
  const gradient = weights.map((weight, i) => i % width === dimensions ? 0 : PENALTY * weight);
  const scores = logits(rows, { weights, dimensions, classes });
  for (let row = 0; row < count; row++) {
    const all = scores.subarray(row * classes, (row + 1) * classes);
    let most = -Infinity, sum = 0;
    for (let k = 0; k < classes; k++) most = Math.max(most, all[k]);
    for (let k = 0; k < classes; k++) sum += all[k] = Math.exp(all[k] - most);
    for (let k = 0; k < classes; k++) {
      const error = (all[k] / sum - (labels[row] === k ? 1 : 0)) / count;
      for (let i = 0; i < dimensions; i++) gradient[k * width + i] += error * rows[row * dimensions + i];
      gradient[k * width + dimensions] += error;
    }
  }
  return gradient;
}

/** `[rows, classes]` */
function logits(
  rows: Float64Array,
  { weights, dimensions, classes }: Sizes & { readonly weights: Float64Array },
): Float64Array {
  const count = rows.length / dimensions, width = dimensions + 1;
  const scores = new Float64Array(count * classes);
  for (let row = 0; row < count; row++) {
    for (let k = 0; k < classes; k++) {
      let score = weights[k * width + dimensions];
      for (let i = 0; i < dimensions; i++) score += weights[k * width + i] * rows[row * dimensions + i];
      scores[row * classes + k] = score;
    }
  }
  return scores;
}
