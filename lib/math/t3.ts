/**
 * The loss and the prior of t3VAE, whose joint model of data and latents is one multivariate t.
 *
 * @module
 */

import { checkedCoordinates, type Coordinates } from "./coordinates.ts";
import { requirePositive, requireVariance } from "./special.ts";
import { logConstant } from "./student_t_density.ts";

/** What the joint model of an example and its latents is. */
export interface T3Model {
  /** n, the number of values in one example. */
  readonly dataSize: number;
  /** The joint model's degrees of freedom, > 2; the encoder's and the prior's is df + n. */
  readonly df: number;
  /** Scale of the decoder's t. */
  readonly reconstructionScale: number;
}

/** What {@linkcode t3Coefficients} gives. */
export interface T3Coefficients {
  /** s, the scale that residuals are divided by. */
  readonly reconstructionScale: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly p: number;
  readonly shift: number;
}

/**
 * The numbers in one example's t3VAE loss, the regulariser's constant included, in a form that does not cancel:
 * |x - decoded|^2/s^2 + |loc|^2 + a sum scale^2 - c - b expm1(p (sum ln scale - shift)).
 *
 * With N and L0 as in {@linkcode t3Regularizer} the regulariser ends in
 * -df (1 + m/N) exp(2 (L0 + sum ln scale)/(N + m)) + df exp(2 L0/N), two terms near df where df is large. With
 * k = exp(2 L0/N) taken out of both they are -c and an expm1:
 * a = df/N, b = k (df + a m), c = a m k, p = 2/(N + m) and shift = L0 m/N.
 *
 * @param model the joint model
 * @param latentSize m, the number of latents
 * @returns the coefficients
 * @throws {RangeError} if df is not finite and > 2, or dataSize, reconstructionScale or latentSize is not finite and > 0
 *
 * Source: Kim et al. 2024, equations 17 to 20.
 * Deviates: as {@linkcode t3Regularizer}.
 */
export function t3Coefficients(model: T3Model, latentSize: number): T3Coefficients {
  return coefficients(model, { latentSize, action: "compute t3Coefficients" });
}

/**
 * The regulariser of one example's t3VAE loss, which is added to |x - decoded|^2/reconstructionScale^2.
 *
 * With N = df + n - 2, m latents, C the constant of the standard t of df degrees of freedom in n dimensions and
 * L0 = ln C - n ln reconstructionScale - ln(N/(df - 2)):
 * |loc|^2 + df/N sum scale^2 - df (1 + m/N) exp(2 (L0 + sum ln scale)/(N + m)), and with the constant also
 * + df exp(2 L0/N), which is (df + n) times the squared scale of {@linkcode t3Prior}.
 *
 * @param options the model, and the encoder's loc and scale, `[m]`; the latent is then drawn from the joint t of
 * df + n degrees of freedom with scale sqrt(df/(df + n)) times this one
 * @returns the regulariser without its constant, which has the same gradients, and with it, which is small where
 * the posterior is the prior
 * @throws {RangeError} if df is not finite and > 2, dataSize, reconstructionScale or a scale is not finite and
 * > 0, or a loc is not finite
 * @throws {TypeError} if lengths differ
 *
 * @example
 * ```ts
 * import { t3Regularizer } from "./divergence.ts";
 * import assert from "node:assert/strict";
 *
 * const model = { dataSize: 2, df: 5, reconstructionScale: 1 };
 * const at = (loc: number) => t3Regularizer({ ...model, loc: [loc], scale: [1] }).withoutConstant;
 * assert.ok(Math.abs(at(3) - at(0) - 9) < 1e-14);
 * ```
 *
 * Source: Kim, Kwon, Cho, Lee & Won 2024, "t3-Variational autoencoder: learning heavy-tailed data with Student's t
 * and power divergence", the gamma-loss.
 * Deviates: twice the paper's regulariser, as in its authors' code, which omits the factor 1/2 of the whole loss.
 */
export function t3Regularizer(
  options: T3Model & Coordinates,
): { withoutConstant: number; withConstant: number } {
  const action = "compute t3Regularizer";
  const { loc, scale } = checkedCoordinates(options, { action });
  const size = loc.length;
  const { a, b, c, p, shift } = coefficients(options, { latentSize: size, action });
  let square = 0, spread = 0, logScale = 0;
  for (let i = 0; i < size; i++) {
    square += loc[i] ** 2;
    spread += scale[i] ** 2;
    logScale += Math.log(scale[i]);
  }
  const exponent = p * (logScale - shift);
  return {
    withoutConstant: square + a * spread - b * Math.exp(exponent),
    withConstant: square + a * spread - c - b * Math.expm1(exponent),
  };
}

/**
 * The prior of t3VAE as the power divergence sees it, from which new latents are drawn: the joint t of df + n
 * degrees of freedom and the one scale sqrt(df/(df + n)) exp(L0/(df + n - 2)), L0 as in
 * {@linkcode t3Regularizer}; the number of latents does not matter.
 *
 * @param model the joint model
 * @returns degrees of freedom and scale
 * @throws {RangeError} if df is not finite and > 2, or dataSize or reconstructionScale is not finite and > 0
 *
 * @example
 * ```ts
 * import { t3Prior } from "./divergence.ts";
 * import { sample } from "./multivariate_student_t.ts";
 *
 * const { df, scale } = t3Prior({ dataSize: 784, df: 5, reconstructionScale: 0.1 });
 * const latents = sample({ seed: 0, stream: "generation" }, { rows: 64, dimensions: 2, df, scale: [scale, scale] });
 * ```
 *
 * Source: Kim et al. 2024, the "alternative prior".
 */
export function t3Prior(model: T3Model): { df: number; scale: number } {
  const { tail, logNorm } = constants(model, "compute t3Prior");
  const df = model.df + model.dataSize;
  return { df, scale: Math.sqrt(model.df / df) * Math.exp(logNorm / tail) };
}

function coefficients(
  model: T3Model,
  { latentSize, action }: { readonly latentSize: number; readonly action: string },
): T3Coefficients {
  const { df, reconstructionScale } = model;
  const { tail, logNorm } = constants(model, action);
  requirePositive(latentSize, { action, name: "latentSize" });
  const k = Math.exp(2 * logNorm / tail);
  const a = df / tail;
  return {
    reconstructionScale,
    a,
    b: k * (df + a * latentSize),
    c: k * a * latentSize,
    p: 2 / (tail + latentSize),
    shift: logNorm * latentSize / tail,
  };
}

/** df + n - 2, and L0. */
function constants(
  { dataSize, df, reconstructionScale }: T3Model,
  action: string,
): { tail: number; logNorm: number } {
  requireVariance(df, { action });
  requirePositive(dataSize, { action, name: "dataSize" });
  requirePositive(reconstructionScale, { action, name: "reconstructionScale" });
  const logNorm = logConstant(df, dataSize) - dataSize * Math.log(reconstructionScale) -
    Math.log1p(dataSize / (df - 2));
  return { tail: df + dataSize - 2, logNorm };
}
