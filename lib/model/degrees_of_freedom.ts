/**
 * Degrees of freedom of posterior and prior, with what a record leaves out filled in.
 *
 * @module
 */

import { DF_FLOOR, DF_INITIAL, type Latent, type StudentTLatent } from "./record.ts";

/** How many numbers a posterior's df are: one where they are joint or global, else one for each coordinate. */
export function dfCount({ size, joint = false, df }: StudentTLatent): number {
  return joint || "fixed" in df || ("learned" in df && df.learned === "global") ? 1 : size;
}

/** What learned and amortised df stay above. */
export function dfFloor({ dfFloor = DF_FLOOR }: StudentTLatent): number {
  return dfFloor;
}

/** Lifts a floor by two to four float32 steps: as softplus rounds to nothing, df would otherwise come down to it. */
const LIFT = 1 + 2 ** -22;

/** What is added to softplus of the parameter of learned df, in float32, so that they stay above their floor. */
export function learnedDfFloor(latent: StudentTLatent): number {
  return dfFloor(latent) * LIFT;
}

/**
 * Learned df from their parameter.
 *
 * @param latent the latent space
 * @param parameter `latent/df`, `[1]` or `[latent.size]`
 * @returns of the same length; undefined where df are fixed or amortised
 */
export function learnedDf(latent: Latent, parameter: Float32Array | undefined): Float32Array | undefined {
  if (latent.family === "gaussian" || !("learned" in latent.df)) return undefined;
  return parameter?.map((value) => learnedDfFloor(latent) + softplus(value));
}

/** Where learned df start, and amortised ones for h = 0. */
export function dfInitial({ dfInitial = DF_INITIAL }: StudentTLatent): number {
  return dfInitial;
}

/** The prior's df, or that it has the posterior's. */
export function priorDf({ df, priorDf }: StudentTLatent): number | "tied" {
  return priorDf ?? ("fixed" in df ? df.fixed : DF_INITIAL);
}

/** Whether p(z) is another distribution for every x, so that nothing made with it bounds log p(x). */
export function priorDependsOnX(latent: Latent): boolean {
  return latent.family === "student-t" && "amortised" in latent.df && priorDf(latent) === "tied";
}

/**
 * ln(1 + e^x), without overflow.
 *
 * @param x any number
 * @returns > 0, or 0 where it underflows
 */
export function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

/**
 * The inverse of {@linkcode softplus}, by which a parameter starts where its softplus is to be.
 *
 * @param y > 0
 * @returns ln(e^y − 1)
 */
export function softplusInverse(y: number): number {
  return y + Math.log(-Math.expm1(-y));
}
