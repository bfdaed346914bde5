/**
 * The normal distribution N(loc, scale^2) in float64.
 *
 * @module
 */

import { type NoiseKey, type NoiseShape, uniformPairs } from "./philox.ts";
import { cosTwoPi, requireFinite, requirePositive } from "./special.ts";

/** Where and how wide. `scale` is the standard deviation here. */
export interface NormalParameters {
  /** 0 by default. */
  readonly loc?: number;
  /** > 0; 1 by default. */
  readonly scale?: number;
}

const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

/** Above this the tail's continued fraction takes over from 1/2 minus a series. */
const SERIES_BELOW = Math.SQRT2;

/** Levels of the continued fraction that leave less than 1e-15 at {@linkcode SERIES_BELOW}. */
const FRACTION_LEVELS = 96;

/** Newton's method converges quadratically: after a smaller relative step the next one would be rounding. */
const LAST_STEP = 1e-8;

/** Far more than the five steps that were the most seen. */
const MOST_STEPS = 20;

/**
 * The log density, -ln scale - ln(2 pi)/2 - ((x - loc)/scale)^2 / 2.
 *
 * @param x where, in the units of `loc`
 * @param params loc and scale
 * @returns nats
 * @throws {RangeError} if loc is not finite or scale is not finite and > 0
 *
 * @example
 * ```ts
 * import { logProb } from "./normal.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(logProb(1, { loc: 1, scale: 1 }), -0.5 * Math.log(2 * Math.PI));
 * ```
 */
export function logProb(x: number, params: NormalParameters = {}): number {
  const { loc, scale } = checked(params, "compute Normal logProb");
  const t = (x - loc) / scale;
  return -HALF_LOG_TWO_PI - Math.log(scale) - 0.5 * t * t;
}

/**
 * The differential entropy, ln scale + (1 + ln(2 pi))/2.
 *
 * @param params scale; loc does not matter
 * @returns nats; negative for a narrow distribution
 * @throws {RangeError} if loc is not finite or scale is not finite and > 0
 */
export function entropy(params: NormalParameters = {}): number {
  const { scale } = checked(params, "compute Normal entropy");
  return 0.5 + HALF_LOG_TWO_PI + Math.log(scale);
}

/**
 * The distribution function P(X <= x), accurate relative to itself in the lower tail.
 *
 * @param x where, in the units of `loc`
 * @param params loc and scale
 * @returns a probability
 * @throws {RangeError} if loc is not finite or scale is not finite and > 0
 *
 * Source: DLMF 7.6.2 (series) and the even part of Laplace's continued fraction, DLMF 7.9.2.
 */
export function cdf(x: number, params: NormalParameters = {}): number {
  const { loc, scale } = checked(params, "compute Normal cdf");
  const t = (x - loc) / scale;
  const tail = upperTail(Math.abs(t));
  return t < 0 ? tail : 1 - tail;
}

/**
 * The quantile: the x with P(X <= x) = p.
 *
 * Accurate relative to itself in the tails. Towards p = 1 a double holds few digits of 1 - p; use the symmetry,
 * -quantile(1 - p), with the small probability itself.
 *
 * @param p a probability; 0 gives -Infinity and 1 gives Infinity
 * @param params loc and scale
 * @returns x, in the units of `loc`
 * @throws {RangeError} if p is not in [0, 1], loc is not finite or scale is not finite and > 0
 *
 * @example
 * ```ts
 * import { quantile } from "./normal.ts";
 * import assert from "node:assert/strict";
 *
 * assert.ok(Math.abs(quantile(0.975) - 1.959963984540054) < 1e-14);
 * ```
 */
export function quantile(p: number, params: NormalParameters = {}): number {
  const action = "compute Normal quantile";
  const { loc, scale } = checked(params, action);
  if (!(p >= 0 && p <= 1)) throw new RangeError(`Cannot ${action}: p must be in [0, 1], got ${p}`);
  if (p === 0.5) return loc;
  const size = upperTailQuantile(Math.min(p, 1 - p));
  return loc + scale * (p < 0.5 ? -size : size);
}

/**
 * The t with P(T > t) = `probability` < 1/2, by Newton's method on the logarithm, which is concave. The start, where
 * exp(-t^2/2)/2 bounds the tail, is beyond the solution.
 */
function upperTailQuantile(probability: number): number {
  if (probability === 0) return Infinity;
  const target = Math.log(probability);
  let t = Math.sqrt(-2 * Math.log(2 * probability));
  for (let i = 0, step = Infinity; i < MOST_STEPS && Math.abs(step) > LAST_STEP * t; i++) {
    const logDensity = -HALF_LOG_TWO_PI - 0.5 * t * t;
    const ratio = t < SERIES_BELOW ? upperTail(t) / Math.exp(logDensity) : t / tailFraction(t);
    step = (logDensity + Math.log(ratio) - target) * ratio;
    t += step;
  }
  return t;
}

/** P(T > t) for t >= 0. */
function upperTail(t: number): number {
  if (t === Infinity) return 0;
  const square = t * t;
  const density = Math.exp(-HALF_LOG_TWO_PI - 0.5 * square);
  if (t < SERIES_BELOW) {
    let term = 1, sum = 1;
    for (let k = 3; term > Number.EPSILON / 2 * sum; k += 2) {
      term *= square / k;
      sum += term;
    }
    return 0.5 - t * density * sum;
  }
  return t * density / tailFraction(t);
}

/** t f(t) / P(T > t), f being the density: the continued fraction, evaluated backwards. */
function tailFraction(t: number): number {
  const square = t * t;
  let fraction = square + 4 * FRACTION_LEVELS + 1;
  for (let m = FRACTION_LEVELS - 1; m >= 0; m--) {
    fraction = square + 4 * m + 1 - (2 * m + 1) * (2 * m + 2) / fraction;
  }
  return fraction;
}

/**
 * Draws loc + scale sqrt(-2 ln U) cos(2 pi V), one (U, V) for each row and dimension.
 *
 * With the same key it is the limit of `studentT.sample` for df → ∞, draw by draw. U and V have 23 bits, as
 * on the engines, so |draw - loc| <= 5.8 scale; where that matters use `philox.normals`.
 *
 * @param key which noise
 * @param options row ids, dimensions, loc and scale
 * @returns row-major `[rows, dimensions]`
 * @throws {RangeError} if a parameter or the key is out of range
 *
 * Source: Box & Muller 1958, "A note on the generation of random normal deviates".
 */
export function sample(key: NoiseKey, options: NoiseShape & NormalParameters): Float64Array {
  const { loc, scale } = checked(options, "sample Normal");
  const { u, v } = uniformPairs(key, options);
  return Float64Array.from(u, (ui, i) => loc + scale * Math.sqrt(-2 * Math.log(ui)) * cosTwoPi(v[i]));
}

function checked({ loc = 0, scale = 1 }: NormalParameters, action: string): Required<NormalParameters> {
  requireFinite(loc, { action, name: "loc" });
  requirePositive(scale, { action, name: "scale" });
  return { loc, scale };
}
