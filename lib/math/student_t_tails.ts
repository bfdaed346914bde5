/**
 * The distribution function of the univariate Student-t distribution, its tails and its inverse.
 *
 * Source: the incomplete beta function I_y(df/2, 1/2), y = df/(df + T^2), DLMF 8.17.8 (series) and
 * DiDonato & Morris 1992, Algorithm 708 (continued fraction), scaled by the density so that large df and far
 * tails keep their digits.
 *
 * @module
 */

import { checkedStudentT, standardLogProb, type StudentTParameters } from "./student_t_density.ts";

/** Below this square (and below df) 1/2 minus a series gives the tail, above it a continued fraction. */
const SERIES_BELOW_SQUARE = 2;

/** Levels of the continued fraction that leave less than 1e-15 at the switch, for every df. */
const FRACTION_LEVELS = 96;

/** Newton's method converges quadratically: after a smaller relative step the next one would be rounding. */
const LAST_STEP = 1e-8;

/** Far more than the five steps that were the most seen. */
const MOST_STEPS = 20;

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
 */
export function cdf(x: number, params: StudentTParameters): number {
  return lowerProbability(standardise(x, { params, name: "cdf" }));
}

/**
 * The survival function P(X > x) = 1 - cdf(x), accurate relative to itself in the upper tail.
 *
 * @param x where, in the units of `loc`
 * @param params df, loc and scale
 * @returns a probability
 * @throws {RangeError} if df or scale is not finite and > 0, or loc is not finite
 */
export function survival(x: number, params: StudentTParameters): number {
  const { t, df } = standardise(x, { params, name: "survival" });
  return lowerProbability({ t: -t, df });
}

/**
 * ln P(X <= x), accurate relative to itself in both tails, also where the probability would underflow or
 * round to 1.
 *
 * @param x where, in the units of `loc`
 * @param params df, loc and scale
 * @returns nats, <= 0
 * @throws {RangeError} if df or scale is not finite and > 0, or loc is not finite
 */
export function logCdf(x: number, params: StudentTParameters): number {
  return logLowerProbability(standardise(x, { params, name: "logCdf" }));
}

/**
 * ln P(X > x), accurate relative to itself in both tails, also where the probability would underflow or
 * round to 1.
 *
 * @param x where, in the units of `loc`
 * @param params df, loc and scale
 * @returns nats, <= 0
 * @throws {RangeError} if df or scale is not finite and > 0, or loc is not finite
 *
 * @example
 * ```ts
 * import { logSurvival } from "./student_t.ts";
 * import assert from "node:assert/strict";
 *
 * // A probability of 1e-60002, far below the smallest number that is not 0.
 * assert.ok(Math.abs(logSurvival(1e8, { df: 1e4 }) + 138160.63) < 0.005);
 * ```
 */
export function logSurvival(x: number, params: StudentTParameters): number {
  const { t, df } = standardise(x, { params, name: "logSurvival" });
  return logLowerProbability({ t: -t, df });
}

/**
 * The quantile: the x with P(X <= x) = p.
 *
 * Accurate relative to its distance from loc, in far tails and beside p = 1/2 too. Towards p = 1 a double
 * holds few digits of 1 - p; use the symmetry, -quantile(1 - p), with the small probability itself.
 *
 * @param p a probability; 0 gives -Infinity and 1 gives Infinity
 * @param params df, loc and scale
 * @returns x, in the units of `loc`; ±Infinity where it is beyond the largest number
 * @throws {RangeError} if p is not in [0, 1], df or scale is not finite and > 0, or loc is not finite
 *
 * @example
 * ```ts
 * import { quantile } from "./student_t.ts";
 * import assert from "node:assert/strict";
 *
 * assert.ok(Math.abs(quantile(0.75, { df: 1, loc: 2, scale: 3 }) - 5) < 1e-14);
 * ```
 */
export function quantile(p: number, params: StudentTParameters): number {
  const action = "compute StudentT quantile";
  const { df, loc, scale } = checkedStudentT(params, action);
  if (!(p >= 0 && p <= 1)) throw new RangeError(`Cannot ${action}: p must be in [0, 1], got ${p}`);
  if (p === 0.5) return loc;
  const fromCenter = Math.abs(p - 0.5);
  const border = Math.sqrt(Math.min(df, SERIES_BELOW_SQUARE));
  const size = fromCenter < centralProbability(border, df)
    ? centralQuantile(fromCenter, df)
    : upperTailQuantile(Math.min(p, 1 - p), df);
  return loc + scale * (p < 0.5 ? -size : size);
}

