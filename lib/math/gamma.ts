/**
 * The gamma distribution in float64, as far as reparameterised draws need it.
 *
 * @module
 */

import { digammaLessLog, expm1Residual, requirePositive } from "./special.ts";

/** Double exponential quadrature: s = exp(u - e^-u) over the u where neither end matters to a double. */
const QUADRATURE = { from: -4, to: 5, step: 0.07 } as const;

/**
 * How a gamma variate z of unit rate moves with its shape at fixed probability:
 * dz/d(alpha) = -(∂P(alpha, z)/∂alpha) / p(z; alpha), P the regularised lower incomplete gamma function.
 *
 * P's derivative is an integral of p(x) (psi(alpha) - ln x) below z, or of its negative above. On either side of
 * z = exp psi(alpha + 1) one of the two is a sum of positive terms only, so nothing cancels in any tail.
 *
 * @param alpha the shape
 * @param z the variate
 * @returns dz/d(alpha), > 0; near 1 for large alpha
 * @throws {RangeError} if alpha or z is not finite and > 0
 *
 * @example
 * ```ts
 * import { implicitGradient } from "./gamma.ts";
 * import assert from "node:assert/strict";
 *
 * assert.ok(Math.abs(implicitGradient(1e6, 1e6) - 1) < 1e-6);
 * ```
 *
 * Source: Figurnov, Mohamed & Mnih 2018, "Implicit reparameterization gradients". Quadrature:
 * Takahasi & Mori 1974, "Double exponential formulas for numerical integration".
 */
export function implicitGradient(alpha: number, z: number): number {
  const action = "compute Gamma implicitGradient";
  requirePositive(alpha, { action, name: "alpha" });
  requirePositive(z, { action, name: "z" });
  const logGap = digammaLessLog(alpha + 1, z);
  if (logGap < 0) {
    // x = z e^s, from z upwards.
    return z * halfLineIntegral({ rate: z - alpha, z, offset: -digammaLessLog(alpha, z), sign: 1 });
  }
  // x = z e^-s, from z downwards, after one integration by parts that takes out what cancels for small alpha.
  return z / alpha * (logGap + z * halfLineIntegral({ rate: alpha + 1 - z, z, offset: logGap, sign: -1 }));
}

/** ∫ exp(-rate s - z (e^(sign s) - 1 - sign s)) (offset + s) ds over s > 0, with rate and offset >= 0. */
function halfLineIntegral(
  { rate, z, offset, sign }: { rate: number; z: number; offset: number; sign: 1 | -1 },
): number {
  const width = 1 / (rate + Math.sqrt(z));
  let sum = 0;
  for (let u: number = QUADRATURE.from; u < QUADRATURE.to; u += QUADRATURE.step) {
    const s = width * Math.exp(u - Math.exp(-u));
    const weight = Math.exp(-rate * s - z * expm1Residual(sign * s)) * s * (1 + Math.exp(-u));
    sum += weight * (offset + s);
  }
  return QUADRATURE.step * sum;
}
