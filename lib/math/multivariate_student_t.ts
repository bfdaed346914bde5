/**
 * The multivariate Student-t distribution in float64, with a diagonal scale: coordinates that share one mixing
 * variable, and so are uncorrelated but not independent.
 *
 * `scale` is not the standard deviation, which is scale sqrt(df/(df - 2)) and exists for df > 2 only.
 *
 * @module
 */

import { checkedCoordinates, type Coordinates } from "./coordinates.ts";
import { type NoiseKey, type NoiseShape, uniformPairs } from "./philox.ts";
import {
  cosTwoPi,
  digammaDifference,
  log1pSquare,
  requireFinite,
  requirePositive,
  sinTwoPi,
} from "./special.ts";
import { logConstant } from "./student_t_density.ts";

/** Degrees of freedom, and loc and scale of each coordinate. */
export interface MultivariateStudentTParameters extends Coordinates {
  /** > 0 and finite. */
  readonly df: number;
}

/**
 * The joint log density of d coordinates, with T = (x - loc)/scale: ln Gamma((df + d)/2) - ln Gamma(df/2) -
 * d/2 ln(df pi) - sum ln scale - (df + d)/2 ln(1 + |T|^2/df).
 *
 * @param x where, `[d]`
 * @param params df, loc `[d]` and scale `[d]`
 * @returns nats
 * @throws {RangeError} if df or a scale is not finite and > 0, or a loc is not finite
 * @throws {TypeError} if lengths differ
 *
 * @example
 * ```ts
 * import { logProb } from "./multivariate_student_t.ts";
 * import assert from "node:assert/strict";
 *
 * const atCenter = logProb([1, 2], { df: 5, loc: [1, 2], scale: [1, 1] });
 * assert.ok(Math.abs(atCenter + Math.log(2 * Math.PI)) < 1e-15); // in two dimensions, whatever df is
 * ```
 */
export function logProb(x: ArrayLike<number>, params: MultivariateStudentTParameters): number {
  const action = "compute MultivariateStudentT logProb";
  const { df } = params;
  requirePositive(df, { action, name: "df" });
  const { loc, scale } = checkedCoordinates(params, { action, lengths: { x: x.length } });
  const radius = Math.hypot(...loc.map((center, i) => (x[i] - center) / scale[i]));
  return logConstant(df, loc.length) - sumLog(scale) -
    0.5 * (df + loc.length) * log1pSquare(radius / Math.sqrt(df));
}

/**
 * The joint differential entropy, sum ln scale - ln C + (df + d)/2 (psi((df + d)/2) - psi(df/2)), with C the
 * density's constant Gamma((df + d)/2) / (Gamma(df/2) (df pi)^(d/2)).
 *
 * @param params df and scale `[d]`; loc does not matter
 * @returns nats; negative for a narrow distribution
 * @throws {RangeError} if df or a scale is not finite and > 0, or a loc is not finite
 * @throws {TypeError} if lengths differ
 *
 * Source: Zografos 1999, "On maximum entropy characterization of Pearson's type II and VII multivariate
 * distributions".
 */
export function entropy(params: MultivariateStudentTParameters): number {
  const action = "compute MultivariateStudentT entropy";
  const { df } = params;
  requirePositive(df, { action, name: "df" });
  const { scale } = checkedCoordinates(params, { action });
  const size = scale.length;
  return sumLog(scale) - logConstant(df, size) + 0.5 * (df + size) * digammaDifference(df / 2, size / 2);
}

