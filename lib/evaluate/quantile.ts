/**
 * Quantiles of draws.
 *
 * @module
 */

import type { Estimate } from "./metric.ts";

/**
 * The p-quantile of draws, interpolated linearly between the order statistics around (n − 1) p.
 *
 * Its standard error is half the distance between the quantiles one binomial standard deviation, sqrt(p (1 − p)/n),
 * below and above p: no density has to be known. Beyond the outermost draws it is too small.
 *
 * @param sorted n draws in ascending order
 * @param p a probability
 * @returns the quantile with its standard error
 * @throws {RangeError} if p is not in [0, 1], or there are no draws
 *
 * Source: Hyndman & Fan 1996, "Sample quantiles in statistical packages", definition 7; Woodruff 1952, "Confidence
 * intervals for medians and other position measures".
 *
 * @example
 * ```ts
 * import { quantile } from "./quantile.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(quantile([0, 1, 2, 3, 4], 0.25).value, 1);
 * ```
 */
export function quantile(sorted: ArrayLike<number>, p: number): Estimate {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`Cannot compute a quantile: p must be in [0, 1], got ${p}`);
  if (sorted.length === 0) throw new RangeError("Cannot compute a quantile: there must be draws, got none");
  const deviation = Math.sqrt(p * (1 - p) / sorted.length);
  const width = interpolate(sorted, Math.min(p + deviation, 1)) -
    interpolate(sorted, Math.max(p - deviation, 0));
  return { value: interpolate(sorted, p), standardError: width / 2 };
}

/**
 * The p-quantile of some draws less that of others, independent of them.
 *
 * @param sorted both in ascending order
 * @param p a probability
 * @returns the difference with its standard error, the root of the sum of both squared
 * @throws {RangeError} as {@linkcode quantile}
 */
export function quantileDifference(
  sorted: readonly [of: ArrayLike<number>, less: ArrayLike<number>],
  p: number,
): Estimate {
  const [here, there] = sorted.map((draws) => quantile(draws, p));
  return {
    value: here.value - there.value,
    standardError: Math.hypot(here.standardError, there.standardError),
  };
}

function interpolate(sorted: ArrayLike<number>, p: number): number {
  const place = (sorted.length - 1) * p;
  const below = sorted[Math.floor(place)], above = sorted[Math.ceil(place)];
  return below === above ? below : below + (place - Math.floor(place)) * (above - below);
}
