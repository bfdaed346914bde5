/**
 * The noise that new examples are made of.
 *
 * @module
 */

import type { NoiseKey } from "../math/philox.ts";

/** Philox steps of the stream "generation". The numbers are part of what a seed gives: never renumber. */
const STEP = {
  latents: 0,
  examples: 1,
  trainingRows: 2,
} as const;

/**
 * The key of one of the things that are drawn, each independent of the others.
 *
 * @param seed an integer from 0 to 2^53 − 1
 * @param drawn which thing
 * @returns the key
 */
export function generationKey(seed: number, drawn: keyof typeof STEP): NoiseKey {
  return { seed, stream: "generation", step: STEP[drawn] };
}
