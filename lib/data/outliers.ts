/**
 * Outliers: some rows of a data set replaced by others, to see what a model makes of them.
 *
 * @module
 */

import { generator, type NoiseKey, permutation } from "../math/philox.ts";
import { polarSample } from "../math/student_t.ts";
import type { Dataset, Split } from "./dataset.ts";

/** What outliers are made of; {@linkcode addOutliers} says how. */
export const OUTLIER_KINDS = ["uniform", "heavy", "salt", "other-dataset"] as const;

/** A name in {@linkcode OUTLIER_KINDS}. */
export type OutlierKind = typeof OUTLIER_KINDS[number];

/** Which outliers, as a configuration has them. */
export interface Outliers {
  /** Share of the rows that are replaced, from 0 to 1. */
  readonly fraction: number;
  /** What they are made of. */
  readonly kind: OutlierKind;
  /** Of `other-dataset`: the name or path of the data set that they come from. */
  readonly dataset?: string;
}

/**
 * Which outliers there are, for people.
 *
 * @param outliers as a configuration has them
 * @returns such as `5 % salt`, or `5 % from fashion-mnist`
 */
export function outliersInWords({ fraction, kind, dataset }: Outliers): string {
  return `${Number((100 * fraction).toPrecision(6))} % ${dataset === undefined ? kind : `from ${dataset}`}`;
}

/** Where outliers go, and what decides them. */
export interface OutlierOptions extends Outliers {
  /** The set whose rows are replaced; the others stay as they are. */
  readonly part: "train" | "test";
  /** Decides which rows, and every value; an integer from 0 to 2^53 − 1. */
  readonly seed: number;
  /** Of `other-dataset`: the data set itself, loaded; the same part of it is taken from. */
  readonly source?: Dataset;
}

/** Of the t that moves values of `heavy` outliers: a variance is already infinite there. */
const HEAVY_DF = 2;

/** Its scale on gray levels: a quarter of their range, near the standard deviation of MNIST's. */
const HEAVY_GRAY = 64;

/** The share of elements that `salt` sets. */
const SALT_SHARE = 0.25;

/** Philox draws of the stream "outliers", by part: which rows, what values, which rows of another data set. */
const DRAW = {
  train: { rows: 0, values: 1, source: 2 },
  test: { rows: 3, values: 4, source: 5 },
} as const;

/**
 * Replaces a share of the rows of one part of a data set by outliers, each in the place of the row it replaces, whose
 * label stays.
 *
 * - `uniform`: every element uniform between the least and the largest: on images 0 and 255, else those of its column.
 * - `heavy`: the row itself, every element moved by a t of 2 degrees of freedom, whose scale is 64 gray levels on images,
 *   else the standard deviation of its column. Gray levels are cut to [0, 255]; numbers that all lie in [0, 1], to that.
 * - `salt`: the row itself, a quarter of its elements set to the least or the largest, either with probability 1/2.
 * - `other-dataset`: a row of the same part of another data set, none twice unless it has too few.
 *
 * Columns are those of the training set, before any outlier. Which round(fraction · rows) rows are replaced follows from
 * the seed and the number of rows alone: those of a smaller fraction are among those of a larger one, and every kind
 * replaces the same. A row's values follow from the seed and its own place.
 *
 * @param dataset a data set; not changed
 * @param options how many, of what kind, where, and the seed
 * @returns the data set with other values in `part`; `sha256` stays that of what was read
 * @throws {RangeError} if the fraction is not from 0 to 1, or the seed out of range
 * @throws {TypeError} if a source is missing, or its examples are of another shape or type
 *
 * @example
 * ```ts
 * import { addOutliers } from "./outliers.ts";
 * import { loadDataset } from "./load.ts";
 * import assert from "node:assert/strict";
 *
 * const clean = await loadDataset("glyphs");
 * const { train, test } = addOutliers(clean, { part: "train", fraction: 0.05, kind: "uniform", seed: 0 });
 * assert.notDeepEqual(train.values, clean.train.values);
 * assert.equal(test, clean.test);
 * ```
 */
