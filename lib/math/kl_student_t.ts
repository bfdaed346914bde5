/**
 * KL(q ‖ p) of a diagonal Student-t posterior from a standard Student-t prior, in nats, and its gradient.
 *
 * @module
 */

import { type CheckedCoordinates, checkedCoordinates, type Coordinates } from "./coordinates.ts";
import { jointKl } from "./kl_quadrature.ts";
import { requirePositive } from "./special.ts";

/** A Student-t posterior. */
export interface StudentTCoordinates extends Coordinates {
  /** > 0 and finite; one for all coordinates, or one for each where they are independent. */
  readonly df: number | ArrayLike<number>;
  /** Whether one multivariate t with a shared mixing variable is meant; independent coordinates by default. */
  readonly joint?: boolean;
}

/** A standard Student-t prior: loc 0 and scale 1, and joint where the posterior is. */
export interface StudentTPrior {
  /** > 0 and finite; one for all coordinates, or one for each where they are independent. */
  readonly df: number | ArrayLike<number>;
}

/** A divergence and its derivatives. */
export interface KlStudentTGradient {
  /** Nats. */
  readonly value: number;
  /** With respect to each loc. */
  readonly loc: Float64Array;
  /** With respect to each scale. */
  readonly scale: Float64Array;
  /** With respect to the posterior's df, and the prior's with it where none is given; an array if df is one. */
  readonly df: number | Float64Array;
  /** With respect to the prior's df, where one is given; an array if that is one. */
  readonly priorDf?: number | Float64Array;
}

/**
 * KL(St(loc, scale^2, df) ‖ St(0, I, prior df)), exact to rounding.
 *
 * Joint, d coordinates: -sum ln scale + ln C(df) - ln C(prior df) - (df + d)/2 (psi((df + d)/2) - psi(df/2)) +
 * (prior df + d)/2 E ln(1 + |z|^2/prior df), C the densities' constants; the expectation has no closed form and
 * is integrated. Independent coordinates: the sum of univariate divergences. The two are different distributions
 * with different values.
 *
 * @param posterior df, loc and scale; loc and scale of one length
 * @param prior the prior's df; the posterior's by default
 * @returns nats, >= 0 but for rounding (about 1e-15)
 * @throws {RangeError} if a df or a scale is not finite and > 0, or a loc is not finite
 * @throws {TypeError} if lengths differ, or if a df is an array in a joint posterior
 *
 * @example
 * ```ts
 * import { klStudentT } from "./divergence.ts";
 * import assert from "node:assert/strict";
 *
 * // Cauchy distributions have a closed form: ln(((1 + scale)^2 + loc^2) / (4 scale)).
 * const kl = klStudentT({ df: 1, loc: [3], scale: [2] });
 * assert.ok(Math.abs(kl - Math.log(18 / 8)) < 1e-14);
 *
 * // A posterior far out costs more where the prior's tails are light.
 * assert.ok(klStudentT({ df: 4, loc: [9] }, { df: 30 }) > klStudentT({ df: 4, loc: [9] }));
 * ```
 *
 * Source: Zografos 1999 for E ln(1 + |T|^2/df).
 * Deviates: the Student-t VAE paper has (df + 1)/2 for every d, which is right for d = 1 only.
 */
export function klStudentT(posterior: StudentTCoordinates, prior?: StudentTPrior): number {
  return groups(posterior, { prior, action: "compute klStudentT" })
    .reduce((sum, group) => sum + jointKl(group).value, 0);
}

/**
 * {@linkcode klStudentT} and its derivatives.
 *
 * Without a prior, which then has the posterior's df, `df` is the total derivative; with one, `df` and `priorDf`
 * are the partial ones. A df shared by independent coordinates gets the sum over them.
 *
 * @param posterior df, loc and scale; loc and scale of one length d
 * @param prior the prior's df; the posterior's by default
 * @returns nats, and nats per unit of each parameter; loc and scale `[d]`
 * @throws {RangeError} if a df or a scale is not finite and > 0, or a loc is not finite
 * @throws {TypeError} if lengths differ, or if a df is an array in a joint posterior
 *
 * @example
 * ```ts
 * import { klStudentTGradient } from "./divergence.ts";
 * import assert from "node:assert/strict";
 *
 * // Of Cauchy distributions: d/d(loc) ln(((1 + scale)^2 + loc^2) / (4 scale)) = 2 loc/((1 + scale)^2 + loc^2).
 * const { loc } = klStudentTGradient({ df: 1, loc: [3], scale: [2] });
 * assert.ok(Math.abs(loc[0] - 1 / 3) < 1e-14);
 * ```
 */
export function klStudentTGradient(
  posterior: StudentTCoordinates,
  prior?: StudentTPrior,
): KlStudentTGradient {
  const parts = groups(posterior, { prior, action: "compute klStudentTGradient" }).map(jointKl);
  const gather = (df: number | ArrayLike<number>, derivatives: number[]) =>
    typeof df === "number" ? sum(derivatives) : Float64Array.from(derivatives);
  const gradient = {
    value: sum(parts.map(({ value }) => value)),
    loc: Float64Array.from(parts.flatMap(({ loc }) => [...loc])),
    scale: Float64Array.from(parts.flatMap(({ scale }) => [...scale])),
  };
  if (prior === undefined) {
    return { ...gradient, df: gather(posterior.df, parts.map(({ df, priorDf }) => df + priorDf)) };
  }
  return {
    ...gradient,
    df: gather(posterior.df, parts.map(({ df }) => df)),
    priorDf: gather(prior.df, parts.map(({ priorDf }) => priorDf)),
  };
}

/** The coordinates that share a mixing variable: all of them where joint, else each alone. */
function groups(
  { df, joint = false, ...coordinates }: StudentTCoordinates,
  { prior, action }: { prior?: StudentTPrior; action: string },
): (CheckedCoordinates & { df: number; priorDf: number })[] {
  const priorDf = prior === undefined ? df : prior.df;
  const lengths = { df: lengthOf(df), "prior df": lengthOf(priorDf) };
  const { loc, scale } = checkedCoordinates(coordinates, { action, lengths });
  for (const [name, values] of [["df", df], ["prior df", priorDf]] as const) {
    for (const value of typeof values === "number" ? [values] : Array.from(values)) {
      requirePositive(value, { action, name });
    }
  }
  if (!joint) {
    return Array.from(loc, (_, i) => ({
      df: typeof df === "number" ? df : df[i],
      priorDf: typeof priorDf === "number" ? priorDf : priorDf[i],
      loc: loc.subarray(i, i + 1),
      scale: scale.subarray(i, i + 1),
    }));
  }
  if (typeof df !== "number" || typeof priorDf !== "number") {
    throw new TypeError(`Cannot ${action}: df must be one number when joint`);
  }
  return [{ df, priorDf, loc, scale }];
}

function lengthOf(df: number | ArrayLike<number>): number | undefined {
  return typeof df === "number" ? undefined : df.length;
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
