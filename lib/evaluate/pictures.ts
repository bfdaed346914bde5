/**
 * What a decoder makes of places in the latent space that are chosen, not drawn.
 *
 * @module
 */

import type { Engine, NamedTensor } from "../engine/engine.ts";
import { latentQuantiles } from "../model/latent_quantiles.ts";
import { type Model, type Objective, sizeOf } from "../model/record.ts";
import { variances } from "./mean.ts";

/** Decoded images, row-major. */
export interface Pictures {
  /** One latent dimension moved at a time. */
  readonly traversals: Traversals;
  /**
   * The first two dimensions at the quantiles (i + ½)/15 of what new examples are decoded from, i = 0…14, the others at
   * their median, 0: `[15, 15, inputSize]`. Right the first dimension ascends, and down the second one descends. Absent
   * where there is one dimension.
   */
  readonly manifold?: NamedTensor;
  /**
   * Ten equal steps on the straight line from the loc of the first shown example to that of the second one, both ends
   * included, then from the third to the fourth: `[pairs, 10, inputSize]`, five pairs at most. Absent without a pair.
   */
  readonly interpolations?: NamedTensor;
}

/** Images of a latent dimension that moves. */
export interface Traversals {
  /** Which dimensions, ascending from 0, `[rows]`: all, or of more than eight those whose loc varies most. */
  readonly dimension: Float32Array;
  /** Of the quantiles that they are moved to, `[11]`. */
  readonly probability: Float32Array;
  /** Decoded, the other dimensions at the loc of the first shown example, `[rows, 11, inputSize]`. */
  readonly images: NamedTensor;
}

/** Where pictures are taken. */
export interface PicturesOptions {
  /** The record that the engine was made with. */
  readonly model: Model;
  /** What the engine was made to train on. */
  readonly objective: Objective;
  /** loc of q(z|x) for every example, `[examples, latentSize]`. */
  readonly loc: Float32Array;
  /** The examples that are shown, one at least. */
  readonly shown: Uint32Array;
  /** The df that training has fitted, `engine.learnedDf()`; only a prior that is tied to them asks for them. */
  readonly learnedDf?: ArrayLike<number>;
}

const TRAVERSED = 8;
const TRAVERSAL_PROBABILITIES = [0.01, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.99];
const GRID_SIDE = 15;
const GRID_PROBABILITIES = Array.from({ length: GRID_SIDE }, (_, i) => (i + 0.5) / GRID_SIDE);
const PAIRS = 5;
const STEPS = 10;

/**
 * Decodes traversals of single latent dimensions, a grid over two of them, and lines between examples.
 *
 * Quantiles are of what new examples are decoded from, of each dimension by itself: for t latents those of a t, for the
 * objective t3 those of its alternative prior.
 *
 * @param engine the trained model
 * @param options its record and objective, where the examples are in the latent space and which are shown
 * @returns means of p(x|z)
 * @throws {RangeError} as `latentQuantiles()`
 *
 * Source: Kingma & Welling 2014, "Auto-encoding variational Bayes", figure 4, for the grid.
 */
export async function pictures(
  engine: Engine,
  { model, objective, loc, shown, learnedDf }: PicturesOptions,
): Promise<Pictures> {
  const { size } = model.latent;
  const locOf = (row: number) => loc.subarray(row * size, (row + 1) * size);
  const quantiles = (probabilities: readonly number[]) => {
    const all = latentQuantiles(model, { probabilities, objective, learnedDf });
    const { length } = probabilities;
    return (dimension: number) => all.subarray(dimension * length, (dimension + 1) * length);
  };
  const decode = async (rows: readonly (readonly Float32Array[])[]): Promise<NamedTensor> => ({
    shape: [rows.length, rows[0].length, sizeOf(model.input)],
    data: await engine.decode(concat(rows.flat())),
  });

  const dimensions = mostVaried(loc, size);
  const lines = Array.from(
    { length: Math.min(PAIRS, shown.length >> 1) },
    (_, pair) => straightLine(locOf(shown[2 * pair]), locOf(shown[2 * pair + 1])),
  );
  return {
    traversals: {
      dimension: Float32Array.from(dimensions),
      probability: Float32Array.from(TRAVERSAL_PROBABILITIES),
      images: await decode(
        traversals(locOf(shown[0]), { dimensions, quantiles: quantiles(TRAVERSAL_PROBABILITIES) }),
      ),
    },
    ...(size > 1 && { manifold: await decode(grid(quantiles(GRID_PROBABILITIES), size)) }),
    ...(lines.length > 0 && { interpolations: await decode(lines) }),
  };
}

/**
 * How many images {@linkcode pictures} decodes where ten examples or more are shown.
 *
 * @param latentSize dimensions of the latent
 */
export function pictureCount(latentSize: number): number {
  const traversals = Math.min(TRAVERSED, latentSize) * TRAVERSAL_PROBABILITIES.length;
  return traversals + (latentSize > 1 ? GRID_SIDE ** 2 : 0) + PAIRS * STEPS;
}

/** The dimensions that say most of the examples, ascending. */
function mostVaried(loc: Float32Array, size: number): number[] {
  const spread = variances(loc, size);
  return [...spread.keys()].sort((a, b) => spread[b] - spread[a]).slice(0, TRAVERSED).sort((a, b) => a - b);
}

type Quantiles = (dimension: number) => Float64Array;

function traversals(
  from: Float32Array,
  { dimensions, quantiles }: { readonly dimensions: readonly number[]; readonly quantiles: Quantiles },
): Float32Array[][] {
  return dimensions.map((dimension) =>
    Array.from(quantiles(dimension), (quantile) => from.with(dimension, quantile))
  );
}

/** As on paper: the first dimension grows to the right, the second one upwards. */
function grid(quantiles: Quantiles, size: number): Float32Array[][] {
  const [right, up] = [quantiles(0), quantiles(1)];
  return Array.from(up.toReversed(), (second) =>
    Array.from(right, (first) => {
      const latent = new Float32Array(size);
      latent.set([first, second]);
      return latent;
    }));
}

function straightLine(from: Float32Array, to: Float32Array): Float32Array[] {
  return Array.from(
    { length: STEPS },
    (_, step) => from.map((start, i) => start + (to[i] - start) * step / (STEPS - 1)),
  );
}

function concat(parts: readonly Float32Array[]): Float32Array {
  return Float32Array.from(parts.flatMap((part) => [...part]));
}
