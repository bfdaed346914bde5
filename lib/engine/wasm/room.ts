/**
 * How operations are cut into pieces that fit into the cache, and the memory that they need for it.
 *
 * Pieces follow from shapes alone, never from the number of threads, so that results do not either.
 *
 * @module
 */

import { sizeOf } from "../../model/record.ts";
import type { Conv, ConvKernelGradient, ConvTranspose, Op } from "../plan/op.ts";

/** Scratch memory in bytes. */
export interface Room {
  /** That threads share. */
  readonly shared: number;
  /** Of each thread. */
  readonly own: number;
}

/** Columns of the widest tile. */
const TILE_COLUMNS = 16;
/** Rows of the tallest tile. */
const TILE_ROWS = 6;
/** Elements of the small images of a block: they are to stay in a core's innermost cache. */
const BLOCK_ELEMENTS = 6144;
/** Chunks of a kernel's gradient: each is summed by one thread. */
const GRADIENT_CHUNKS = 32;
/** Chunks of a sum over rows are at most so many, and have at least as many rows. */
const SUM_CHUNKS = 64;
/** Elements whose squares are summed in one piece. */
const CLIP_CHUNK = 4096;
/** Bytes that an exact divergence needs for four distributions' coordinate. */
const COORDINATE = 128;

type Convolution = Conv | ConvTranspose | ConvKernelGradient;

/**
 * How the gradient of a convolution's kernel is cut.
 *
 * @param op which
 * @returns images in a `chunk`, and `places` of the kernel that are unfolded at a time
 */
export function gradientPieces(op: ConvKernelGradient): { readonly chunk: number; readonly places: number } {
  const { rows, small: [height, width] } = op.geometry;
  const chunk = Math.ceil(rows / GRADIENT_CHUNKS);
  const fitting = Math.min(256, Math.ceil(BLOCK_ELEMENTS / smallChannels(op)));
  return { chunk, places: Math.min(fitting, chunk * height * width) };
}

/**
 * The scratch memory of an operation.
 *
 * @param op which
 * @returns bytes
 */
export function roomOf(op: Op): Room {
  switch (op.kind) {
    case "product":
      return { shared: packedBytes(op.k, op.n), own: multiplyBytes(op.k) };
    case "sum-rows":
      return { shared: 8 * SUM_CHUNKS * op.columns, own: 0 };
    case "conv":
      return {
        shared: packedBytes(taps(op), smallChannels(op)),
        own: placeBytes(op.geometry.large[2], taps(op)),
      };
    case "conv-transpose":
      return transposedRoom(op);
    case "conv-kernel-gradient": {
      const { places } = gradientPieces(op);
      return {
        shared: 4 * GRADIENT_CHUNKS * taps(op) * smallChannels(op),
        own: placeBytes(op.geometry.large[2], 0) + 4 * (smallChannels(op) + TILE_ROWS) * places + 64 +
          packedBytes(places, taps(op)),
      };
    }
    case "batch-norm":
    case "batch-norm-gradient":
      return { shared: 16 * SUM_CHUNKS * op.channels, own: 0 };
    case "normalise":
      return { shared: 4 * op.channels, own: 0 };
    case "clip":
      return { shared: 8 * Math.ceil(sizeOf(op.gradient.shape) / CLIP_CHUNK), own: 0 };
    case "divergence":
      return { shared: 0, own: COORDINATE * (op.joint ? op.columns : 1) };
    default:
      return { shared: 0, own: 0 };
  }
}

/** Elements under one place of the kernel. */
function taps({ geometry: { size, large } }: Convolution): number {
  return size * size * large[2];
}

function smallChannels({ geometry: { small } }: Convolution): number {
  return small[2];
}

function transposedRoom(op: ConvTranspose): Room {
  const { size, stride, large: [, , channels] } = op.geometry;
  const seen = Math.ceil(size / stride) ** 2 * smallChannels(op);
  return {
    shared: packedBytes(size ** 2 * smallChannels(op), channels),
    own: placeBytes(smallChannels(op), seen) + 4 * TILE_ROWS * channels,
  };
}

/** Where places begin, a pixel of zeros, and what a product of this k needs. */
function placeBytes(channels: number, k: number): number {
  return 192 + 4 * channels + 64 + multiplyBytes(k);
}

/** One tile of the result, and as many rows of the first factor. */
function multiplyBytes(k: number): number {
  return 4 * TILE_ROWS * (TILE_COLUMNS + k) + 64;
}

/** A k × n matrix in panels of the tile's width. */
function packedBytes(k: number, n: number): number {
  return 4 * k * Math.ceil(n / TILE_COLUMNS) * TILE_COLUMNS;
}
