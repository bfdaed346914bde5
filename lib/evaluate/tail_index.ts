/**
 * How heavy a tail is.
 *
 * @module
 */

import type { Estimate } from "./metric.ts";

/** How many of the largest magnitudes count. */
export interface TailIndexOptions {
  /** k, from 1 to one less than there are values; floor(sqrt(n)) by default. */
  readonly largest?: number;
}

/**
 * Hill's estimate of the tail index, the a in P(|X| > x) ~ x^−a: k / sum over i ≤ k of ln(|X|₍ᵢ₎ / |X|₍ₖ₊₁₎), with |X|₍₁₎
 * the largest magnitude.
 *
 * For Student's t the index is df. The estimate is one of a power law: where the tail is none yet beyond |X|₍ₖ₊₁₎ it is
 * off, for a t with df above 3 too low at any k that leaves a useful standard error, and for a normal it is a number that
 * grows with n. Compare it with that of as many draws of what is expected.
 *
 * @param values n draws; to be centred by the caller
 * @param options k
 * @returns the index and its standard error, index/sqrt(k); Infinity where the k + 1 largest are equal, else 0 where fewer
 *   than k + 1 differ from 0
 * @throws {RangeError} if k is not an integer from 1 to n − 1
 *
 * Source: Hill 1975, "A simple general approach to inference about the tail of a distribution".
 *
 * @example
 * ```ts
 * import { tailIndex } from "./tail_index.ts";
 * import assert from "node:assert/strict";
 *
 * const { value } = tailIndex([1, -Math.E, 0.1], { largest: 1 });
 * assert.equal(value, 1); // 1 / ln(e / 1)
 * ```
 */
export function tailIndex(
  values: ArrayLike<number>,
  { largest = Math.floor(Math.sqrt(values.length)) }: TailIndexOptions = {},
): Estimate {
  if (!Number.isInteger(largest) || largest < 1 || largest >= values.length) {
    throw new RangeError(
      `Cannot estimate a tail index: largest must be an integer from 1 to ${values.length - 1} ` +
        `(there are ${values.length} values), got ${largest}`,
    );
  }
  const magnitudes = Float64Array.from(values, Math.abs).sort();
  const border = magnitudes[values.length - 1 - largest];
  let sum = 0;
  for (const magnitude of magnitudes.subarray(values.length - largest)) {
    if (magnitude > border) sum += Math.log(magnitude / border);
  }
  const value = largest / sum;
  return { value, standardError: value / Math.sqrt(largest) };
}
