/**
 * What a reference kernel works on.
 *
 * @module
 */

import type { Examples } from "../engine.ts";
import type { Buffer, Op, Strided } from "../plan/op.ts";
import { sizeOf } from "../../model/record.ts";

/** The arena, and all that an operation may look at beside it. */
export interface Machine {
  /** Every buffer of a plan, in float64. */
  readonly arena: Float64Array;
  /** Examples in rows. */
  readonly data: Examples;
  /** The rows of this batch. */
  readonly indices: Uint32Array;
  /** Decides all noise. */
  readonly seed: number;
  /** Optimiser steps taken before this one. */
  readonly step: number;
}

/** An operation by its kind. */
export type OpOf<K extends Op["kind"]> = Extract<Op, { kind: K }>;

/**
 * A buffer's elements, to read and to write.
 *
 * @param machine whose arena
 * @param buffer where
 * @returns a view
 */
export function view({ arena }: Pick<Machine, "arena">, { offset, shape }: Buffer): Float64Array {
  return arena.subarray(offset, offset + sizeOf(shape));
}

/**
 * A function of row and column that reads a strided buffer.
 *
 * @param machine whose arena
 * @param strided where
 * @returns the reader
 */
export function reader(
  machine: Machine,
  { buffer, rowStride, columnStride }: Strided,
): (row: number, column: number) => number {
  const values = view(machine, buffer);
  return (row, column) => values[row * rowStride + column * columnStride];
}

/**
 * 1/(1 + e^(−x)), the derivative of `softplus()`.
 *
 * @param x any number
 * @returns from 0 to 1
 */
export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
