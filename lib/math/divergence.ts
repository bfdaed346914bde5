/**
 * Kullback–Leibler divergences KL(q ‖ p) of diagonal distributions from standard priors, in nats.
 *
 * @module
 */

import { requireFinite, requirePositive } from "./special.ts";

/** Coordinates of a diagonal posterior, arrays of one length. */
export interface Coordinates {
  /** 0 by default. */
  readonly loc?: ArrayLike<number>;
  /** > 0; 1 by default. */
  readonly scale?: ArrayLike<number>;
}

/** A Student-t posterior. */
export interface StudentTCoordinates extends Coordinates {
  /** > 0 and finite; one for all coordinates, or one for each where they are independent. */
  readonly df: number | ArrayLike<number>;
  /** Whether one multivariate t with a shared mixing variable is meant; independent coordinates by default. */
  readonly joint?: boolean;
}

/** Trapezoid nodes; 128 suffice but for df near 0.1 with scales near 1e-6 or 1e6. */
const NODES = 256;

/** What truncation of the right end may cost. */
const RIGHT_TOLERANCE = 1e-17;

/** What truncation of the left end may cost, squared; the first term beyond is added in closed form. */
const LEFT_TOLERANCE = 1e-14;

/** The right end as ln(1 + r), which only heavy tails (df < 0.4) reach. */
const LARGEST_LOG1P = 200;

/**
 * KL(St(loc, scale^2, df) ‖ St(0, I, df)), prior and posterior with the same df, exact to rounding.
 *
 * Independent coordinates: the sum of univariate divergences. Joint, d coordinates:
 * -sum ln scale + (df + d)/2 (E ln(1 + |z|^2/df) - psi((df + d)/2) + psi(df/2)); the first expectation has no
 * closed form and is integrated. Independent and joint are different distributions with different values.
 *
 * @param posterior df, loc and scale; loc and scale of one length
 * @returns nats, >= 0 but for rounding (about 1e-15)
 * @throws {RangeError} if df or a scale is not finite and > 0, or a loc is not finite
 * @throws {TypeError} if lengths differ, or if df is an array in a joint posterior
 *
 * @example
 * ```ts
 * import { klStudentT } from "./divergence.ts";
 * import assert from "node:assert/strict";
 *
 * // Cauchy distributions have a closed form: ln(((1 + scale)^2 + loc^2) / (4 scale)).
 * const kl = klStudentT({ df: 1, loc: [3], scale: [2] });
 * assert.ok(Math.abs(kl - Math.log(18 / 8)) < 1e-14);
 * ```
 *
 * Source: Zografos 1999 for E ln(1 + |T|^2/df).
 * Deviates: the Student-t VAE paper has (df + 1)/2 for every d, which is right for d = 1 only.
 */
export function klStudentT({ df, joint = false, ...rest }: StudentTCoordinates): number {
  const action = "compute klStudentT";
  const length = typeof df === "number" ? undefined : df.length;
  const { loc, scale } = checked(rest, { action, length });
  for (const value of typeof df === "number" ? [df] : Array.from(df)) {
    requirePositive(value, { action, name: "df" });
  }
  if (joint) {
    if (typeof df !== "number") throw new TypeError(`Cannot ${action}: df must be one number when joint`);
    return jointKl({ df, loc, scale });
  }
  return loc.reduce((sum, _, i) => {
    const coordinate = { loc: loc.subarray(i, i + 1), scale: scale.subarray(i, i + 1) };
    return sum + jointKl({ df: typeof df === "number" ? df : df[i], ...coordinate });
  }, 0);
}

/**
 * KL(N(loc, scale^2) ‖ N(0, I)) = sum (scale^2 + loc^2 - 1)/2 - ln scale.
 *
 * @param posterior loc and scale, of one length; `scale` is the standard deviation
 * @returns nats, >= 0 but for rounding
 * @throws {RangeError} if a scale is not finite and > 0, or a loc is not finite
 * @throws {TypeError} if lengths differ
 *
 * Source: Kingma & Welling 2014, appendix B.
 */
