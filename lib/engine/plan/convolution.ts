/**
 * Convolutions, plain and transposed, which are each other's gradients.
 *
 * @module
 */

import type { Conv, ConvTranspose } from "../../model/record.ts";
import { convolutionShape, imageShape } from "../../model/shapes.ts";
import type { Buffer, Geometry } from "./op.ts";
import { gradientBuffer, type Program } from "./program.ts";
import { channelRows, type LayerInput, type Lowered, rectified } from "./value.ts";

/**
 * Writes a convolution or a transposed one, its bias and ReLU in the same operation.
 *
 * @param program to write to
 * @param options the layer, its name and input
 * @returns the output, `[rows, height, width, filters]`
 */
export function convolution(
  program: Program,
  { layer, name, x }: LayerInput & { readonly layer: Conv | ConvTranspose },
): Lowered {
  const down = layer.kind === "conv";
  const input = imageShape(x.shape)!;
  const output = convolutionShape(layer, input);
  const [large, small] = down ? [input, output] : [output, input];
  const geometry: Geometry = {
    rows: program.rows,
    large,
    small,
    size: layer.size,
    stride: layer.stride,
    padding: [samePadding(0), samePadding(1)],
  };
  /** As much on both sides, and what is left over at the bottom and the right. */
  function samePadding(axis: 0 | 1): number {
    const beyond = (small[axis] - 1) * layer.stride + layer.size - large[axis];
    return Math.floor(Math.max(0, beyond) / 2);
  }

  const kernel = program.parameter(`${name}/kernel`);
  const bias = layer.bias ? { bias: program.parameter(`${name}/bias`) } : {};
  const relu = layer.activation === "relu";
  const y = program.buffer(name, [program.rows, ...output]);
  program.ops.push(
    down
      ? { kind: "conv", geometry, large: x.buffer, kernel, small: y, ...bias, relu }
      : { kind: "conv-transpose", geometry, small: x.buffer, kernel, large: y, ...bias, relu },
  );
  const backward = (dy: Buffer) => {
    const sides = down ? { large: x.buffer, small: dy } : { large: dy, small: x.buffer };
    program.ops.push({
      kind: "conv-kernel-gradient",
      geometry,
      ...sides,
      kernel: program.gradient(`${name}/kernel`),
    });
    if (layer.bias) {
      const { rows, channels: columns } = channelRows(program, output);
      program.ops.push({ kind: "sum-rows", x: dy, y: program.gradient(`${name}/bias`), rows, columns });
    }
    if (!x.trained) return undefined;
    const dx = gradientBuffer(program, x.buffer);
    program.ops.push(
      down
        ? { kind: "conv-transpose", geometry, small: dy, kernel, large: dx, relu: false }
        : { kind: "conv", geometry, large: dy, kernel, small: dx, relu: false },
    );
    return rectified(program, { x, dx });
  };
  return { y: { buffer: y, shape: output, rectified: relu, trained: true }, backward };
}
