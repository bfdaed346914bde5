/**
 * Fully connected layers as products.
 *
 * @module
 */

import { sizeOf } from "../../model/record.ts";
import type { Buffer } from "./op.ts";
import { gradientBuffer, product, type Program } from "./program.ts";
import type { Value } from "./value.ts";

/** One of the arrays that make a dense layer: `<name>/kernel` `[inputs, units]` and `<name>/bias` `[units]`. */
export interface Affine {
  /** Of the parameters and the output. */
  readonly name: string;
  /** Width of the output. */
  readonly units: number;
}

/**
 * Writes y ← x · kernel + bias, then ReLU where asked for.
 *
 * @param program to write to
 * @param options the layer, its input `x` and, if it is not to be a new buffer, its output
 * @returns y, `[rows, units]`
 */
export function affine(
  program: Program,
  { name, units, x, relu = false, into = program.buffer(name, [program.rows, units]) }: Affine & {
    readonly x: Value;
    readonly relu?: boolean;
    readonly into?: Buffer;
  },
): Buffer {
  product(program, {
    a: x.buffer,
    b: program.parameter(`${name}/kernel`),
    c: into,
    m: program.rows,
    n: units,
    k: sizeOf(x.shape),
    bias: program.parameter(`${name}/bias`),
    relu,
  });
  return into;
}

/**
 * Writes the gradients of dense layers that read the same x, from those in their outputs before activation.
 *
 * dKernel = xᵀ · dy, dBias = Σ dy, dx = Σ over layers of dy · kernelᵀ, and 0 where x is the 0 of a ReLU.
 *
 * @param program to write to
 * @param layers each with the gradient `dy` in its output
 * @param x what they read
 * @returns the gradient in x; undefined where nothing trained is behind it
 */
export function affineGradients(
  program: Program,
  { layers, x }: { readonly layers: readonly (Affine & { readonly dy: Buffer })[]; readonly x: Value },
): Buffer | undefined {
  const { rows } = program;
  const width = sizeOf(x.shape);
  for (const { name, units, dy } of layers) {
    const kernel = program.gradient(`${name}/kernel`);
    product(program, { a: x.buffer, b: dy, c: kernel, m: width, n: units, k: rows, transposeA: true });
    program.ops.push({
      kind: "sum-rows",
      x: dy,
      y: program.gradient(`${name}/bias`),
      rows,
      columns: units,
    });
  }
  if (!x.trained) return undefined;
  const dx = gradientBuffer(program, x.buffer);
  layers.forEach(({ name, units, dy }, i) => {
    const mask = x.rectified && i === layers.length - 1 ? { mask: x.buffer } : {};
    const kernel = program.parameter(`${name}/kernel`);
    const accumulate = i > 0;
    product(program, {
      a: dy,
      b: kernel,
      c: dx,
      m: rows,
      n: width,
      k: units,
      transposeB: true,
      accumulate,
      ...mask,
    });
  });
  return dx;
}
