/**
 * The univariate Student-t distribution St(loc, scale, df) in float64.
 *
 * `scale` is not the standard deviation, which is scale sqrt(df/(df - 2)) and exists for df > 2 only.
 *
 * @module
 */

import { type NoiseKey, type NoiseShape, uniformPairs } from "./philox.ts";
import {
  cosTwoPi,
  digammaDifference,
  lgammaDifference,
  log1pSquare,
  requireFinite,
  requirePositive,
} from "./special.ts";

/** Degrees of freedom, location and scale. */
export interface StudentTParameters {
  /** > 0 and finite. */
  readonly df: number;
  /** 0 by default. */
  readonly loc?: number;
  /** > 0; 1 by default. Not the standard deviation. */
  readonly scale?: number;
}

/** Below this square (and below df) 1/2 minus a series gives the tail, above it a continued fraction. */
const SERIES_BELOW_SQUARE = 2;

/** Levels of the continued fraction that leave less than 1e-15 at the switch, for every df. */
const FRACTION_LEVELS = 96;

/** Below this x + expm1(-x) is summed as a series, because the two cancel. */
const CANCELLATION_BELOW = 0.5;

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
  const { df, loc, scale } = checked(params, "compute StudentT logProb");
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
  const { df, scale } = checked(params, "compute StudentT entropy");
  return Math.log(scale) - logConstant(df) + 0.5 * (df + 1) * expectedLog1pSquare(df, 1);
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
 * The distribution function P(X <= x), accurate relative to itself in the lower tail.
 *
 * @param x where, in the units of `loc`
 * @param params df, loc and scale
 * @returns a probability
 * @throws {RangeError} if df or scale is not finite and > 0, or loc is not finite
 *
 * @example
 * ```ts
 * import { cdf } from "./student_t.ts";
 * import assert from "node:assert/strict";
 *
 * assert.ok(Math.abs(cdf(-1, { df: 1 }) - 0.25) < 1e-15);
 * ```
 *
 * Source: the incomplete beta function I_y(df/2, 1/2), y = df/(df + T^2), DLMF 8.17.8 (series) and
 * DiDonato & Morris 1992, Algorithm 708 (continued fraction), scaled by the density so that large df and far
 * tails keep their digits.
 */
export function cdf(x: number, params: StudentTParameters): number {
  const { df, loc, scale } = checked(params, "compute StudentT cdf");
  const t = (x - loc) / scale;
  const tail = upperTail(Math.abs(t), df);
  return t < 0 ? tail : 1 - tail;
}

/**
 * Turns two uniforms into one standard t variate and its derivative in df:
 * T = sqrt(df (U^(-2/df) - 1)) cos(2 pi V).
 *
 * Explicit, smooth in df, without rejection; for df → ∞ it becomes Box–Muller. The cosine and the sine of one
 * (U, V) are not independent for finite df: independent coordinates each need their own pair.
 *
 * @param uniforms u in (0, 1] and v, in turns
 * @param df degrees of freedom
 * @returns the variate and dT/d(df) at fixed u and v
 * @throws {RangeError} if u is not in (0, 1], v is not finite, or df is not finite and > 0
 *
 * Source: Bailey 1994, "Polar generation of random variates with the t-distribution".
 */
export function polarSample(
  { u, v }: { readonly u: number; readonly v: number },
  df: number,
): { value: number; dDf: number } {
  const action = "draw StudentT polarSample";
  if (!(u > 0 && u <= 1)) throw new RangeError(`Cannot ${action}: u must be in (0, 1], got ${u}`);
  requireFinite(v, { action, name: "v" });
  requirePositive(df, { action, name: "df" });
  if (u === 1) return { value: 0, dDf: 0 };
  const x = -2 * Math.log(u) / df;
  const cosine = cosTwoPi(v);
  // df (e^x - 1) with e^x taken out of the root, which halves what can overflow.
  const root = Math.sqrt(-df * Math.expm1(-x));
  const growth = Math.exp(x / 2);
  return { value: growth * root * cosine, dDf: -growth * xPlusExpm1Minus(x) / (2 * root) * cosine };
}

