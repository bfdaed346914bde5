/**
 * The power divergence between multivariate Student-t distributions.
 *
 * @module
 */

import { checkedCoordinates, type Coordinates } from "./coordinates.ts";
import { expm1Residual, requireVariance } from "./special.ts";
import { logConstant } from "./student_t_density.ts";

/**
 * D(q ‖ p) = (∥q∥ - ∫ q (p/∥p∥)^g dz)/g of two joint t of one df in d coordinates, with the exponent
 * g = powerGamma = -2/(df + d) for which it is closed, and ∥f∥ = (∫ f^(1 + g) dz)^(1/(1 + g)).
 *
 * With e = 2/(df + d - 2), C the standard density's constant, and l_i = ln(q scale_i/p scale_i) it is
 * (df + d)/2 (prod (p scale) (1 + d/(df - 2))/C)^e (sum (e^(2 l_i) - 1 - 2 l_i)/(df - 2) + |T|^2/df -
 * (1 + d/(df - 2)) (e^(e L) - 1 - e L)), L = sum l_i, T = (q loc - p loc)/(p scale): the published form with
 * what cancels taken out. It is not in nats, but becomes the normals' KL as df → ∞.
 *
 * @param q df > 2, loc and scale, `[d]`; scale before any factor of the variance
 * @param p loc and scale, `[d]`; the standard t of the same df by default
 * @returns the divergence, >= 0 but for rounding
 * @throws {RangeError} if df is not finite and > 2, a scale is not finite and > 0, or a loc is not finite
 * @throws {TypeError} if lengths differ
 *
 * @example
 * ```ts
 * import { klNormal, powerDivergence } from "./divergence.ts";
 * import assert from "node:assert/strict";
 *
 * const q = { loc: [1, 0], scale: [0.5, 2] };
 * assert.ok(powerDivergence({ df: 5, ...q }) > 0);
 * assert.ok(Math.abs(powerDivergence({ df: 1e8, ...q }) - klNormal(q)) < 1e-6);
 * ```
 *
 * Source: Kim, Kwon, Cho, Lee & Won 2024, "t3-Variational autoencoder: learning heavy-tailed data with Student's t
 * and power divergence"; the divergence is that of Eguchi 2021, "Pythagoras theorem in information
 * geometry and applications to generalized linear models".
 */
export function powerDivergence(q: Coordinates & { readonly df: number }, p: Coordinates = {}): number {
  const action = "compute powerDivergence";
  const { df } = q;
  requireVariance(df, { action });
  const lengths = { "p loc": p.loc?.length, "p scale": p.scale?.length };
  const { loc, scale } = checkedCoordinates(q, { action, lengths });
  const prior = checkedCoordinates(p, { action, lengths: { q: loc.length } });
  const size = loc.length;
  let logScale = 0, logRatio = 0, spread = 0, square = 0;
  for (let i = 0; i < size; i++) {
    const change = Math.log(scale[i] / prior.scale[i]);
    logScale += Math.log(prior.scale[i]);
    logRatio += change;
    spread += expm1Residual(2 * change);
    square += ((loc[i] - prior.loc[i]) / prior.scale[i]) ** 2;
  }
  const exponent = 2 / (df + size - 2);
  const inflation = size / (df - 2);
  const factor = Math.exp(exponent * (logScale + Math.log1p(inflation) - logConstant(df, size)));
  return 0.5 * (df + size) * factor *
    (spread / (df - 2) + square / df - (1 + inflation) * expm1Residual(exponent * logRatio));
}
