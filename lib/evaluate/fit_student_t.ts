/**
 * A multivariate Student's t of full scale matrix, fitted to draws.
 *
 * @module
 */

import { affineRows } from "../math/cholesky.ts";
import { sample as sampleStandard } from "../math/multivariate_student_t.ts";
import type { NoiseKey } from "../math/philox.ts";
import { digammaDifference } from "../math/special.ts";
import { logConstant } from "../math/student_t_density.ts";
import { checkRows, logDeterminant, type Moments, moments, squaredDistances } from "./moments.ts";

/** A distribution that was fitted to draws. */
export interface FittedDensity {
  /** Mean log density of what it was fitted to, nats per row. */
  readonly logLikelihood: number;
  /**
   * The log density of each row.
   *
   * @param values `[rows, dimensions]` row-major
   * @returns nats, `[rows]`
   */
  logProb(values: ArrayLike<number>): Float64Array;
  /**
   * New draws, the same for the same key.
   *
   * @param key which noise
   * @param options how many `rows`
   * @returns `[rows, dimensions]` row-major
   */
  sample(key: NoiseKey, options: { readonly rows: number }): Float64Array;
}

/** St(loc, L Lᵀ, df). */
export interface FittedStudentT extends FittedDensity {
  /** Degrees of freedom, from {@linkcode LEAST_DF} to {@linkcode MOST_DF}. */
  readonly df: number;
  /** `[dimensions]` */
  readonly loc: Float64Array;
  /** L, `[dimensions, dimensions]` row-major; L Lᵀ is not the covariance, which is df/(df − 2) times it. */
  readonly lower: Float64Array;
}

/** Where the search for df starts. */
export const LEAST_DF = 0.1;
/** Where it ends: a normal, as far as any draws can tell. */
export const MOST_DF = 1e4;

/** A log-likelihood that rises by less, in nats per row, has come to its end. */
const SMALLEST_RISE = 1e-9;

/** Many more than are needed but for df near the least. */
const MOST_ITERATIONS = 500;

/** Halvings of the interval of ln df: 1e-9 of it is left. */
const HALVINGS = 34;

/**
 * Maximum likelihood by ECME: weights (df + d)/(df + D²) give loc and scale, then df maximises the likelihood itself.
 *
 * The scale matrix is divided by the sum of weights and not by the number of rows, which converges faster to the same
 * point (Kent, Tyler & Vardi).
 *
 * @param values `[rows, dimensions]` row-major, more rows than dimensions
 * @param options `dimensions`
 * @returns the distribution
 * @throws {TypeError} if values are not whole rows
 * @throws {RangeError} if a value is not finite, or there are too few rows
 *
 * Source: Liu & Rubin 1995, "ML estimation of the t distribution using EM and its extensions, ECM and ECME"; Kent, Tyler &
 * Vardi 1994, "A curious likelihood identity for the multivariate t-distribution".
 *
 * @example
 * ```ts
 * import { fitStudentT } from "./fit_student_t.ts";
 * import { sample } from "../math/multivariate_student_t.ts";
 * import assert from "node:assert/strict";
 *
 * const draws = sample({ seed: 0, stream: "data" }, { rows: 2000, dimensions: 2, df: 5 });
 * const fitted = fitStudentT(draws, { dimensions: 2 });
 * assert.ok(fitted.df > 4 && fitted.df < 6.5);
 * const more = fitted.sample({ seed: 0, stream: "generation" }, { rows: 10 }); // [10, 2]
 * ```
 */
export function fitStudentT(
  values: ArrayLike<number>,
  { dimensions }: { readonly dimensions: number },
): FittedStudentT {
  checkRows(values, { action: "fit a Student's t", dimensions, least: dimensions + 1 });
  let { loc, lower }: Pick<Moments, "loc" | "lower"> = moments(values, { dimensions });
  let distances = squaredDistances(values, { loc, lower });
  let df = fitDf(distances, dimensions);
  let logLikelihood = -Infinity;
  for (let iteration = 0; iteration < MOST_ITERATIONS; iteration++) {
    const rows = logDensities(distances, { df, lower, dimensions });
    const next = rows.reduce((sum, row) => sum + row, 0) / rows.length;
    const rise = next - logLikelihood;
    logLikelihood = next;
    if (rise < SMALLEST_RISE) break;
    const weights = distances.map((distance) => (df + dimensions) / (df + distance));
    ({ loc, lower } = moments(values, { dimensions, weights }));
    distances = squaredDistances(values, { loc, lower });
    df = fitDf(distances, dimensions);
  }
  return {
    df,
    loc,
    lower,
    logLikelihood,
    logProb: (x) => {
      checkRows(x, { action: "compute logProb of a fitted Student's t", dimensions, least: 0 });
      return logDensities(squaredDistances(x, { loc, lower }), { df, lower, dimensions });
    },
    sample: (key, { rows }) => affineRows(sampleStandard(key, { rows, dimensions, df }), { loc, lower }),
  };
}

function logDensities(
  distances: Float64Array,
  { df, lower, dimensions }: {
    readonly df: number;
    readonly lower: Float64Array;
    readonly dimensions: number;
  },
): Float64Array {
  const constant = logConstant(df, dimensions) - logDeterminant(lower, dimensions);
  return distances.map((distance) => constant - (df + dimensions) / 2 * Math.log1p(distance / df));
}

/**
 * The df of greatest likelihood at given distances, where psi((df + d)/2) − psi(df/2) − d/df + mean((df + d)/df · D²/(df +
 * D²) − ln(1 + D²/df)) = 0.
 */
function fitDf(distances: Float64Array, dimensions: number): number {
  const slope = (df: number) => {
    let sum = 0;
    for (const distance of distances) {
      sum += (df + dimensions) * distance / (df * (df + distance)) - Math.log1p(distance / df);
    }
    return digammaDifference(df / 2, dimensions / 2) - dimensions / df + sum / distances.length;
  };
  let [low, high] = [Math.log(LEAST_DF), Math.log(MOST_DF)];
  if (slope(MOST_DF) >= 0) return MOST_DF;
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2;
    if (slope(Math.exp(middle)) > 0) low = middle;
    else high = middle;
  }
  return Math.exp((low + high) / 2);
}
