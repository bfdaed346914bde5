/**
 * Plans in plain float64: loops, each named for the equation that it computes. The oracle of other devices.
 *
 * @module
 */

import type { Op } from "../plan/op.ts";
import { batchNorm, batchNormGradient, normalise } from "./batch_norm.ts";
import { divergence, freeBits, logRatio } from "./divergence.ts";
import { draw, drawGradient } from "./draw.ts";
import { add, leakyRelu, leakyReluGradient, sigmoid, softplus, softplusGradient } from "./elementwise.ts";
import { gather, uniforms } from "./inputs.ts";
import { likelihood, t3, t3Likelihood } from "./likelihood.ts";
import { conv, convKernelGradient, convTranspose, product, sumRows } from "./linear.ts";
import type { Machine, OpOf } from "./machine.ts";
import { adam, clip, decay } from "./optimiser.ts";

type Kernel<K extends Op["kind"]> = (op: OpOf<K>, machine: Machine) => void;

const KERNELS: { readonly [K in Op["kind"]]: Kernel<K> } = {
  "gather": gather,
  "uniforms": uniforms,
  "product": product,
  "sum-rows": sumRows,
  "conv": conv,
  "conv-transpose": convTranspose,
  "conv-kernel-gradient": convKernelGradient,
  "batch-norm": batchNorm,
  "normalise": normalise,
  "batch-norm-gradient": batchNormGradient,
  "leaky-relu": leakyRelu,
  "leaky-relu-gradient": leakyReluGradient,
  "softplus": softplus,
  "softplus-gradient": softplusGradient,
  "draw": draw,
  "draw-gradient": drawGradient,
  "divergence": divergence,
  "log-ratio": logRatio,
  "free-bits": freeBits,
  "likelihood": likelihood,
  "t3": t3,
  "t3-likelihood": t3Likelihood,
  "sigmoid": sigmoid,
  "add": add,
  "decay": decay,
  "clip": clip,
  "adam": adam,
};

/**
 * Runs operations one after the other.
 *
 * @param ops a program of a plan, or a part of one
 * @param machine the arena, which is written to, and the batch
 */
export function execute(ops: readonly Op[], machine: Machine): void {
  for (const op of ops) (KERNELS[op.kind] as Kernel<typeof op.kind>)(op as never, machine);
}
