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
/** What a block of unfolded pixels may take: it is to stay in a core's own cache. */
const BLOCK_BYTES = 2 ** 18;
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
 * How a convolution is cut.
 *
 * @param op which
 * @returns `size` of a block: places of the kernel, or whole images for a transposed one; `places` in a block, and images
 *   in a `chunk` of a gradient
 */
export function convolutionBlock(
  op: Convolution,
): { readonly size: number; readonly places: number; readonly chunk: number } {
  const { rows, small: [height, width] } = op.geometry;
  const chunk = Math.ceil(rows / GRADIENT_CHUNKS);
  const perImage = height * width;
  const fitting = Math.max(1, Math.floor(BLOCK_BYTES / (4 * taps(op))));
  if (op.kind === "conv-transpose") {
    const images = Math.min(rows, Math.max(1, Math.floor(fitting / perImage)));
    return { size: images, places: images * perImage, chunk };
  }
  // Multiples of every tile's rows, so that no block but the last ends in a part of one.
  const places = Math.min(Math.max(30, fitting - fitting % 30), rows * perImage);
  return { size: places, places, chunk };
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
      return { shared: packedBytes(taps(op), smallChannels(op)), own: unfoldedBytes(op, taps(op)) };
    case "conv-transpose":
      return { shared: packedBytes(smallChannels(op), taps(op)), own: unfoldedBytes(op, smallChannels(op)) };
    case "conv-kernel-gradient": {
      const { places } = convolutionBlock(op);
      return {
        shared: 4 * GRADIENT_CHUNKS * taps(op) * smallChannels(op),
        own: unfoldedBytes(op, places) + packedBytes(places, smallChannels(op)),
      };
    }
    case "batch-norm":
    case "batch-norm-gradient":
      return { shared: 16 * SUM_CHUNKS * op.channels, own: 0 };
    case "normalise":
      return { shared: 4 * op.channels, own: 0 };
    case "clip":
      return { shared: 8 * Math.ceil(sizeOf(op.gradient.shape) / CLIP_CHUNK), own: 0 };
    case "likelihood":
      return { shared: 0, own: 4 * op.columns };
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

/** A block of unfolded pixels, beside what a product of this k needs. */
function unfoldedBytes(op: Convolution, k: number): number {
  return multiplyBytes(k) + 4 * taps(op) * convolutionBlock(op).places;
}

/** One tile of the result, and as many rows of the first factor. */
function multiplyBytes(k: number): number {
  return 4 * TILE_ROWS * (TILE_COLUMNS + k) + 64;
}

/** A k × n matrix in panels of the tile's width. */
function packedBytes(k: number, n: number): number {
  return 4 * k * Math.ceil(n / TILE_COLUMNS) * TILE_COLUMNS;
}
