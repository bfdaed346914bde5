/**
 * Means of few numbers, and how far to trust them.
 *
 * @module
 */

import { quantile } from "./student_t.ts";

/** A mean and its confidence interval, [mean − halfWidth, mean + halfWidth]. */
export interface MeanInterval {
  readonly mean: number;
  /** Absent for a single value, which says nothing about its spread. */
  readonly halfWidth?: number;
  /** How many values. */
  readonly count: number;
}

/**
 * The mean of normal draws and its confidence interval, mean ± t s/sqrt(n) with s^2 the unbiased variance and t the
 * quantile of the Student-t distribution with n − 1 degrees of freedom.
 *
 * With two or three values t is 12.7 or 4.3 at the level 0.95: such intervals are wide because little is known.
 *
 * @param values at least one
 * @param level the probability that such an interval covers the true mean
 * @returns mean, half of the interval's width, both in the unit of the values, and n
 * @throws {RangeError} if there are no values, or the level is not in (0, 1)
 *
 * @example
 * ```ts
 * import { meanInterval } from "./mean_interval.ts";
 * import assert from "node:assert/strict";
 *
 * const { mean, halfWidth, count } = meanInterval([1, 2, 3]);
 * assert.deepEqual([mean, halfWidth!.toFixed(4), count], [2, "2.4841", 3]);
 * ```
 *
 * Source: Student 1908, "The probable error of a mean".
 */
export function meanInterval(values: readonly number[], level = 0.95): MeanInterval {
  const count = values.length;
  if (count === 0) throw new RangeError("Cannot compute a mean: there must be at least one value, got none");
  if (!(level > 0 && level < 1)) {
    throw new RangeError(`Cannot compute a confidence interval: level must be in (0, 1), got ${level}`);
  }
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  if (count === 1) return { mean, count };
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1);
  return {
    mean,
    halfWidth: -quantile((1 - level) / 2, { df: count - 1 }) * Math.sqrt(variance / count),
    count,
  };
}
