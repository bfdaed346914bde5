/**
 * Encoder and decoder as operations, forward and backward.
 *
 * @module
 */

import type { Dense, Layer, LeakyRelu } from "../../model/record.ts";
import { modelShapes } from "../../model/shapes.ts";
import { batchNorm } from "./batch_norm.ts";
import { convolution } from "./convolution.ts";
import { affine, affineGradients } from "./dense.ts";
import type { Buffer } from "./op.ts";
import { gradientBuffer, type Program } from "./program.ts";
import { type Backward, type LayerInput, type Lowered, rectified, type Value } from "./value.ts";

/**
 * Writes the layers of encoder or decoder.
 *
 * @param program to write to
 * @param options which `part` and its input `x`
 * @returns the output, which is the input where no layer computes; `backward` writes the gradients of every parameter of
 *   the part
 */
export function network(
  program: Program,
  { part, x }: { readonly part: "encoder" | "decoder"; readonly x: Value },
): Lowered {
  const layers = program.model[part];
  const shapes = modelShapes(program.model)[part];
  const tape: Backward[] = [];
  let y = x;
  layers.forEach((layer, i) => {
    if (fusedSlope(layers, i - 1) !== undefined) return;
    const slope = fusedSlope(layers, i) ?? 1;
    const lowered = lower(program, { layer, slope, name: `${part}/${i}`, x: y });
    y = { ...lowered.y, shape: shapes[i + 1] };
    tape.push(lowered.backward);
  });
  const backward = (dy: Buffer) =>
    tape.reduceRight<Buffer | undefined>((gradient, back) => gradient && back(gradient), dy);
  return { y, backward };
}

/** The slope of the leaky ReLU that layer i, a batch norm, takes along. */
function fusedSlope(layers: readonly Layer[], i: number): number | undefined {
  const next = layers[i + 1];
  return layers[i]?.kind === "batch-norm" && next?.kind === "leaky-relu" ? next.slope : undefined;
}

function lower(
  program: Program,
  { layer, slope, ...input }: LayerInput & { readonly layer: Layer; readonly slope: number },
): Lowered {
  switch (layer.kind) {
    case "dense":
      return dense(program, { layer, ...input });
    case "conv":
    case "conv-transpose":
      return convolution(program, { layer, ...input });
    case "batch-norm":
      return batchNorm(program, { layer, slope, ...input });
    case "leaky-relu":
      return leakyRelu(program, { layer, ...input });
    case "reshape":
      return { y: input.x, backward: (dy) => dy };
  }
}

function dense(program: Program, { layer, name, x }: LayerInput & { readonly layer: Dense }): Lowered {
  const { units } = layer;
  const relu = layer.activation === "relu";
  const buffer = affine(program, { name, units, x, relu });
  return {
    y: { buffer, shape: [units], rectified: relu, trained: true },
    backward: (dy) => affineGradients(program, { layers: [{ name, units, dy }], x }),
  };
}

function leakyRelu(
  program: Program,
  { layer: { slope }, name, x }: LayerInput & { readonly layer: LeakyRelu },
): Lowered {
  const y = program.buffer(name, x.buffer.shape);
  program.ops.push({ kind: "leaky-relu", x: x.buffer, y, slope });
  return {
    y: { ...x, buffer: y, rectified: false },
    backward: (dy) => {
      if (!x.trained) return undefined;
      const dx = gradientBuffer(program, x.buffer);
      // The output has the input's sign, and then nobody needs to keep the input.
      program.ops.push({ kind: "leaky-relu-gradient", x: y, dy, dx, slope });
      return rectified(program, { x, dx });
    },
  };
}
