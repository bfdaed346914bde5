/**
 * Draws from the univariate Student-t distribution, and their derivatives in df.
 *
 * @module
 */

import { type NoiseKey, type NoiseShape, uniformPairs } from "./philox.ts";
import { cosTwoPi, expm1Residual, log1pSquare, requireFinite, requirePositive } from "./special.ts";
import { checkedStudentT, type StudentTParameters } from "./student_t_density.ts";

/** Trapezoid steps over y, of which sech(y)^(df + 1) needs no smaller ones: the error is below 1e-15. */
const LARGEST_STEP = 0.2;

/** The same where large df makes that weight a narrow bell of width 1/sqrt(df + 1). */
const STEPS_PER_WIDTH = 2;

/** Weights below exp(-40) no longer count. */
const LEAST_LOG_WEIGHT = -40;

/**
 * Turns two uniforms into one standard t variate and its derivative in df:
 * T = sqrt(df (U^(-2/df) - 1)) cos(2 pi V).
 *
 * Explicit, smooth in df, without rejection; for df → ∞ it becomes Box–Muller. The cosine and the sine of one
 * (U, V) are not independent for finite df: independent coordinates each need their own pair.
 *
 * @param uniforms u in (0, 1] and v, in turns
 * @param df degrees of freedom
 * @returns the variate and dT/d(df) at fixed u and v
 * @throws {RangeError} if u is not in (0, 1], v is not finite, or df is not finite and > 0
 *
 * @example
 * ```ts
 * import { polarSample } from "./student_t.ts";
 * import assert from "node:assert/strict";
 *
 * const { value, dDf } = polarSample({ u: 0.25, v: 0 }, 2); // value = sqrt(2 (4 - 1))
 * assert.ok(Math.abs(value - Math.sqrt(6)) < 1e-15 && dDf < 0);
 * ```
 *
 * Source: Bailey 1994, "Polar generation of random variates with the t-distribution".
 */
export function polarSample(
  { u, v }: { readonly u: number; readonly v: number },
  df: number,
): { value: number; dDf: number } {
  const action = "draw StudentT polarSample";
  if (!(u > 0 && u <= 1)) throw new RangeError(`Cannot ${action}: u must be in (0, 1], got ${u}`);
  requireFinite(v, { action, name: "v" });
  requirePositive(df, { action, name: "df" });
  if (u === 1) return { value: 0, dDf: 0 };
  const x = -2 * Math.log(u) / df;
  const cosine = cosTwoPi(v);
  // df (e^x - 1) with e^x taken out of the root, which halves what can overflow.
  const root = Math.sqrt(-df * Math.expm1(-x));
  const growth = Math.exp(x / 2);
  return { value: growth * root * cosine, dDf: -growth * expm1Residual(-x) / (2 * root) * cosine };
}

/**
 * How a standard t variate moves with df at fixed probability: dT/d(df) = -(∂F(T; df)/∂df) / f(T; df).
 *
 * This is the implicit reparameterisation gradient. It is the mean of {@linkcode polarSample}'s derivative over
 * all (U, V) that give this T, with sqrt(df + t^2) sinh y for the other coordinate of the pair:
 * -t/(2 df) E[x/(1 - e^-x) - 1], x = ln(1 + t^2/df) + 2 ln cosh y, y of density sech(y)^(df + 1), up to a
 * constant. Nothing cancels, so it is accurate relative to itself in every tail, and its sign is that of -t.
 *
 * @param t the variate, (x - loc)/scale
 * @param df degrees of freedom
 * @returns dT/d(df); odd in t, of order -t (t^2 + 1)/(4 df^2) for large df
 * @throws {RangeError} if t is not finite, or df is not finite and > 0
 *
 * @example
 * ```ts
 * import { dfGradient, quantile } from "./student_t.ts";
 * import assert from "node:assert/strict";
 *
 * const [below, t, above] = [3 - 1e-5, 3, 3 + 1e-5].map((df) => quantile(0.9, { df }));
 * assert.ok(Math.abs(dfGradient(t, 3) - (above - below) / 2e-5) < 1e-9);
 * ```
 *
 * Source: Figurnov, Mohamed & Mnih 2018, "Implicit reparameterization gradients"; Jankowiak & Obermeyer 2018,
 * "Pathwise derivatives beyond the reparameterization trick", for the transport equation that both forms solve.
 */
export function dfGradient(t: number, df: number): number {
  const action = "compute StudentT dfGradient";
  requireFinite(t, { action, name: "t" });
  requirePositive(df, { action, name: "df" });
  const step = Math.min(LARGEST_STEP, 1 / (STEPS_PER_WIDTH * Math.sqrt(df + 1)));
  const logSquare = log1pSquare(t / Math.sqrt(df));
  let weights = 0.5, sum = 0.5 * growthRate(logSquare);
  for (let y = step;; y += step) {
    const logCoshSquare = log1pSquare(Math.sinh(y));
    const logWeight = -0.5 * (df + 1) * logCoshSquare;
    if (logWeight < LEAST_LOG_WEIGHT) break;
    const weight = Math.exp(logWeight);
    weights += weight;
    sum += weight * growthRate(logSquare + logCoshSquare);
  }
  return -t / (2 * df) * (sum / weights);
}

/** x/(1 - e^-x) - 1 for x >= 0, which is x/2 near 0. */
function growthRate(x: number): number {
  return x === 0 ? 0 : expm1Residual(-x) / -Math.expm1(-x);
}

/**
 * Draws loc + scale T by {@linkcode polarSample}, one (U, V) for each row and dimension.
 *
 * @param key which noise
 * @param options row ids, dimensions, df, loc and scale
 * @returns row-major `[rows, dimensions]`
 * @throws {RangeError} if a parameter or the key is out of range
 *
 * @example
 * ```ts
 * import { sample } from "./student_t.ts";
 *
 * const latents = sample({ seed: 0, stream: "generation" }, { rows: 64, dimensions: 3, df: 5 }); // [64, 3]
 * ```
 */
export function sample(key: NoiseKey, options: NoiseShape & StudentTParameters): Float64Array {
  const { df, loc, scale } = checkedStudentT(options, "sample StudentT");
  const { u, v } = uniformPairs(key, options);
  return Float64Array.from(u, (ui, i) => loc + scale * polarSample({ u: ui, v: v[i] }, df).value);
}
