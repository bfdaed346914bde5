/**
 * Operations of draws, divergences and likelihoods, and of their gradients.
 *
 * @module
 */

import type { T3Coefficients } from "../../math/divergence.ts";
import type { Buffer, Strided } from "./buffer.ts";

/**
 * z ← loc + factor · scale · t, t a standard normal (no df), an independent t, or a joint t by chained pairs; t and its
 * derivative in df are kept for the gradient, where there is one.
 */
export interface Draw {
  readonly kind: "draw";
  readonly rows: number;
  readonly columns: number;
  readonly joint: boolean;
  readonly loc: Buffer;
  readonly scale: Buffer;
  /** What t's scale is multiplied by: 1 but for the t³ encoder. */
  readonly factor: number;
  /** Absent for a normal. */
  readonly df?: Strided;
  /** `[rows, columns]`, or `[rows, ⌈columns/2⌉]` where joint. */
  readonly u: Buffer;
  readonly v: Buffer;
  readonly z: Buffer;
  /** Absent where nothing is trained. */
  readonly t?: Buffer;
  /** dt/d(df); present where df has a gradient. */
  readonly tDf?: Buffer;
}

/** dLoc += dz; dScale += dz · factor · t; dDf[row, column] += dz · factor · scale · tDf (its sum over columns where joint). */
export interface DrawGradient {
  readonly kind: "draw-gradient";
  readonly rows: number;
  readonly columns: number;
  readonly joint: boolean;
  readonly factor: number;
  readonly dz: Buffer;
  readonly t: Buffer;
  readonly tDf?: Buffer;
  readonly scale: Buffer;
  readonly dLoc: Buffer;
  readonly dScale: Buffer;
  /** `[rows, columns]`, or `[rows, 1]` where joint. */
  readonly dDf?: Buffer;
}

/**
 * kl ← KL(q ‖ p) of each coordinate, or of each row where joint, and the gradient buffers ← weight · its derivatives.
 * Exact: the closed form for normals (no df), by quadrature for t; q of df, p of priorDf at loc 0 and scale 1.
 */
export interface Divergence {
  readonly kind: "divergence";
  readonly rows: number;
  readonly columns: number;
  readonly joint: boolean;
  readonly loc: Buffer;
  readonly scale: Buffer;
  readonly factor: number;
  readonly df?: Strided;
  readonly priorDf?: Strided;
  /** `[rows, columns]`, or `[rows, 1]` where joint. */
  readonly kl: Buffer;
  /** Of kl in the loss. */
  readonly weight: number;
  /** Absent where only the value is asked for; df and prior df in one where they are the same buffer. */
  readonly gradient?: DistributionGradient;
}

/** Where derivatives in a posterior's parameters go. */
export interface DistributionGradient {
  readonly loc: Buffer;
  readonly scale: Buffer;
  /** `[rows, columns]`, or `[rows, 1]` where joint; absent where df is fixed. The total one where the prior is tied. */
  readonly df?: Buffer;
}

/** kl ← ln q(z) − ln p(z) at one z, otherwise as {@linkcode Divergence}; dz ← weight · its derivative in z. */
export interface LogRatio extends Omit<Divergence, "kind"> {
  readonly kind: "log-ratio";
  readonly z: Buffer;
  readonly dz?: Buffer;
}

/**
 * Each column of kl whose mean over rows is below `threshold` has its columns of the gradients set to 0 (of one column
 * all): max(threshold, mean kl) is then what the loss holds.
 */
export interface FreeBits {
  readonly kind: "free-bits";
  readonly rows: number;
  readonly columns: number;
  readonly kl: Buffer;
  readonly threshold: number;
  /** `[rows, a multiple of columns]` each. */
  readonly gradients: readonly Buffer[];
}

/**
 * reconstruction[row] ← −Σ ln p(x|output) over elements; dOutput ← weight · its derivative; dScale[row] ← weight · its
 * derivative in the scale.
 */
export interface Likelihood {
  readonly kind: "likelihood";
  readonly family: "bernoulli" | "gaussian" | "student-t";
  readonly rows: number;
  readonly columns: number;
  readonly x: Buffer;
  readonly output: Buffer;
  /** `[1]`; absent for Bernoulli. */
  readonly scale?: Buffer;
  /** Of a Student's t. */
  readonly df?: number;
  readonly reconstruction: Buffer;
  readonly weight: number;
  readonly dOutput?: Buffer;
  /** `[rows]`; present where the scale is learned. */
  readonly dScale?: Buffer;
}

/**
 * The t³ objective: bound[row] ← |x − output|²/s² + |loc|² + a Σ scale² − c − b·expm1(p (Σ ln scale − shift)), and the
 * derivatives of weight · bound in output, loc and scale.
 */
export interface T3 {
  readonly kind: "t3";
  readonly rows: number;
  readonly columns: number;
  readonly latentColumns: number;
  readonly x: Buffer;
  readonly output: Buffer;
  readonly loc: Buffer;
  readonly scale: Buffer;
  /** s is `reconstructionScale`. */
  readonly coefficients: T3Coefficients;
  readonly bound: Buffer;
  readonly weight: number;
  readonly dOutput?: Buffer;
  readonly dLoc?: Buffer;
  readonly dScale?: Buffer;
}

/**
 * reconstruction[row] ← −ln of the t³ decoder's density: jointly t over the elements, around output, of scale
 * s · √((df + |z|²)/(df + latentColumns)) and df + latentColumns degrees of freedom.
 */
export interface T3Likelihood {
  readonly kind: "t3-likelihood";
  readonly rows: number;
  readonly columns: number;
  readonly latentColumns: number;
  readonly x: Buffer;
  readonly output: Buffer;
  readonly z: Buffer;
  readonly df: number;
  readonly scale: number;
  readonly reconstruction: Buffer;
}
