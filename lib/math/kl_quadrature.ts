/**
 * The integral behind every exact divergence from a Student-t prior, with its derivatives.
 *
 * @module
 */

import { digammaDifference, lgammaExcess } from "./special.ts";

/** A posterior whose d coordinates share a mixing variable, and a standard prior of the same kind. */
export interface JointPair {
  /** The posterior's, > 0. */
  readonly df: number;
  /** The prior's, > 0. */
  readonly priorDf: number;
  /** `[d]` */
  readonly loc: Float64Array;
  /** `[d]`, > 0. */
  readonly scale: Float64Array;
}

/** A divergence in nats, and its partial derivatives. */
export interface JointKl {
  /** Nats. */
  readonly value: number;
  /** `[d]` */
  readonly loc: Float64Array;
  /** `[d]` */
  readonly scale: Float64Array;
  /** With respect to the posterior's df. */
  readonly df: number;
  /** With respect to the prior's df. */
  readonly priorDf: number;
}

/** With nodes this far apart the trapezoid rule's error is below 1e-16. */
const LARGEST_STEP = 0.2;

/** -ln of what truncation of the right end may cost. */
const RIGHT_REACH = 39.1;

/** The root of what truncation of the left end may cost; the first term beyond is added in closed form. */
const LEFT_TOLERANCE = 1e-8;

/** From here on ln(1 + r) is ln r to the last digit. */
const LOG1P_IS_LOG = 40;

/** The right end as ln(1 + r), before anything overflows; only scales far below 1e-100 reach it. */
const LARGEST_LOG1P = 600;

/**
 * KL(St(loc, scale^2, df) ‖ St(0, I, priorDf)) for one joint group of d coordinates, and its gradient.
 *
 * With a = d/2, h = df/2, p = priorDf/2 and L(x) = ln Gamma(x + a) - ln Gamma(x) - a ln x it is
 * L(h) - L(p) - sum ln scale + ∫ (1 + r)^-h ((p + a) (1 - e^-G) - (h + a) (1 - (1 + r)^-a)) dy, r = e^y/h,
 * G = sum ln(1 + c)/2 + h ln(1 + u M), c = r scale^2 h/p, u = r/(1 + r), M = sum (loc^2/priorDf)/(1 + c).
 *
 * The two parts of the integral are E ln(1 + |z|^2/priorDf) and E ln(1 + |T|^2/df), both as
 * ln x = ∫ (e^-s - e^(-x s)) ds/s averaged over the mixing variable. Under one integral they cancel neither for
 * large df nor near equality. The integrand is analytic in a strip about the real y whatever the parameters
 * are, so the trapezoid rule converges geometrically. Derivatives are the exact ones of the integrand.
 *
 * @param pair parameters inside their domain
 * @returns the divergence in nats, and its partial derivatives in loc, scale, df and priorDf
 */
export function jointKl(pair: JointPair): JointKl {
  const { df, priorDf, loc, scale } = pair;
  const size = loc.length;
  const a = size / 2, h = df / 2, p = priorDf / 2;
  const { left, step, count } = nodes(pair);
  const at = integrand(pair);
  const locSum = new Float64Array(size), scaleSum = new Float64Array(size);
  let valueSum = 0, hSum = 0, pSum = 0;

  for (let node = 0; node < count; node++) {
    const { log1pR, mixing, gap, chance, slope, shrink, logShift, growth, shift } = at(left + node * step);
    // Towards -∞ the integrand falls like e^y, so that the nodes left of the first form a geometric series.
    const weight = node === 0 ? -1 / Math.expm1(-step) : 1;
    let growths = 0, shifts = 0, grownShift = 0;
    for (let i = 0; i < size; i++) {
      locSum[i] += weight * slope * shrink * (1 - growth[i]) * loc[i] * df / priorDf;
      scaleSum[i] += weight * slope * growth[i] * (1 - df * shrink * shift[i]);
      growths += growth[i];
      shifts += shift[i];
      grownShift += growth[i] * shift[i];
    }
    valueSum += weight * mixing * gap;
    hSum += weight * (slope * (growths / df + logShift - shrink * grownShift) - log1pR * mixing * gap);
    pSum += weight * (mixing * chance - slope * (growths / 2 + h * shrink * (shifts - grownShift)) / p);
    if (node === count - 1) {
      // Towards ∞ only (1 + r)^-h = e^(-h y) h^h is left, another geometric series, which small df make long.
      const tail = 1 / Math.expm1(h * step);
      valueSum += tail * mixing * gap;
      hSum -= tail * mixing * gap * (log1pR - step / Math.expm1(-h * step));
      pSum += tail * mixing * chance;
    }
  }

  const logScale = scale.reduce((sum, si) => sum + Math.log(si), 0);
  return {
    value: lgammaExcess(h, a) - lgammaExcess(p, a) - logScale + step * valueSum,
    loc: locSum.map((sum) => step * sum),
    scale: scaleSum.map((sum, i) => (step * sum - 1) / scale[i]),
    df: 0.5 * (step * hSum - a / h),
    priorDf: 0.5 * (step * pSum - digammaDifference(p, a) + a / p),
  };
}

