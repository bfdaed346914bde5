/**
 * What the distributions of this folder have in common.
 *
 * @module
 */

import type { Noise } from "./noise.ts";
import type { Tensor } from "./parameters.ts";

/** Shapes, and draws that nothing is differentiated through. */
export interface DistributionBase {
  /** The shape of what is independent: one density for each of its elements. */
  readonly batchShape: readonly number[];
  /** The shape of one draw, `[]` for a number; draws are `[…batchShape, …eventShape]`. */
  readonly eventShape: readonly number[];
  /** The last axis of the noise that `rsample` takes for a whole batch, in its polar form. */
  readonly noiseDimensions: number;
  /**
   * A draw as `rsample` makes it, and a constant to differentiation.
   *
   * @param noise uniforms from `uniformPair`
   * @returns of the broadcast shape of noise and parameters
   */
  sample(noise: Noise): Tensor;
}
