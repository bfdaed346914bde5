/**
 * The numbers in the power divergence's objective.
 *
 * @module
 */

import { lgammaDifference } from "../../math/special.ts";
import type { T3 } from "./op.ts";

/**
 * Coefficients of |x − x̂|²/s² + |loc|² + a Σ scale² − b Π scale^(−p) + c, for x of n elements and z of m: with
 * g = −2/(ν+m) the exponent γ/(1+γ) of γ = −2/(ν+n+m), and L₀ = −n ln s + ln C(ν,n) − ln((ν+n−2)/(ν−2)),
 *
 *     a = ν/(ν+n−2)    b = ν (1 + m/(ν+n−2)) e^(−g L₀)    p = g    c = (ν+n) τ² = ν e^(2 L₀/(ν+n−2))
 *
 * @param model `df`, ν > 2, `elements`, n, `latentSize`, m, and `scale`, s, of the reconstruction
 * @returns the coefficients
 *
 * Source: Kim et al. 2024, "t³-Variational autoencoder", equations 17 to 20.
 */
export function t3Coefficients(
  { df, elements, latentSize, scale }: {
    readonly df: number;
    readonly elements: number;
    readonly latentSize: number;
    readonly scale: number;
  },
): T3["coefficients"] {
  const gamma = -2 / (df + elements + latentSize);
  const p = gamma / (1 + gamma);
  const rest = df + elements - 2;
  const logConstant = lgammaDifference(df / 2, elements / 2) - elements / 2 * Math.log(df * Math.PI);
  const offset = logConstant - elements * Math.log(scale) - Math.log(rest / (df - 2));
  return {
    reconstructionScale: scale,
    a: df / rest,
    b: df * (1 + latentSize / rest) * Math.exp(-p * offset),
    c: df * Math.exp(2 * offset / rest),
    p,
  };
}
