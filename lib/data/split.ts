/**
 * Splitting examples into sets that do not depend on a run's seed.
 *
 * @module
 */

import { permutation } from "../math/philox.ts";
import type { Dataset, Split } from "./dataset.ts";
import { DATA_STEP } from "./steps.ts";

/**
 * Which rows of one file train and which test: the last tenth (at least 1) of a fixed random order tests.
 *
 * @param count rows in the file, at least 2
 * @returns row indices; the same for every run
 */
export function trainTestRows(count: number): { train: Uint32Array; test: Uint32Array } {
  const order = permutation(count, { seed: 0, stream: "data", step: DATA_STEP.testRows });
  const train = count - Math.max(1, Math.floor(count / 10));
  return { train: order.subarray(0, train), test: order.subarray(train) };
}

/**
 * Moves training examples into a validation set: the last `count` of a fixed random order.
 *
 * A data set that has a validation set of its own keeps the first `count` examples of that one, and its whole training
 * set. The choice does not depend on a run's seed, so that runs of different seeds are compared on the same examples.
 *
 * @param dataset a whole data set
 * @param count how many examples of validation there are to be
 * @returns the data set with `validation`, unless `count` is 0
 * @throws {RangeError} if count is not an integer from 0 to one less than there are training examples, or to as many as
 *   there are examples of validation
 */
export function holdOut(dataset: Dataset, count: number): Dataset {
  const { train, validation, ...rest } = dataset;
  if (validation !== undefined) {
    if (!Number.isInteger(count) || count < 0 || count > validation.count) {
      throw new RangeError(
        `Cannot take validation examples of ${dataset.name}: their number must be an integer from 0 to ` +
          `${validation.count}, got ${count}`,
      );
    }
    const first = Uint32Array.from({ length: count }, (_, i) => i);
    return { ...rest, train, ...(count > 0 && { validation: takeRows(validation, first) }) };
  }
  if (!Number.isInteger(count) || count < 0 || count >= train.count) {
    throw new RangeError(
      `Cannot hold out validation examples of ${dataset.name}: their number must be an integer from 0 to ` +
        `${train.count - 1} (it has ${train.count} training examples), got ${count}`,
    );
  }
  if (count === 0) return dataset;
  const order = permutation(train.count, { seed: 0, stream: "data", step: DATA_STEP.validationRows });
  const kept = train.count - count;
  return {
    ...dataset,
    train: takeRows(train, order.subarray(0, kept)),
    validation: takeRows(train, order.subarray(kept)),
  };
}

/**
 * Keeps the first training or test examples of a data set.
 *
 * @param dataset a whole data set
 * @param options of which `part`, and how many
 * @returns the data set with fewer of them; `sha256`, which is of what was read, stays
 * @throws {RangeError} if count is not an integer from 1 to as many as there are
 */
export function takeFirst(
  dataset: Dataset,
  { part, count }: { readonly part: "train" | "test"; readonly count: number },
): Dataset {
  const { values, count: all, labels } = dataset[part];
  if (!Number.isInteger(count) || count < 1 || count > all) {
    throw new RangeError(
      `Cannot take ${
        part === "train" ? "training" : part
      } examples of ${dataset.name}: their number must be an integer from 1 to ${all}, got ${count}`,
    );
  }
  const first: Split = {
    values: values.slice(0, count * (values.length / all)),
    count,
    ...(labels && { labels: labels.slice(0, count) }),
  };
  return { ...dataset, [part]: first };
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
