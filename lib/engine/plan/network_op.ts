/**
 * Operations of a network's layers and of their gradients.
 *
 * @module
 */

import type { Buffer } from "./buffer.ts";

/**
 * c ← op(a) · op(b), or c + op(a) · op(b) where it accumulates; then + bias, then ReLU or mask, of the whole sum. op(a) is
 * m × k, op(b) is k × n.
 */
export interface Product {
  readonly kind: "product";
  readonly a: Buffer;
  readonly b: Buffer;
  readonly c: Buffer;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** Whether `a` is stored as k × m, and `b` as n × k. */
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  /** `[n]` */
  readonly bias?: Buffer;
  /** Whether the product is added to what c holds. */
  readonly accumulate: boolean;
  /** c ← max(c, 0); never beside a mask. */
  readonly relu: boolean;
  /** c ← 0 where this buffer of c's shape is not > 0: the gradient through a ReLU whose output it is. */
  readonly mask?: Buffer;
}

/** y[column] ← Σ over rows of x[row, column]. */
export interface SumRows {
  readonly kind: "sum-rows";
  readonly x: Buffer;
  readonly y: Buffer;
  readonly rows: number;
  readonly columns: number;
}

/** Where a convolution goes from a large image to a small one; the transposed one goes back. */
export interface Geometry {
  /** Images in the batch. */
  readonly rows: number;
  /** `[height, width, channels]` of the large image. */
  readonly large: readonly [height: number, width: number, channels: number];
  /** `[height, width, channels]` of the small image. */
  readonly small: readonly [height: number, width: number, channels: number];
  /** Height and width of the kernel. */
  readonly size: number;
  /** Pixels of the large image from one place of the kernel to the next. */
  readonly stride: number;
  /** Pixels that the kernel at the first place reaches beyond the top, and the left, of the large image. */
  readonly padding: readonly [top: number, left: number];
}

/** small ← convolution of large with kernel `[size, size, large channels, small channels]`, + bias, then ReLU. */
export interface Conv {
  readonly kind: "conv";
  readonly geometry: Geometry;
  readonly large: Buffer;
  readonly kernel: Buffer;
  readonly small: Buffer;
  /** `[small channels]` */
  readonly bias?: Buffer;
  readonly relu: boolean;
}

/** large ← the transposed convolution of small, + bias, then ReLU; also a convolution's gradient in its input. */
export interface ConvTranspose {
  readonly kind: "conv-transpose";
  readonly geometry: Geometry;
  readonly small: Buffer;
  /** `[size, size, large channels, small channels]` */
  readonly kernel: Buffer;
  readonly large: Buffer;
  /** `[large channels]` */
  readonly bias?: Buffer;
  readonly relu: boolean;
}

/** kernel ← the gradient of Σ small · conv(large, kernel) in the kernel; of both convolutions the same map. */
export interface ConvKernelGradient {
  readonly kind: "conv-kernel-gradient";
  readonly geometry: Geometry;
  readonly large: Buffer;
  readonly small: Buffer;
  readonly kernel: Buffer;
}

/** What batch norm and the leaky ReLU after it have in common: x is `[rows, channels]`, an image a row per pixel. */
interface Channelled {
  readonly rows: number;
  readonly channels: number;
  readonly x: Buffer;
  readonly gamma: Buffer;
  readonly beta: Buffer;
}

/**
 * mean, rate ← the batch's mean and 1/√(variance + epsilon) of each channel; y ← leaky(gamma · (x − mean) · rate + beta);
 * running ← momentum · running + (1 − momentum) · (mean, variance), the variance biased.
 */
export interface BatchNorm extends Channelled {
  readonly kind: "batch-norm";
  readonly y: Buffer;
  /** `[channels]` */
  readonly mean: Buffer;
  readonly rate: Buffer;
  /** Absent where statistics do not move. */
  readonly running?: { readonly mean: Buffer; readonly variance: Buffer; readonly momentum: number };
  readonly epsilon: number;
  /** Of the leaky ReLU; 1 for none. */
  readonly slope: number;
}

/** y ← leaky(gamma · (x − mean) / √(variance + epsilon) + beta), of running statistics. */
export interface Normalise extends Channelled {
  readonly kind: "normalise";
  readonly y: Buffer;
  readonly mean: Buffer;
  readonly variance: Buffer;
  readonly epsilon: number;
  readonly slope: number;
}

/**
 * With g = dy · leaky'(y) and w = (x − mean) · rate: dBeta ← Σ g, dGamma ← Σ g·w,
 * dx ← gamma · rate · (g − dBeta/rows − w · dGamma/rows). Where slope > 0 the sign of leaky's input is that of y.
 */
export interface BatchNormGradient extends Channelled {
  readonly kind: "batch-norm-gradient";
  readonly y: Buffer;
  readonly mean: Buffer;
  readonly rate: Buffer;
  readonly slope: number;
  readonly dy: Buffer;
  /** Absent where nothing trained is behind x. */
  readonly dx?: Buffer;
  readonly dGamma: Buffer;
  readonly dBeta: Buffer;
}

/** y ← x where x > 0, else slope · x; slope 0 is the ReLU. */
export interface LeakyRelu {
  readonly kind: "leaky-relu";
  readonly x: Buffer;
  readonly y: Buffer;
  readonly slope: number;
}

/** dx ← dy where x > 0, else slope · dy. */
export interface LeakyReluGradient {
  readonly kind: "leaky-relu-gradient";
  readonly x: Buffer;
  readonly dy: Buffer;
  readonly dx: Buffer;
  readonly slope: number;
}
