/**
 * How well a score tells two kinds of examples apart.
 *
 * @module
 */

import type { Estimate } from "./metric.ts";
import { mean } from "./mean.ts";

/** Scores of examples of both kinds, higher for what is more like the positive ones. */
export interface Scores {
  /** Of the kind that should score higher. */
  readonly positive: ArrayLike<number>;
  /** Of the other kind. */
  readonly negative: ArrayLike<number>;
}

/**
 * The area under the receiver operating characteristic: P(positive > negative) + P(positive = negative)/2 over all pairs,
 * Mann and Whitney's U divided by their number.
 *
 * @param scores at least one of each kind
 * @returns the area, 1 where every positive scores higher, 1/2 where scores tell nothing; and DeLong's standard error, 0
 *   where they are separable and NaN where a kind has one example
 * @throws {RangeError} if there is none of a kind, or a score is NaN
 *
 * Source: DeLong, DeLong & Clarke-Pearson 1988, "Comparing the areas under two or more correlated receiver operating
 * characteristic curves"; by midranks, Sun & Xu 2014, "Fast implementation of DeLong's algorithm".
 *
 * @example
 * ```ts
 * import { auroc } from "./auroc.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(auroc({ positive: [2, 3], negative: [1, 2] }).value, 3.5 / 4);
 * ```
 */
export function auroc({ positive, negative }: Scores): Estimate {
  const [m, n] = [positive.length, negative.length];
  if (m === 0 || n === 0) {
    throw new RangeError(
      `Cannot compute an AUROC: there must be scores of both kinds, got ${m} positive and ${n} negative`,
    );
  }
  const all = new Float64Array(m + n);
  all.set(Float64Array.from(positive));
  all.set(Float64Array.from(negative), m);
  if (all.some(Number.isNaN)) {
    throw new RangeError("Cannot compute an AUROC: scores must be numbers, got NaN");
  }
  const ranks = midranks(all);
  const positiveRanks = midranks(all.subarray(0, m)), negativeRanks = midranks(all.subarray(m));
  // The part of the other kind that each example beats.
  const wins = mean(positiveRanks.map((rank, i) => (ranks[i] - rank) / n));
  const losses = mean(negativeRanks.map((rank, i) => (ranks[m + i] - rank) / m));
  return { value: wins.value, standardError: Math.hypot(wins.standardError, losses.standardError) };
}

/** Places in ascending order from 1, their mean where values are equal. */
function midranks(values: Float64Array): Float64Array {
  const order = Uint32Array.from(values, (_, i) => i).sort((a, b) =>
    values[a] < values[b] ? -1 : values[a] > values[b] ? 1 : 0
  );
  const ranks = new Float64Array(values.length);
  for (let first = 0, next = 0; first < order.length; first = next) {
    while (next < order.length && values[order[next]] === values[order[first]]) next++;
    for (let i = first; i < next; i++) ranks[order[i]] = (first + 1 + next) / 2;
  }
  return ranks;
}
