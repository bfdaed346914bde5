/**
 * The density of the univariate Student-t distribution and what follows from it in closed form.
 *
 * @module
 */

import { digammaDifference, lgammaExcess, log1pSquare, requireFinite, requirePositive } from "./special.ts";

const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

/** Degrees of freedom, location and scale. */
export interface StudentTParameters {
  /** > 0 and finite. */
  readonly df: number;
  /** 0 by default. */
  readonly loc?: number;
  /** > 0; 1 by default. Not the standard deviation. */
  readonly scale?: number;
}

/**
 * The log density, with T = (x - loc)/scale:
 * ln Gamma((df + 1)/2) - ln Gamma(df/2) - ln(df pi)/2 - ln scale - (df + 1)/2 ln(1 + T^2/df).
 *
 * @param x where, in the units of `loc`
 * @param params df, loc and scale
 * @returns nats
 * @throws {RangeError} if df or scale is not finite and > 0, or loc is not finite
 *
 * @example
 * ```ts
 * import { logProb } from "./student_t.ts";
 * import assert from "node:assert/strict";
 *
 * const cauchyAtZero = logProb(0, { df: 1, loc: 0, scale: 1 });
 * assert.ok(Math.abs(cauchyAtZero - Math.log(1 / Math.PI)) < 1e-15);
 * ```
 */
export function logProb(x: number, params: StudentTParameters): number {
  const { df, loc, scale } = checkedStudentT(params, "compute StudentT logProb");
  return standardLogProb((x - loc) / scale, df) - Math.log(scale);
}

/**
 * The differential entropy, ln scale - ln C + (df + 1)/2 (psi((df + 1)/2) - psi(df/2)), with C the density's
 * constant Gamma((df + 1)/2) / (Gamma(df/2) sqrt(df pi)).
 *
 * @param params df and scale; loc does not matter
 * @returns nats; negative for a narrow distribution
 * @throws {RangeError} if df or scale is not finite and > 0, or loc is not finite
 */
export function entropy(params: StudentTParameters): number {
  const { df, scale } = checkedStudentT(params, "compute StudentT entropy");
  return Math.log(scale) - logConstant(df, 1) + 0.5 * (df + 1) * expectedLog1pSquare(df, 1);
}

/**
 * E ln(1 + |T|^2/df) = psi((df + d)/2) - psi(df/2) for T ~ St(0, I, df) in d dimensions, jointly.
 *
 * @param df degrees of freedom
 * @param dimension d, the number of coordinates that share one mixing variable; 1 for the univariate t
 * @returns nats
 * @throws {RangeError} if df or dimension is not finite and > 0
 *
 * Source: Zografos 1999, "On maximum entropy characterization of Pearson's type II and VII multivariate
 * distributions".
 */
export function expectedLog1pSquare(df: number, dimension: number): number {
  const action = "compute StudentT expectedLog1pSquare";
  requirePositive(df, { action, name: "df" });
  requirePositive(dimension, { action, name: "dimension" });
  return digammaDifference(df / 2, dimension / 2);
}

/**
 * ln C, C = Gamma((df + d)/2) / (Gamma(df/2) (df pi)^(d/2)): the log density of St(0, I, df) at 0.
 *
 * @param df degrees of freedom
 * @param dimension d, the number of coordinates that share one mixing variable; 1 for the univariate t
 * @returns nats
 */
export function logConstant(df: number, dimension: number): number {
  return lgammaExcess(df / 2, dimension / 2) - dimension * HALF_LOG_TWO_PI;
}

/**
 * The log density of St(0, 1, df), without a check of df.
 *
 * @param t where
 * @param df degrees of freedom
 * @returns nats
 */
export function standardLogProb(t: number, df: number): number {
  const ratio = Math.abs(t) / Math.sqrt(df);
  // A quotient that overflows need not mean an infinite t.
  const log1pSquared = ratio === Infinity ? 2 * Math.log(Math.abs(t)) - Math.log(df) : log1pSquare(ratio);
  return logConstant(df, 1) - 0.5 * (df + 1) * log1pSquared;
}

/**
 * Fills in the defaults, and rejects what is outside the domain.
 *
 * @param params df, loc and scale
 * @param action what was being done, for the message
 * @returns all three
 * @throws {RangeError} if df or scale is not finite and > 0, or loc is not finite
 */
export function checkedStudentT(
  { df, loc = 0, scale = 1 }: StudentTParameters,
  action: string,
): Required<StudentTParameters> {
  requirePositive(df, { action, name: "df" });
  requireFinite(loc, { action, name: "loc" });
  requirePositive(scale, { action, name: "scale" });
  return { df, loc, scale };
}
