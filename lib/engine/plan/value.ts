/**
 * What layers pass to each other, forward and backward.
 *
 * @module
 */

import { type Shape, sizeOf } from "../../model/record.ts";
import { imageShape } from "../../model/shapes.ts";
import type { Buffer } from "./op.ts";
import type { Program } from "./program.ts";

/** What flows from layer to layer. */
export interface Value {
  /** `[rows, …shape]` */
  readonly buffer: Buffer;
  /** Of one example. */
  readonly shape: Shape;
  /**
   * Whether it is the output of a ReLU. Its gradient is then that in the ReLU's input: whoever writes it sets it to 0
   * where the value is not > 0, in the same pass over memory.
   */
  readonly rectified: boolean;
  /** Whether anything trained is behind it, so that its gradient is of use. */
  readonly trained: boolean;
}

/** Writes operations from the gradient in an output to that in the input, which is absent where it is of no use. */
export type Backward = (dy: Buffer) => Buffer | undefined;

/** A layer's output, and how to go back from it. */
export interface Lowered {
  readonly y: Value;
  readonly backward: Backward;
}

/** What a layer is lowered with. */
export interface LayerInput {
  /** Where the layer is: `encoder/0`. */
  readonly name: string;
  readonly x: Value;
}

/**
 * Writes the gradient in the ReLU's input, for whoever could not mask it in passing.
 *
 * @param program to write to
 * @param options a value and the gradient in it
 * @returns the gradient that {@linkcode Value} asks for
 */
export function rectified(
  program: Program,
  { x, dx }: { readonly x: Value; readonly dx: Buffer },
): Buffer {
  if (!x.rectified) return dx;
  const masked = program.buffer(`${dx.name} before ReLU`, dx.shape);
  program.ops.push({ kind: "leaky-relu-gradient", x: x.buffer, dy: dx, dx: masked, slope: 0 });
  return masked;
}

/** Rows of channels in a batch: an image has one for each pixel. */
export function channelRows({ rows }: Program, shape: Shape): { rows: number; channels: number } {
  const channels = (imageShape(shape) ?? shape).at(-1)!;
  return { rows: rows * sizeOf(shape) / channels, channels };
}
