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

/** The least that df can be. */
const LEAST_DF = 0.1;
/** The most: a normal, as far as any draws can tell. */
export const MOST_DF = 1e4;
/** Where the search starts. */
const FIRST_DF = 5;

/** A log-likelihood that rises by less, in nats per row, has come to its end. */
const SMALLEST_RISE = 1e-9;

/** Many more than are needed but for df near the least. */
const MOST_ITERATIONS = 500;

/** How far from the last df a search for the next one looks at first, in ln df. */
const FIRST_WIDTH = 0.05;

/** A slope of the log-likelihood by ln df, in nats per row, that is none. */
const FLAT = 1e-10;

/** Many more than a search takes. */
const MOST_STEPS = 50;

/**
 * Maximum likelihood by ECME: weights (df + d)/(df + D²) give loc and scale, then df maximises the likelihood itself.
 *
 * The scale matrix is divided by the sum of weights and not by the number of rows, which converges faster to the same
 * point (Kent, Tyler & Vardi).
 *
 * @param draws `[rows, dimensions]` row-major, more rows than dimensions
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
  draws: ArrayLike<number>,
  { dimensions }: { readonly dimensions: number },
): FittedStudentT {
  checkRows(draws, { action: "fit a Student's t", dimensions, least: dimensions + 1 });
  const values = Float64Array.from(draws);
  let { loc, lower }: Pick<Moments, "loc" | "lower"> = moments(values, { dimensions });
  let distances = squaredDistances(values, { loc, lower });
  let df = fitDf(distances, { dimensions, from: FIRST_DF });
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
    df = fitDf(distances, { dimensions, from: df });
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
 * D²) − ln(1 + D²/df)) = 0, next to another df: a bracket that grows, then false position.
 *
 * Source: Dowell & Jarratt 1971, "A modified regula falsi method for computing the root of an equation" (Illinois).
 */
function fitDf(
  distances: Float64Array,
  { dimensions, from }: { readonly dimensions: number; readonly from: number },
): number {
  // By ln df, twice over.
  const slope = (logDf: number) => {
    const df = Math.exp(logDf);
    let sum = 0;
    for (const distance of distances) {
      sum += (df + dimensions) * distance / (df * (df + distance)) - Math.log1p(distance / df);
    }
    return df * (digammaDifference(df / 2, dimensions / 2) - dimensions / df + sum / distances.length);
  };
  const [least, most] = [Math.log(LEAST_DF), Math.log(MOST_DF)];
  let low = Math.log(from), high = low;
  let atLow = slope(low), atHigh = atLow;
  for (let width = FIRST_WIDTH; atLow < 0; width *= 2) {
    if (low === least) return LEAST_DF;
    [high, atHigh] = [low, atLow];
    low = Math.max(least, low - width);
    atLow = slope(low);
  }
  for (let width = FIRST_WIDTH; atHigh > 0; width *= 2) {
    if (high === most) return MOST_DF;
    [low, atLow] = [high, atHigh];
    high = Math.min(most, high + width);
    atHigh = slope(high);
  }
  let next = low, at = atLow;
  for (let step = 0, last = 0; step < MOST_STEPS && Math.abs(at) > FLAT; step++) {
    next = (low * atHigh - high * atLow) / (atHigh - atLow);
    at = slope(next);
    if (at > 0) {
      [low, atLow] = [next, at];
      if (last > 0) atHigh /= 2;
    } else {
      [high, atHigh] = [next, at];
      if (last < 0) atLow /= 2;
    }
    last = Math.sign(at);
  }
  return Math.exp(next);
}
