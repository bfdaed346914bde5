/**
 * Examples as what a model decodes to.
 *
 * @module
 */

import type { Examples } from "../engine/engine.ts";

/**
 * 8-bit pixels in [0, 1], and numbers as they are.
 *
 * @param values of examples
 * @returns a copy of the same length
 */
export function asNumbers(values: Examples): Float32Array {
  return Float32Array.from(values, values instanceof Uint8Array ? (value) => value / 255 : (value) => value);
}
