/**
 * Means with their standard errors.
 *
 * @module
 */

import type { Estimate } from "./metric.ts";

/**
 * The mean of independent draws, with standard error sqrt(sum (x − mean)² / (n (n − 1))).
 *
 * @param values n of them
 * @returns mean and standard error; NaN of fewer than one and two values
 *
 * @example
 * ```ts
 * import { mean } from "./mean.ts";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(mean([1, 3]), { value: 2, standardError: 1 });
 * ```
 */
export function mean(values: ArrayLike<number>): Estimate {
  const count = values.length;
  let value = 0, squares = 0;
  for (let i = 0; i < count; i++) {
    const delta = values[i] - value;
    value += delta / (i + 1);
    squares += delta * (values[i] - value);
  }
  return { value: count === 0 ? NaN : value, standardError: Math.sqrt(squares / (count * (count - 1))) };
}

/**
 * Each column of a row-major matrix.
 *
 * @param values `[rows, count]`
 * @param count how many columns
 * @returns `count` arrays of one element for each row
 */
export function columns(values: ArrayLike<number>, count: number): Float64Array[] {
  return Array.from(
    { length: count },
    (_, column) =>
      Float64Array.from({ length: values.length / count }, (_, row) => values[row * count + column]),
  );
}

/**
 * The variance of each column of a row-major matrix.
 *
 * @param values `[rows, count]`
 * @param count how many columns
 * @returns `[count]`, means of squares without a correction for their number
 */
export function variances(values: ArrayLike<number>, count: number): number[] {
  return columns(values, count).map((column) => {
    const { value: center } = mean(column);
    return mean(column.map((value) => (value - center) ** 2)).value;
  });
}