/** What the integrand and its derivatives are made of, at one node. */
interface Node {
  /** ln(1 + r). */
  readonly log1pR: number;
  /** (1 + r)^-h, the mixing variable's share. */
  readonly mixing: number;
  /** 1 - e^-G. */
  readonly chance: number;
  /** (p + a) (1 - e^-G) - (h + a) (1 - (1 + r)^-a); times `mixing` the integrand of the value. */
  readonly gap: number;
  /** What multiplies dG: (p + a) (1 + r)^-h e^-G. */
  readonly slope: number;
  /** u/(1 + u M). */
  readonly shrink: number;
  /** ln(1 + u M). */
  readonly logShift: number;
  /** c/(1 + c) of each coordinate. */
  readonly growth: Float64Array;
  /** The terms of M. */
  readonly shift: Float64Array;
}

/** The integrand as a function of y; the arrays that it returns are reused between calls. */
function integrand({ df, priorDf, loc, scale }: JointPair): (y: number) => Node {
  const size = loc.length;
  const a = size / 2, h = df / 2, p = priorDf / 2;
  const growth = new Float64Array(size), shift = new Float64Array(size);
  // Near equality G is close to a ln(1 + r), and their difference is formed from the parameters' own differences.
  // Where the prior's df is much larger G is small beside it, and taken as it is.
  const near = priorDf <= 2 * df;
  return (y) => {
    const s = Math.exp(y);
    const r = s / h;
    const u = r / (1 + r);
    const log1pR = Math.log1p(r);
    let spread = 0, shifts = 0;
    for (let i = 0; i < size; i++) {
      const c = s / p * scale[i] ** 2;
      growth[i] = c / (1 + c);
      shift[i] = loc[i] ** 2 / priorDf / (1 + c);
      shifts += shift[i];
      const change = u * (df * (scale[i] - 1) * (scale[i] + 1) + df - priorDf) / priorDf;
      if (!near) spread += Math.log1p(c);
      else spread += change > -0.5 ? Math.log1p(change) : Math.log1p(c) - log1pR;
    }
    const logShift = Math.log1p(u * shifts);
    const mixing = Math.exp(-h * log1pR);
    const priorKept = Math.exp(-a * log1pR), priorChance = -Math.expm1(-a * log1pR);
    const exponent = 0.5 * spread + h * logShift;
    const kept = Math.exp(near ? -a * log1pR - exponent : -exponent);
    let chance: number, gap: number;
    if (near) {
      // expm1 alone would overflow where many narrow coordinates meet a small prior.
      const more = exponent > -1 ? -priorKept * Math.expm1(-exponent) : priorKept - kept;
      chance = priorChance + more;
      gap = (p + a) * more + (p - h) * priorChance;
    } else {
      chance = -Math.expm1(-exponent);
      gap = (p + a) * chance - (h + a) * priorChance;
    }
    const slope = (p + a) * mixing * kept, shrink = u / (1 + u * shifts);
    return { log1pR, mixing, chance, gap, slope, shrink, logShift, growth, shift };
  };
}

/** Equidistant y from where the integrand is straight on a logarithmic scale to where it is so again, or 0. */
function nodes({ df, priorDf, loc, scale }: JointPair): { left: number; step: number; count: number } {
  const a = loc.length / 2, h = df / 2, p = priorDf / 2;
  const ratio = df / priorDf;
  let logScale = 0, size = Math.max(1, h + a);
  for (let i = 0; i < loc.length; i++) {
    logScale += Math.log(scale[i]) + 0.5 * Math.log(ratio);
    size += Math.abs(ratio * scale[i] ** 2 - 1) + (1 + 1 / df) * ratio * loc[i] ** 2;
  }
  const left = Math.log(h * LEFT_TOLERANCE / size);
  const reach = RIGHT_REACH + Math.log1p(p);
  const geometric = Math.max(LOG1P_IS_LOG, (reach + Math.max(0, -logScale)) / (h + a));
  const log1pR = Math.min(reach / h, geometric, LARGEST_LOG1P);
  const right = Math.log(h * Math.expm1(log1pR));
  const count = Math.ceil((right - left) / LARGEST_STEP) + 1;
  return { left, step: (right - left) / (count - 1), count };
}