/**
 * Draws loc + scale T by {@linkcode polarSample}, one (U, V) for each row and dimension.
 *
 * @param key which noise
 * @param options row ids, dimensions, df, loc and scale
 * @returns row-major `[rows, dimensions]`
 * @throws {RangeError} if a parameter or the key is out of range
 *
 * @example
 * ```ts
 * import { sample } from "./student_t.ts";
 *
 * const latents = sample({ seed: 0, stream: "generation" }, { rows: 64, dimensions: 3, df: 5 }); // [64, 3]
 * ```
 */
export function sample(key: NoiseKey, options: NoiseShape & StudentTParameters): Float64Array {
  const { df, loc, scale } = checked(options, "sample StudentT");
  const { u, v } = uniformPairs(key, options);
  return Float64Array.from(u, (ui, i) => loc + scale * polarSample({ u: ui, v: v[i] }, df).value);
}

function standardLogProb(t: number, df: number): number {
  return logConstant(df) - 0.5 * (df + 1) * log1pSquare(t / Math.sqrt(df));
}

function logConstant(df: number): number {
  return lgammaDifference(df / 2, 0.5) - 0.5 * Math.log(df * Math.PI);
}

/** P(T > t) for t >= 0: both forms are t times the density at t, times something of modest size. */
function upperTail(t: number, df: number): number {
  if (t === 0) return 0.5;
  if (t === Infinity) return 0;
  const hypotenuse = Math.hypot(t, Math.sqrt(df));
  const x = (t / hypotenuse) ** 2;
  const prefactor = Math.exp(standardLogProb(t, df) + Math.log(t));
  if (t * t < Math.min(df, SERIES_BELOW_SQUARE)) return 0.5 - prefactor * centralSeries(x, df);
  return 0.5 * prefactor / tailFraction({ x, y: df / hypotenuse / hypotenuse }, df / 2);
}

/** 2F1(1, (df + 1)/2; 3/2; x), whose terms are all positive. */
function centralSeries(x: number, df: number): number {
  let term = 1, sum = 1;
  for (let n = 0; term > Number.EPSILON / 2 * sum; n++) {
    term *= x * ((df + 1) / 2 + n) / (1.5 + n);
    sum += term;
  }
  return sum;
}

/** The continued fraction of 1/I_y(a, 1/2) with x = 1 - y, evaluated backwards. */
function tailFraction({ x, y }: { x: number; y: number }, a: number): number {
  const first = (a + 0.5) * x + 0.5;
  let rest = 0;
  for (let m = FRACTION_LEVELS; m > 0; m--) {
    const pole = a + 2 * m - 1;
    const bend = m * (0.5 - m) * y / pole;
    const numerator = bend * y * (a + m - 1) * (a + m - 0.5) / pole;
    rest = numerator / (m + bend + (a + m) * (first + m * (1 + x)) / (pole + 2) + rest);
  }
  return a * first / (a + 1) + rest;
}

/** x + expm1(-x) for x >= 0, without cancellation. */
function xPlusExpm1Minus(x: number): number {
  if (x >= CANCELLATION_BELOW) return x + Math.expm1(-x);
  let term = x * x / 2, sum = term;
  for (let k = 3; Math.abs(term) > Number.EPSILON / 2 * sum; k++) {
    term *= -x / k;
    sum += term;
  }
  return sum;
}

function checked(
  { df, loc = 0, scale = 1 }: StudentTParameters,
  action: string,
): Required<StudentTParameters> {
  requirePositive(df, { action, name: "df" });
  requireFinite(loc, { action, name: "loc" });
  requirePositive(scale, { action, name: "scale" });
  return { df, loc, scale };
}
