/**
 * The arithmetic that a plan asks for.
 *
 * @module
 */

import type { Geometry, Op } from "./op.ts";

/**
 * Multiplications and additions of a product, 2 · m · n · k, or of a convolution, 2 for each output, place of the kernel
 * and input channel, those in the padding too.
 *
 * All else counts as 0: there are a few operations for each element, and moving it takes longer.
 *
 * @param op an operation of a plan
 * @returns floating-point operations
 */
export function flops(op: Op): number {
  switch (op.kind) {
    case "product":
      return 2 * op.m * op.n * op.k;
    case "conv":
    case "conv-transpose":
    case "conv-kernel-gradient":
      return convolutionFlops(op.geometry);
    default:
      return 0;
  }
}

/** The floating-point operations of a program. */
export function programFlops(ops: readonly Op[]): number {
  return ops.reduce((sum, op) => sum + flops(op), 0);
}

function convolutionFlops({ rows, large, small, size }: Geometry): number {
  const [height, width, channels] = small;
  return 2 * rows * height * width * channels * size * size * large[2];
}