export function klNormal(posterior: Coordinates): number {
  const { loc, scale } = checked(posterior, { action: "compute klNormal" });
  return scale.reduce((sum, s, i) => sum + 0.5 * ((s - 1) * (s + 1) + loc[i] ** 2) - Math.log(s), 0);
}

/** One or more coordinates that share a mixing variable. */
interface JointPosterior {
  readonly df: number;
  readonly loc: Float64Array;
  readonly scale: Float64Array;
}

/**
 * -sum ln scale + (df + d)/2 ∫ f(y) dy by the trapezoid rule, which converges geometrically because f is
 * analytic in the strip |Im y| < pi for every parameter.
 *
 * With ln a = ∫ (e^-s - e^(-as)) ds/s averaged over the mixing variable, each expectation of the divergence is
 * an integral over y = ln r. The known one is the unknown one at loc 0 and scale 1, so f is their difference.
 */
function jointKl(posterior: JointPosterior): number {
  const { df, loc, scale } = posterior;
  const halfSum = 0.5 * (df + loc.length);
  let logScale = 0, size = 0;
  for (let i = 0; i < loc.length; i++) {
    logScale += Math.log(scale[i]);
    size += Math.abs((scale[i] - 1) * (scale[i] + 1)) + loc[i] ** 2;
  }
  const left = Math.min(
    0.5 * Math.log(LEFT_TOLERANCE) - Math.log(Math.max(1, size)),
    Math.log(Math.sqrt(LEFT_TOLERANCE) / halfSum),
  );
  const reach = -Math.log(RIGHT_TOLERANCE);
  const right = Math.min(2 * reach / df, Math.max(reach, reach - logScale) / halfSum, LARGEST_LOG1P);
  const step = (Math.log(Math.expm1(right)) - left) / (NODES - 1);
  // Towards -∞ f falls like e^y, so that the nodes left of the first form a geometric series.
  let sum = integrand(left, posterior) / Math.expm1(step);
  for (let node = 0; node < NODES; node++) sum += integrand(left + node * step, posterior);
  return halfSum * step * sum - logScale;
}

/** f(y) = (1 + r)^(-(df + d)/2) - prod (1 + r scale^2)^(-1/2) (1 + r + r M)^(-df/2), r = e^y, as one expm1. */
function integrand(y: number, { df, loc, scale }: JointPosterior): number {
  const r = Math.exp(y);
  const u = r / (1 + r);
  const log1pR = Math.log1p(r);
  let spread = 0, shift = 0;
  for (let i = 0; i < loc.length; i++) {
    const square = scale[i] ** 2;
    const change = u * (scale[i] - 1) * (scale[i] + 1);
    spread += change < -0.5 ? Math.log1p(r * square) - log1pR : Math.log1p(change);
    shift += loc[i] ** 2 / df / (1 + r * square);
  }
  const logPrior = -0.5 * (df + loc.length) * log1pR;
  const logRatio = -0.5 * (spread + df * Math.log1p(u * shift));
  // expm1 alone would overflow where many narrow coordinates meet a small prior.
  return logRatio < 1
    ? -Math.exp(logPrior) * Math.expm1(logRatio)
    : Math.exp(logPrior) - Math.exp(logPrior + logRatio);
}

/** The coordinates as arrays of one length; `length` is what another parameter says it is. */
function checked(
  { loc, scale }: Coordinates,
  { action, length }: { action: string; length?: number },
): { loc: Float64Array; scale: Float64Array } {
  const size = loc?.length ?? scale?.length ?? length ?? 1;
  const locs = loc === undefined ? new Float64Array(size) : Float64Array.from(loc);
  const scales = scale === undefined ? new Float64Array(size).fill(1) : Float64Array.from(scale);
  if (scales.length !== size || (length ?? size) !== size) {
    const shapes = `loc [${locs.length}], scale [${scales.length}]` +
      (length === undefined ? "" : `, df [${length}]`);
    throw new TypeError(`Cannot ${action}: loc, scale and df arrays must have one length, got ${shapes}`);
  }
  for (let i = 0; i < size; i++) {
    requireFinite(locs[i], { action, name: `loc[${i}]` });
    requirePositive(scales[i], { action, name: `scale[${i}]` });
  }
  return { loc: locs, scale: scales };
}
