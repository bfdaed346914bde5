/**
 * Special functions: thin names over @stdlib, and own forms where a subtraction of those would lose digits.
 *
 * @module
 */

import digammaStdlib from "@stdlib/math-base-special-digamma";
import gammaln from "@stdlib/math-base-special-gammaln";

/**
 * The logarithm of the gamma function's absolute value, ln |Gamma(x)|.
 *
 * @param x any number; the poles 0, -1, -2, … give Infinity
 * @returns the logarithm
 */
export function lgamma(x: number): number {
  return gammaln(x);
}

/**
 * The digamma function psi(x) = d/dx ln Gamma(x).
 *
 * @param x any number; the poles 0, -1, -2, … give NaN
 * @returns psi(x)
 */
export function digamma(x: number): number {
  return digammaStdlib(x);
}

/** From here on seven terms of the asymptotic series are exact to a double's last digit. */
const ASYMPTOTIC_FROM = 16;

/** Below this |x| the power series of e^x - 1 - x loses fewer digits than the subtraction. */
const RESIDUAL_SERIES_BELOW = 0.5;

/** B_2k / (2k (2k - 1)), k = 1 … 7: ln Gamma(x) ~ (x - 1/2) ln x - x + ln(2 pi)/2 + sum_k c_k x^(1 - 2k). */
const LGAMMA_SERIES = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156];

/** B_2k / (2k), k = 1 … 7: psi(x) ~ ln x - 1/(2x) - sum_k c_k x^(-2k). */
const DIGAMMA_SERIES = [1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132, -691 / 32760, 1 / 12];

/**
 * ln Gamma(x + a) - ln Gamma(x), without the loss of digits of the subtraction at large x.
 *
 * The subtraction alone is off by 1e-8 at x = 5e7; this form is good to a few units in the last place of
 * max(1, |result|).
 *
 * @param x > 0
 * @param a >= 0
 * @returns the logarithm of the ratio
 *
 * Source: DLMF 5.11.1, Stirling's series taken at both ends and the leading terms joined by log1p.
 */
export function lgammaDifference(x: number, a: number): number {
  return x < ASYMPTOTIC_FROM ? lgamma(x + a) - lgamma(x) : lgammaExcess(x, a) + a * Math.log(x);
}

/**
 * ln Gamma(x + a) - ln Gamma(x) - a ln x, which falls to 0 as x grows.
 *
 * The logarithm of a t's normalising constant is this at x = df/2, a = d/2, less d/2 ln(2 pi).
 *
 * @param x > 0
 * @param a >= 0
 * @returns the excess, to a few units in the last place of max(1, a)
 *
 * Source: DLMF 5.11.1, as in {@linkcode lgammaDifference}.
 */
export function lgammaExcess(x: number, a: number): number {
  if (x < ASYMPTOTIC_FROM) return lgamma(x + a) - lgamma(x) - a * Math.log(x);
  const series = evenSeries(LGAMMA_SERIES, x + a) * (x + a) - evenSeries(LGAMMA_SERIES, x) * x;
  return (x + a - 0.5) * Math.log1p(a / x) - a + series;
}

/**
 * psi(x + a) - psi(x), accurate relative to itself (about a/x), so that x times it is as well.
 *
 * @param x > 0
 * @param a >= 0
 * @returns the difference
 *
 * Source: DLMF 5.11.2, the asymptotic series taken at both ends.
 */
export function digammaDifference(x: number, a: number): number {
  if (x < ASYMPTOTIC_FROM) return digamma(x + a) - digamma(x);
  const series = evenSeries(DIGAMMA_SERIES, x + a) - evenSeries(DIGAMMA_SERIES, x);
  return Math.log1p(a / x) + a / (2 * x * (x + a)) - series;
}

/**
 * psi(x) - ln z, without the loss of digits of the subtraction where z is near a large x.
 *
 * @param x > 0
 * @param z > 0
 * @returns the difference
 *
 * Source: DLMF 5.11.2.
 */
export function digammaLessLog(x: number, z: number): number {
  if (x < ASYMPTOTIC_FROM) return digamma(x) - Math.log(z);
  const change = (z - x) / x;
  const logRatio = change > -0.5 ? Math.log1p(change) : Math.log(z) - Math.log(x);
  return -logRatio - 0.5 / x - evenSeries(DIGAMMA_SERIES, x);
}

/** sum_k c_k x^(-2k), k = 1, 2, … */
function evenSeries(coefficients: readonly number[], x: number): number {
  const w = 1 / (x * x);
  return coefficients.reduceRight((sum, coefficient) => (sum + coefficient) * w, 0);
}

/**
 * ln(1 + t^2), without overflow.
 *
 * @param t any number
 * @returns the logarithm, >= 0
 */
export function log1pSquare(t: number): number {
  const size = Math.abs(t);
  return size < 1e10 ? Math.log1p(size * size) : 2 * Math.log(size);
}

/**
 * e^x - 1 - x, accurate relative to itself near 0 too.
 *
 * @param x a number below Infinity
 * @returns the difference, >= 0
 */
export function expm1Residual(x: number): number {
  if (Math.abs(x) >= RESIDUAL_SERIES_BELOW) return Math.expm1(x) - x;
  let term = x * x / 2, sum = term;
  for (let k = 3; Math.abs(term) > Number.EPSILON / 2 * sum; k++) {
    term *= x / k;
    sum += term;
  }
  return sum;
}

/**
 * cos(2 pi v), accurate relative to itself near its zeros too.
 *
 * @param v in turns
 * @returns the cosine
 */
export function cosTwoPi(v: number): number {
  const turn = Math.abs(v - Math.round(v));
  if (turn < 0.125) return Math.cos(2 * Math.PI * turn);
  if (turn > 0.375) return -Math.cos(2 * Math.PI * (0.5 - turn));
  return Math.sin(2 * Math.PI * (0.25 - turn));
}

/**
 * sin(2 pi v), accurate relative to itself near its zeros too.
 *
 * @param v in turns
 * @returns the sine
 */
export function sinTwoPi(v: number): number {
  const turn = v - Math.round(v);
  const size = Math.abs(turn);
  if (size > 0.125 && size < 0.375) return Math.sign(turn) * Math.cos(2 * Math.PI * (size - 0.25));
  return Math.sign(turn) * Math.sin(2 * Math.PI * (size < 0.25 ? size : 0.5 - size));
}

/**
 * Rejects a parameter that is not a positive number.
 *
 * @param value the parameter
 * @param context what was being done, and the parameter's name
 * @throws {RangeError} unless `value` is finite and > 0
 */
export function requirePositive(value: number, context: { action: string; name: string }): void {
  if (!(value > 0 && Number.isFinite(value))) {
    throw new RangeError(`Cannot ${context.action}: ${context.name} must be finite and > 0, got ${value}`);
  }
}

/**
 * Rejects degrees of freedom with which a Student t has no variance.
 *
 * @param df the degrees of freedom
 * @param context what was being done
 * @throws {RangeError} unless `df` is finite and > 2
 */
export function requireVariance(df: number, context: { action: string }): void {
  if (!(df > 2 && Number.isFinite(df))) {
    throw new RangeError(`Cannot ${context.action}: df must be finite and > 2, got ${df}`);
  }
}

/**
 * Rejects a parameter that is not a number of finite size.
 *
 * @param value the parameter
 * @param context what was being done, and the parameter's name
 * @throws {RangeError} unless `value` is finite
 */
export function requireFinite(value: number, context: { action: string; name: string }): void {
  if (!Number.isFinite(value)) {
    throw new RangeError(`Cannot ${context.action}: ${context.name} must be finite, got ${value}`);
  }
}