export function addOutliers(dataset: Dataset, options: OutlierOptions): Dataset {
  const { part, fraction, seed } = options;
  if (!(fraction >= 0 && fraction <= 1)) {
    throw new RangeError(`Cannot add outliers: fraction must be from 0 to 1, got ${fraction}`);
  }
  const split = dataset[part];
  const order = permutation(split.count, { seed, stream: "outliers", draw: DRAW[part].rows });
  const rows = order.subarray(0, Math.round(fraction * split.count));
  const values = split.values.slice();
  const size = values.length / split.count;
  const replace = replacement(dataset, options);
  rows.forEach((row, i) => {
    // Each row has a generator of its own, so that its values do not depend on the other rows.
    const random = generator({ seed, stream: "outliers", step: row, draw: DRAW[part].values });
    replace(values.subarray(row * size, (row + 1) * size), { random, i });
  });
  return { ...dataset, [part]: { ...split, values } };
}

/** Turns a row, in place, into the i-th outlier. */
type Replacement = (
  row: Split["values"],
  draw: { readonly random: () => number; readonly i: number },
) => void;

function replacement(dataset: Dataset, options: OutlierOptions): Replacement {
  const { kind } = options;
  if (kind === "other-dataset") return fromSource(dataset, options);
  const { least, most, spread, bounds } = dataset.train.values instanceof Uint8Array
    ? GRAY
    : columns(dataset.train);
  switch (kind) {
    case "uniform":
      return (row, { random }) =>
        row.forEach((_, j) => {
          const u = random();
          // Every gray level is as likely as any other.
          row[j] = row instanceof Uint8Array ? Math.floor(256 * u) : least(j) + u * (most(j) - least(j));
        });
    case "heavy":
      return (row, { random }) =>
        row.forEach((value, j) => {
          const moved = value + spread(j) * polarSample({ u: random(), v: random() }, HEAVY_DF).value;
          const cut = Math.min(bounds[1], Math.max(bounds[0], moved));
          row[j] = row instanceof Uint8Array ? Math.round(cut) : cut;
        });
    case "salt":
      return (row, { random }) =>
        row.forEach((_, j) => {
          const u = random();
          if (u < SALT_SHARE) row[j] = u < SALT_SHARE / 2 ? least(j) : most(j);
        });
  }
}

/** What of each column outliers are made by. */
interface Columns {
  readonly least: (column: number) => number;
  readonly most: (column: number) => number;
  readonly spread: (column: number) => number;
  /** What no element may leave. */
  readonly bounds: readonly [number, number];
}

const GRAY: Columns = { least: () => 0, most: () => 255, spread: () => HEAVY_GRAY, bounds: [0, 255] };

function columns({ values, count }: Split): Columns {
  const size = values.length / count;
  const least = new Float64Array(size).fill(Infinity), most = new Float64Array(size).fill(-Infinity);
  const mean = new Float64Array(size), squares = new Float64Array(size);
  values.forEach((value, i) => {
    const column = i % size, delta = value - mean[column];
    least[column] = Math.min(least[column], value);
    most[column] = Math.max(most[column], value);
    mean[column] += delta / (Math.floor(i / size) + 1);
    squares[column] += delta * (value - mean[column]);
  });
  const withinUnit = least.every((value) => value >= 0) && most.every((value) => value <= 1);
  return {
    least: (column) => least[column],
    most: (column) => most[column],
    spread: (column) => Math.sqrt(squares[column] / count),
    bounds: withinUnit ? [0, 1] : [-Infinity, Infinity],
  };
}

function fromSource({ name, shape, train }: Dataset, { source, part, seed }: OutlierOptions): Replacement {
  const kind = (set: Pick<Dataset, "shape" | "train">) =>
    `${set.train.values instanceof Uint8Array ? "8-bit" : "32-bit"} [${set.shape.join(", ")}]`;
  if (source === undefined || kind(source) !== kind({ shape, train })) {
    throw new TypeError(
      `Cannot add outliers to ${name}: they must come from a data set whose examples are ${
        kind({ shape, train })
      } too, got ${source === undefined ? "none" : `${source.name}, ${kind(source)}`}`,
    );
  }
  const { values, count } = source[part];
  const key: NoiseKey = { seed, stream: "outliers", draw: DRAW[part].source };
  const order = permutation(count, key);
  const size = values.length / count;
  return (row, { i }) => row.set(values.subarray(order[i % count] * size, (order[i % count] + 1) * size));
}
