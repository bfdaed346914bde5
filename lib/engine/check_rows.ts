/**
 * Whether examples and latents are rows that a model has a use for.
 *
 * @module
 */

import { type Model, sizeOf } from "../model/record.ts";
import type { Examples } from "./engine.ts";

/** Some of the examples. */
export interface Rows {
  /** `[rows, inputSize]` row-major. */
  readonly data: Examples;
  /** Which of its rows. */
  readonly indices: Uint32Array;
}

/**
 * Checks examples and which of them are asked for: kernels trust both.
 *
 * @param model the record
 * @param rows the examples, and which of them
 * @throws {TypeError} if the data are not whole rows
 * @throws {RangeError} if an index is not below the number of rows
 */
export function checkRows({ input }: Model, { data, indices }: Rows): void {
  const count = wholeRows(data, { doing: "read examples", what: "data", width: sizeOf(input) });
  const wrong = indices.find((row) => row >= count);
  if (wrong === undefined) return;
  throw new RangeError(
    `Cannot read examples: indices must be below ${count}, the number of rows, got ${wrong}`,
  );
}

/**
 * Checks latents.
 *
 * @param model the record
 * @param latents `[rows, latentSize]`
 * @throws {TypeError} if they are not whole rows
 */
export function checkLatents({ latent }: Model, latents: Float32Array): void {
  wholeRows(latents, { doing: "decode", what: "latents", width: latent.size });
}

function wholeRows(
  { length }: Examples,
  { doing, what, width }: { readonly doing: string; readonly what: string; readonly width: number },
): number {
  if (length % width === 0) return length / width;
  throw new TypeError(`Cannot ${doing}: ${what} must have shape [rows, ${width}], got ${length} numbers`);
}
