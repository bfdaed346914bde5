/**
 * How far out rows are.
 *
 * @module
 */

/**
 * The Euclidean norm of each row.
 *
 * @param values `[rows, dimensions]` row-major
 * @param dimensions columns of a row
 * @returns `[rows]`, >= 0
 */
export function norms(values: ArrayLike<number>, dimensions: number): Float64Array {
  return Float64Array.from({ length: values.length / dimensions }, (_, row) => {
    let squares = 0;
    for (let i = row * dimensions; i < (row + 1) * dimensions; i++) squares += values[i] ** 2;
    return Math.sqrt(squares);
  });
}

/**
 * The part of n numbers that is above each radius, P(norm > r). What is not a number is above all.
 *
 * @param norms n numbers, as of {@linkcode norms}
 * @param radii r, in any order
 * @returns one share in [0, 1] for each radius; NaN where n is 0
 *
 * @example
 * ```ts
 * import { survival } from "./survival.ts";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(survival([1, 2, 3, 4], [0, 2, 9]), Float32Array.of(1, 0.5, 0));
 * ```
 */
export function survival(norms: ArrayLike<number>, radii: ArrayLike<number>): Float32Array {
  const sorted = Float64Array.from(norms).sort(); // NaN last
  return Float32Array.from(radii, (radius) => {
    let [from, to] = [0, sorted.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (sorted[middle] <= radius) from = middle + 1;
      else to = middle;
    }
    return (sorted.length - from) / sorted.length;
  });
}

/**
 * Radii at equal ratios.
 *
 * @param range the first, > 0, and the last, and how many, two or more
 * @returns `[count]`
 */
export function logSpaced(
  { from, to, count }: { readonly from: number; readonly to: number; readonly count: number },
): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => from * (to / from) ** (i / (count - 1)));
}
