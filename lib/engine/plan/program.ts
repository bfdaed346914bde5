/**
 * A program while it is being written.
 *
 * @module
 */

import type { Model } from "../../model/record.ts";
import type { SharedArena, Unplaced } from "./arena.ts";
import type { Buffer, Op, Product } from "./op.ts";

/** What batch norm normalises by: the batch's own statistics, which may move the running ones, or the running ones. */
export type Statistics = "moving" | "batch" | "running";

/** Operations so far, and where to get buffers. */
export interface Program {
  readonly model: Model;
  /** Examples in the batch. */
  readonly rows: number;
  readonly statistics: Statistics;
  readonly ops: Op[];
  /** Buffers of the work region that this program alone has. */
  readonly work: Unplaced[];
  /** A new buffer in the work region. */
  buffer(name: string, shape: readonly number[]): Buffer;
  /** A parameter or a running statistic by its name in the model's tables. */
  parameter(name: string): Buffer;
  /** The gradient of a parameter. */
  gradient(name: string): Buffer;
  /** One element that holds a number. */
  constant(name: string, value: number): Buffer;
}

/**
 * Begins a program.
 *
 * @param arena what all programs of the model share
 * @param options the record, the batch's size and what batch norm normalises by
 * @returns a program without operations
 */
export function beginProgram(
  arena: SharedArena,
  options: Pick<Program, "model" | "rows" | "statistics">,
): Program {
  const named = new Map(
    [...arena.parameters, ...arena.statistics, ...arena.gradients].map((buffer) => [buffer.name, buffer]),
  );
  const work: Unplaced[] = [];
  return {
    ...options,
    ops: [],
    work,
    buffer(name, shape) {
      const buffer = { name, offset: -1, shape };
      work.push(buffer);
      return buffer;
    },
    parameter: (name) => named.get(name)!,
    gradient: (name) => named.get(`gradient of ${name}`)!,
    constant: arena.constant,
  };
}

/**
 * A new buffer for the gradient of the loss in another one.
 *
 * @param program to write to
 * @param of whose gradient
 * @returns a buffer of its shape
 */
export function gradientBuffer(program: Program, of: Buffer): Buffer {
  return program.buffer(`gradient of ${of.name}`, of.shape);
}

/**
 * Writes a matrix product; plain unless it is told otherwise.
 *
 * @param program to write to
 * @param product the operands and what else is to be done
 */
export function product(
  { ops }: Program,
  options: Pick<Product, "a" | "b" | "c" | "m" | "n" | "k"> & Partial<Omit<Product, "kind">>,
): void {
  ops.push({
    kind: "product",
    transposeA: false,
    transposeB: false,
    accumulate: false,
    relu: false,
    ...options,
  });
}