/**
 * Turns pairs of uniforms into one standard multivariate t variate of d coordinates: with
 * x_i = -2 ln U_i/(df + 2 i), pair i gives coordinates 2 i and 2 i + 1,
 * sqrt(df (e^(x_i) - 1) e^(x_0 + … + x_(i-1))) (cos 2 pi V_i, sin 2 pi V_i).
 *
 * Given the pairs before it, of squared radius R^2 = df (e^(x_0 + … + x_(i-1)) - 1), a pair is bivariate t with
 * df + 2 i degrees of freedom and scale sqrt((df + R^2)/(df + 2 i)); the polar method draws it, and the factors
 * cancel. Smooth in df; for df → ∞ it becomes Box–Muller.
 *
 * @param uniforms u in (0, 1] and v, in turns, each `[ceil(d/2)]`
 * @param options degrees of freedom and the number d of coordinates; an odd last one is a cosine
 * @returns the variate, `[d]`
 * @throws {RangeError} if a u is not in (0, 1], a v is not finite, or df is not finite and > 0
 * @throws {TypeError} if u or v has another length
 *
 * @example
 * ```ts
 * import { polarSample } from "./multivariate_student_t.ts";
 * import assert from "node:assert/strict";
 *
 * const draw = polarSample({ u: [0.25, 0.5], v: [0, 0.25] }, { df: 2, dimensions: 3 });
 * assert.ok(Math.abs(draw[0] - Math.sqrt(6)) < 1e-15);
 * ```
 *
 * Source: Bailey 1994, "Polar generation of random variates with the t-distribution", for one pair; Ding 2016,
 * "On the conditional distribution of the multivariate t distribution", for the chain.
 */
export function polarSample(
  { u, v }: { readonly u: ArrayLike<number>; readonly v: ArrayLike<number> },
  { df, dimensions }: { readonly df: number; readonly dimensions: number },
): Float64Array {
  const action = "draw MultivariateStudentT polarSample";
  requirePositive(df, { action, name: "df" });
  const pairs = Math.ceil(dimensions / 2);
  if (u.length !== pairs || v.length !== pairs) {
    throw new TypeError(
      `Cannot ${action}: ${dimensions} dimensions take u and v [${pairs}], got [${u.length}] and [${v.length}]`,
    );
  }
  const draw = new Float64Array(dimensions);
  let before = 0;
  for (let i = 0; i < pairs; i++) {
    if (!(u[i] > 0 && u[i] <= 1)) throw new RangeError(`Cannot ${action}: u must be in (0, 1], got ${u[i]}`);
    requireFinite(v[i], { action, name: "v" });
    const x = -2 * Math.log(u[i]) / (df + 2 * i);
    before += x;
    // e^x is taken out of the root, which halves what can overflow.
    const radius = Math.exp(before / 2) * Math.sqrt(-df * Math.expm1(-x));
    draw[2 * i] = radius * cosTwoPi(v[i]);
    if (2 * i + 1 < dimensions) draw[2 * i + 1] = radius * sinTwoPi(v[i]);
  }
  return draw;
}

/**
 * Draws loc + scale T by {@linkcode polarSample}, one (U, V) for each row and pair of dimensions.
 *
 * @param key which noise
 * @param options row ids, dimensions d, df, loc `[d]` and scale `[d]`
 * @returns row-major `[rows, d]`
 * @throws {RangeError} if a parameter or the key is out of range
 * @throws {TypeError} if lengths differ
 *
 * @example
 * ```ts
 * import { sample } from "./multivariate_student_t.ts";
 *
 * const latents = sample({ seed: 0, stream: "generation" }, { rows: 64, dimensions: 3, df: 5 }); // [64, 3]
 * ```
 */
export function sample(key: NoiseKey, options: NoiseShape & MultivariateStudentTParameters): Float64Array {
  const action = "sample MultivariateStudentT";
  const { rows, dimensions, df } = options;
  requirePositive(df, { action, name: "df" });
  const { loc, scale } = checkedCoordinates(options, { action, lengths: { dimensions } });
  const pairs = Math.ceil(dimensions / 2);
  const { u, v } = uniformPairs(key, { rows, dimensions: pairs });
  const count = typeof rows === "number" ? rows : rows.length;
  const draws = new Float64Array(count * dimensions);
  for (let row = 0; row < count; row++) {
    const pair = [row * pairs, (row + 1) * pairs];
    const draw = polarSample({ u: u.subarray(...pair), v: v.subarray(...pair) }, { df, dimensions });
    draws.set(draw.map((t, i) => loc[i] + scale[i] * t), row * dimensions);
  }
  return draws;
}

function sumLog(scale: Float64Array): number {
  return scale.reduce((sum, s) => sum + Math.log(s), 0);
}
