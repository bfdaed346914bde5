/**
 * Divergences KL(q ‖ p) with a normal distribution on one side or both, in nats.
 *
 * @module
 */

import { checkedCoordinates, type Coordinates } from "./coordinates.ts";
import { jointKl } from "./kl_quadrature.ts";
import { digammaDifference, lgammaExcess, requirePositive } from "./special.ts";

/** A t of so many degrees of freedom is a normal to the last digit, with every other df and at every scale. */
const NORMAL_DF = 2 ** 100;

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
  const { loc, scale } = checkedCoordinates(posterior, { action: "compute klNormal" });
  return scale.reduce((sum, s, i) => sum + 0.5 * ((s - 1) * (s + 1) + loc[i] ** 2) - Math.log(s), 0);
}

/**
 * KL(N(loc, scale^2) ‖ St(0, I, df)), the prior a joint t of all d coordinates:
 * -sum ln scale - d/2 ln(2 pi e) - ln C + (df + d)/2 E ln(1 + |z|^2/df), C the density's constant.
 *
 * For independent coordinates, sum it over them one by one.
 *
 * @param posterior loc and scale, of one length; `scale` is the standard deviation
 * @param prior the t's df
 * @returns nats, >= 0 but for rounding
 * @throws {RangeError} if df or a scale is not finite and > 0, or a loc is not finite
 * @throws {TypeError} if lengths differ
 *
 * @example
 * ```ts
 * import { klNormalStudentT } from "./divergence.ts";
 * import assert from "node:assert/strict";
 *
 * assert.ok(klNormalStudentT({ loc: [0], scale: [1] }, { df: 1 }) > 0.2);
 * assert.ok(klNormalStudentT({ loc: [0], scale: [1] }, { df: 1e4 }) < 1e-7);
 * ```
 */
export function klNormalStudentT(posterior: Coordinates, { df }: { readonly df: number }): number {
  const action = "compute klNormalStudentT";
  requirePositive(df, { action, name: "df" });
  return jointKl({ df: NORMAL_DF, priorDf: df, ...checkedCoordinates(posterior, { action }) }).value;
}

/**
 * KL(St(loc, scale^2, df) ‖ N(0, I)), the difference of (ln(2 pi) + scale^2 df/(df - 2) + loc^2)/2, summed, and
 * the posterior's entropy.
 *
 * @param posterior df, loc and scale, of one length; `joint` where the coordinates share a mixing variable
 * @returns nats, >= 0 but for rounding; Infinity for df <= 2, which has no variance
 * @throws {RangeError} if df or a scale is not finite and > 0, or a loc is not finite
 * @throws {TypeError} if lengths differ
 *
 * @example
 * ```ts
 * import { klStudentTNormal } from "./divergence.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(klStudentTNormal({ df: 2, loc: [0], scale: [1] }), Infinity);
 * assert.ok(klStudentTNormal({ df: 1e4, loc: [0], scale: [1] }) < 1e-7);
 * ```
 */
export function klStudentTNormal(
  { df, joint = false, ...coordinates }: Coordinates & { readonly df: number; readonly joint?: boolean },
): number {
  const action = "compute klStudentTNormal";
  requirePositive(df, { action, name: "df" });
  const { loc, scale } = checkedCoordinates(coordinates, { action });
  if (df <= 2) return Infinity;
  const [groups, size] = joint ? [1, loc.length] : [loc.length, 1];
  // At scale 1, and less the normal's entropy, d/2 (ln(2 pi) + 1).
  const entropy = 0.5 * (df + size) * digammaDifference(df / 2, size / 2) - 0.5 * size -
    lgammaExcess(df / 2, size / 2);
  return scale.reduce((sum, s, i) => {
    const square = (s - 1) * (s + 1) + s * s * 2 / (df - 2) + loc[i] ** 2;
    return sum + 0.5 * square - Math.log(s);
  }, -groups * entropy);
}
