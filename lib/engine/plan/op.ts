/**
 * What a plan is made of: operations on ranges of one flat array of numbers, the arena.
 *
 * A device is a table from `Op["kind"]` to a kernel. An operation reads its inputs and overwrites its outputs, which never
 * overlap; outputs that are added to say so. Every size is fixed; nothing is allocated while a plan runs. Matrices are
 * row-major without padding. Only `gather`, `uniforms` and `adam` look at anything beside the arena: the rows of this
 * batch, the number of the step, the seed.
 *
 * @module
 */

import type { Buffer } from "./buffer.ts";
import type {
  Divergence,
  Draw,
  DrawGradient,
  FreeBits,
  Likelihood,
  LogRatio,
  T3,
  T3Likelihood,
} from "./latent_op.ts";
import type {
  BatchNorm,
  BatchNormGradient,
  Conv,
  ConvKernelGradient,
  ConvTranspose,
  LeakyRelu,
  LeakyReluGradient,
  Normalise,
  Product,
  SumRows,
} from "./network_op.ts";

export type * from "./buffer.ts";
export type * from "./latent_op.ts";
export type * from "./network_op.ts";

/** x[i] ← row `indices[i]` of the data set, its bytes divided by 255 or its numbers as they are. */
export interface Gather {
  readonly kind: "gather";
  /** `[rows, width]` */
  readonly x: Buffer;
}

/**
 * u, v ← words 0 and 1 of the Philox block (row, step, stream, dimension + 2¹⁶ · draw) as numbers of 23 bits; row is the
 * place in the batch while training, the index in the data set otherwise.
 */
export interface Uniforms {
  readonly kind: "uniforms";
  /** Number of the stream. */
  readonly stream: number;
  /** Which sample of several, or that the number of the step says which; the counter's step is then 0. */
  readonly draw: number | "step";
  /** `[rows, dimensions]` */
  readonly u: Buffer;
  readonly v: Buffer;
}

/** y ← floor + ln(1 + e^x). */
export interface Softplus {
  readonly kind: "softplus";
  readonly x: Buffer;
  readonly y: Buffer;
  readonly floor: number;
}

/** dx ← dy / (1 + e^(−x)). */
export interface SoftplusGradient {
  readonly kind: "softplus-gradient";
  readonly x: Buffer;
  readonly dy: Buffer;
  readonly dx: Buffer;
}

/** y ← the mean of p(x|z): sigmoid(x) for a Bernoulli. */
export interface Sigmoid {
  readonly kind: "sigmoid";
  readonly x: Buffer;
  readonly y: Buffer;
}

/** y += x, element by element. */
export interface Add {
  readonly kind: "add";
  readonly x: Buffer;
  readonly y: Buffer;
}

/** gradient += 2 · l2 · value. */
export interface Decay {
  readonly kind: "decay";
  readonly value: Buffer;
  readonly gradient: Buffer;
  readonly l2: number;
}

/** gradient ← gradient · min(1, norm / |gradient|), over all parameters at once. */
export interface Clip {
  readonly kind: "clip";
  readonly gradient: Buffer;
  readonly norm: number;
}

/** One Adam update of all parameters, its correction and step size following from the number of the step. */
export interface Adam {
  readonly kind: "adam";
  readonly value: Buffer;
  readonly gradient: Buffer;
  readonly m: Buffer;
  readonly v: Buffer;
  readonly learningRate: number;
}

/** One operation of a plan. */
export type Op =
  | Gather
  | Uniforms
  | Product
  | SumRows
  | Conv
  | ConvTranspose
  | ConvKernelGradient
  | BatchNorm
  | Normalise
  | BatchNormGradient
  | LeakyRelu
  | LeakyReluGradient
  | Softplus
  | SoftplusGradient
  | Draw
  | DrawGradient
  | Divergence
  | LogRatio
  | FreeBits
  | Likelihood
  | T3
  | T3Likelihood
  | Sigmoid
  | Add
  | Decay
  | Clip
  | Adam;
