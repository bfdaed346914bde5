/**
 * The order in which an epoch visits its examples.
 *
 * @module
 */

import { permutation } from "../math/philox.ts";

/**
 * The order of one epoch, a function of (count, seed, epoch) alone: consecutive slices are its batches.
 *
 * @param count how many training examples
 * @param options `seed` of the run, and `epoch`, an integer from 0
 * @returns each row index 0 … count − 1 once
 * @throws {RangeError} if count, seed or epoch is out of range
 *
 * @example
 * ```ts
 * import { epochOrder } from "./batches.ts";
 * import assert from "node:assert/strict";
 *
 * const order = epochOrder(1000, { seed: 0, epoch: 3 });
 * const firstBatch = order.subarray(0, 512);
 * assert.equal(new Set(order).size, 1000);
 * ```
 */
export function epochOrder(
  count: number,
  { seed, epoch }: { readonly seed: number; readonly epoch: number },
): Uint32Array {
  return permutation(count, { seed, stream: "shuffle", step: epoch });
}