/** The t with P(0 < T < t) = `probability`; concave in t, so that Newton's steps from below only climb. */
function centralQuantile(probability: number, df: number): number {
  let t = probability / Math.exp(standardLogProb(0, df));
  for (let i = 0, step = Infinity; i < MOST_STEPS && Math.abs(step) > LAST_STEP * t; i++) {
    step = (probability - centralProbability(t, df)) / Math.exp(standardLogProb(t, df));
    t += step;
  }
  return t;
}

/**
 * The t with P(T > t) = `probability` < 1/2, by Newton's method on logarithms of both. The curve is concave and
 * becomes a straight line, and the start, where the polar radius has twice the tail, is beyond the solution.
 */
function upperTailQuantile(probability: number, df: number): number {
  if (probability === 0) return Infinity;
  const target = Math.log(probability);
  const radius = Math.sqrt(df) * Math.sqrt(Math.expm1(-2 * Math.log(2 * probability) / df));
  let t = Math.min(radius, Number.MAX_VALUE);
  for (let i = 0, step = Infinity; i < MOST_STEPS && Math.abs(step) > LAST_STEP && t < Infinity; i++) {
    const fraction = tailFraction(t, df);
    step = (logFarTail(t, { df, fraction }) - target) / (2 * fraction);
    t *= Math.exp(step);
  }
  return t;
}

interface Standardised {
  readonly t: number;
  readonly df: number;
}

function standardise(
  x: number,
  { params, name }: { params: StudentTParameters; name: string },
): Standardised {
  const { df, loc, scale } = checkedStudentT(params, `compute StudentT ${name}`);
  return { t: (x - loc) / scale, df };
}

function lowerProbability({ t, df }: Standardised): number {
  const tail = upperTail(Math.abs(t), df);
  return t < 0 ? tail : 1 - tail;
}

function logLowerProbability({ t, df }: Standardised): number {
  if (t >= 0) return Math.log1p(-upperTail(t, df));
  if (t === -Infinity) return -Infinity;
  if (isCentral(t, df)) return Math.log(upperTail(-t, df));
  return logFarTail(-t, { df, fraction: tailFraction(-t, df) });
}

/** ln P(T > t) for a t that is not central. */
function logFarTail(t: number, { df, fraction }: { df: number; fraction: number }): number {
  return standardLogProb(t, df) + Math.log(t) - Math.log(2 * fraction);
}

/** P(T > t) for t >= 0: both forms are t times the density at t, times something of modest size. */
function upperTail(t: number, df: number): number {
  if (t === Infinity) return 0;
  if (isCentral(t, df)) return 0.5 - centralProbability(t, df);
  return 0.5 * timesDensity(t, df) / tailFraction(t, df);
}

function isCentral(t: number, df: number): boolean {
  return t * t < Math.min(df, SERIES_BELOW_SQUARE);
}

/** t f(t); at large df and t the two logarithms partly cancel. */
function timesDensity(t: number, df: number): number {
  return Math.exp(standardLogProb(t, df) + Math.log(t));
}

/** P(0 < T < t) = t f(t) 2F1(1, (df + 1)/2; 3/2; t^2/(df + t^2)), whose terms are all positive. */
function centralProbability(t: number, df: number): number {
  const x = (t / Math.hypot(t, Math.sqrt(df))) ** 2;
  let term = 1, sum = 1;
  for (let n = 0; term > Number.EPSILON / 2 * sum; n++) {
    term *= x * ((df + 1) / 2 + n) / (1.5 + n);
    sum += term;
  }
  return timesDensity(t, df) * sum;
}

/** t f(t) / (2 P(T > t)): the continued fraction of 1/I_y(df/2, 1/2), evaluated backwards. */
function tailFraction(t: number, df: number): number {
  const hypotenuse = Math.hypot(t, Math.sqrt(df));
  const x = (t / hypotenuse) ** 2;
  const y = df / hypotenuse / hypotenuse;
  const a = df / 2;
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
