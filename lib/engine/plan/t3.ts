/**
 * The numbers in the power divergence's objective.
 *
 * @module
 */

import { lgammaExcess } from "../../math/special.ts";
import type { T3 } from "./op.ts";

/**
 * Coefficients of |x − x̂|²/s² + |loc|² + a Σ scale² − c − b·expm1(p (Σ ln scale − shift)), for x of n elements and z
 * of m.
 *
 * With N = ν + n − 2 and L₀ = ln C(ν,n) − n ln s − ln(N/(ν−2)) the paper's regulariser, its constant included, is
 * |loc|² + ν/N Σ scale² − ν (1 + m/N) e^(2 (L₀ + Σ ln scale)/(N + m)) + ν e^(2 L₀/N). For large ν the last two cancel;
 * with k = e^(2 L₀/N) taken out they are a m k and an expm1:
 *
 *     a = ν/N    b = k (ν + a m)    c = a m k    p = 2/(N + m)    shift = L₀ m/N
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
  const rest = df + elements - 2;
  const logConstant = lgammaExcess(df / 2, elements / 2) - elements / 2 * Math.log(2 * Math.PI);
  const logNorm = logConstant - elements * Math.log(scale) - Math.log1p(elements / (df - 2));
  const k = Math.exp(2 * logNorm / rest);
  const a = df / rest;
  return {
    reconstructionScale: scale,
    a,
    b: k * (df + a * latentSize),
    c: k * a * latentSize,
    p: 2 / (rest + latentSize),
    shift: logNorm * latentSize / rest,
  };
}
