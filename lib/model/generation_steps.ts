/**
 * Philox steps of the stream "generation": one for each thing that is drawn.
 *
 * @module
 */

/** What a step belongs to. The numbers are part of what a seed gives: never renumber. */
export const GENERATION_STEP = {
  latents: 0,
  examples: 1,
  trainingRows: 2,
} as const;
