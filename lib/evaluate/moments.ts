/**
 * Weighted means, covariances and the distances they define.
 *
 * @module
 */

import { cholesky, solveLower } from "../math/cholesky.ts";

/** Added to a covariance's diagonal, relative to its mean: constant columns and single points have a density then. */
const RIDGE = 1e-9;

/** Mean and covariance of rows. */
export interface Moments {
  /** `[dimensions]` */
  readonly loc: Float64Array;
  /** L with L Lᵀ the covariance, `[dimensions, dimensions]` row-major. */
  readonly lower: Float64Array;
  /** Of all weights. */
  readonly total: number;
}

/**
 * sum w x / sum w, and the Cholesky factor of sum w (x − loc)(x − loc)ᵀ / sum w, whose diagonal is raised by 1e-9 of its
 * mean.
 *
 * @param values `[rows, dimensions]` row-major
 * @param options `dimensions`, and one weight >= 0 for each row, 1 by default
 * @returns the moments
 * @throws {RangeError} if values are not finite, or no weight is > 0
 */
export function moments(
  values: ArrayLike<number>,
  { dimensions, weights = new Float64Array(values.length / dimensions).fill(1) }: {
    readonly dimensions: number;
    readonly weights?: Float64Array;
  },
): Moments {
  const loc = new Float64Array(dimensions);
  let total = 0;
  for (let row = 0, start = 0; row < weights.length; row++, start += dimensions) {
    const weight = weights[row];
    total += weight;
    for (let i = 0; i < dimensions; i++) loc[i] += weight * values[start + i];
  }
  for (let i = 0; i < dimensions; i++) loc[i] /= total;

  const covariance = new Float64Array(dimensions * dimensions);
  const delta = new Float64Array(dimensions);
  for (let row = 0, start = 0; row < weights.length; row++, start += dimensions) {
    const weight = weights[row];
    if (weight === 0) continue;
    for (let i = 0; i < dimensions; i++) {
      delta[i] = values[start + i] - loc[i];
      const weighted = weight * delta[i];
      for (let j = 0; j <= i; j++) covariance[i * dimensions + j] += weighted * delta[j];
    }
  }
  let trace = 0;
  for (let i = 0; i < covariance.length; i++) covariance[i] /= total;
  for (let i = 0; i < dimensions; i++) trace += covariance[i * (dimensions + 1)];
  const ridge = RIDGE * trace / dimensions || RIDGE;
  for (let i = 0; i < dimensions; i++) covariance[i * (dimensions + 1)] += ridge;
  return { loc, lower: cholesky(covariance, dimensions), total };
}

/**
 * L⁻¹ (x − loc) for each row x.
 *
 * @param values `[rows, dimensions]` row-major
 * @param moments loc, `[dimensions]`, and L
 * @returns as `values`; of mean 0 and covariance 1 where the moments are those of `values`
 */
export function whiten(
  values: ArrayLike<number>,
  { loc, lower }: Pick<Moments, "loc" | "lower">,
): Float64Array {
  const white = Float64Array.from(values, (value, i) => value - loc[i % loc.length]);
  for (let start = 0; start < white.length; start += loc.length) {
    solveLower(lower, white.subarray(start, start + loc.length));
  }
  return white;
}

/**
 * Mahalanobis' squared distance, |L⁻¹ (x − loc)|², of each row x.
 *
 * @param values `[rows, dimensions]` row-major
 * @param moments loc, `[dimensions]`, and L
 * @returns `[rows]`
 */
export function squaredDistances(
  values: ArrayLike<number>,
  moments: Pick<Moments, "loc" | "lower">,
): Float64Array {
  const { loc, lower } = moments;
  const dimensions = loc.length;
  const distances = new Float64Array(values.length / dimensions);
  const white = new Float64Array(dimensions);
  // solveLower() row by row would cost a view of each.
  for (let row = 0, start = 0; row < distances.length; row++, start += dimensions) {
    let square = 0;
    for (let i = 0; i < dimensions; i++) {
      let rest = values[start + i] - loc[i];
      for (let k = 0; k < i; k++) rest -= lower[i * dimensions + k] * white[k];
      white[i] = rest / lower[i * (dimensions + 1)];
      square += white[i] * white[i];
    }
    distances[row] = square;
  }
  return distances;
}

/**
 * ln |L|, half the logarithm of the covariance's determinant.
 *
 * @param lower L, `[dimensions, dimensions]`
 * @param dimensions rows of L
 * @returns the logarithm
 */
export function logDeterminant(lower: Float64Array, dimensions: number): number {
  let sum = 0;
  for (let i = 0; i < dimensions; i++) sum += Math.log(lower[i * (dimensions + 1)]);
  return sum;
}

/**
 * Rejects what no distribution can be fitted to.
 *
 * @param values `[rows, dimensions]` row-major
 * @param context what was being done, the columns of a row, and how many rows it takes
 * @throws {TypeError} if values are not whole rows
 * @throws {RangeError} if a value is not finite, or there are too few rows
 */
export function checkRows(
  values: ArrayLike<number>,
  { action, dimensions, least }: {
    readonly action: string;
    readonly dimensions: number;
    readonly least: number;
  },
): void {
  const rows = values.length / dimensions;
  if (!Number.isInteger(rows)) {
    throw new TypeError(
      `Cannot ${action}: values must be rows of ${dimensions} numbers, got ${values.length} numbers`,
    );
  }
  if (rows < least) {
    throw new RangeError(`Cannot ${action}: there must be at least ${least} rows, got ${rows}`);
  }
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i])) continue;
    throw new RangeError(`Cannot ${action}: values must be finite, got ${values[i]} at ${i}`);
  }
}
