/**
 * Splitting examples into sets that do not depend on a run's seed.
 *
 * @module
 */

import { permutation } from "../math/philox.ts";
import type { Dataset, Split } from "./dataset.ts";

/** Philox steps of the "data" stream, seed 0; the embedded data set has others. */
const STEP = { test: 0, validation: 1 } as const;

/**
 * Which rows of one file train and which test: the last tenth (at least 1) of a fixed random order tests.
 *
 * @param count rows in the file, at least 2
 * @returns row indices; the same for every run
 */
export function trainTestRows(count: number): { train: Uint32Array; test: Uint32Array } {
  const order = permutation(count, { seed: 0, stream: "data", step: STEP.test });
  const train = count - Math.max(1, Math.floor(count / 10));
  return { train: order.subarray(0, train), test: order.subarray(train) };
}

/**
 * Moves training examples into a validation set: the last `count` of a fixed random order.
 *
 * The choice does not depend on a run's seed, so that runs of different seeds are compared on the same examples.
 *
 * @param dataset a data set without a validation set
 * @param count how many to hold out; 0 changes nothing
 * @returns the data set with `validation` and a smaller `train`
 * @throws {RangeError} if count is not an integer from 0 to one less than there are training examples
 */
export function holdOut(dataset: Dataset, count: number): Dataset {
  const { train } = dataset;
  if (!Number.isInteger(count) || count < 0 || count >= train.count) {
    throw new RangeError(
      `Cannot hold out validation examples of ${dataset.name}: their number must be an integer from 0 to ` +
        `${train.count - 1} (it has ${train.count} training examples), got ${count}`,
    );
  }
  if (count === 0) return dataset;
  const order = permutation(train.count, { seed: 0, stream: "data", step: STEP.validation });
  const kept = train.count - count;
  return {
    ...dataset,
    train: takeRows(train, order.subarray(0, kept)),
    validation: takeRows(train, order.subarray(kept)),
  };
}

/** The given rows of some examples, in the given order, copied. */
export function takeRows({ values, count, labels }: Split, rows: Uint32Array): Split {
  const size = values.length / count;
  const taken = new (values instanceof Uint8Array ? Uint8Array : Float32Array)(rows.length * size);
  rows.forEach((row, i) => taken.set(values.subarray(row * size, (row + 1) * size), i * size));
  return {
    values: taken,
    count: rows.length,
    ...(labels && { labels: Uint8Array.from(rows, (row) => labels[row]) }),
  };
}
