/**
 * Which examples are shown.
 *
 * @module
 */

import type { Split } from "../data/dataset.ts";

/** Examples to show. */
export interface ShownExamples {
  /** Which, in order. */
  readonly rows: Uint32Array;
  /** Their classes, where they were chosen by them. */
  readonly labels?: Uint8Array;
}

/** More classes, one below the other, are higher than a page. */
const MOST_CLASSES = 10;

/** Examples of a class. */
const PER_CLASS = 2;

/**
 * Chooses examples to show: the first two of each of the first ten classes, or the first examples where no class has two.
 *
 * Classes alternate: the first example of every class in ascending order, then the second. Where there are two classes or
 * more, neighbours are of different ones.
 *
 * @param split examples; a class that has but one of them is not shown
 * @param count how many where there are no classes, fewer where there are fewer examples
 * @returns the rows in order, and their classes
 *
 * @example
 * ```ts
 * import { shownExamples } from "./shown_examples.ts";
 * import assert from "node:assert/strict";
 *
 * const split = { values: new Uint8Array(5), count: 5, labels: Uint8Array.of(7, 7, 7, 2, 2) };
 * assert.deepEqual(shownExamples(split, 16).rows, Uint32Array.of(3, 0, 4, 1));
 * ```
 */
export function shownExamples({ count: examples, labels }: Split, count: number): ShownExamples {
  const rows = labels && rowsByClass(labels);
  return labels && rows?.length
    ? { rows, labels: Uint8Array.from(rows, (row) => labels[row]) }
    : { rows: Uint32Array.from({ length: Math.min(count, examples) }, (_, row) => row) };
}

function rowsByClass(labels: Uint8Array): Uint32Array {
  const classes = [...Map.groupBy(labels.keys(), (row) => labels[row])]
    .filter(([, rows]) => rows.length >= PER_CLASS)
    .sort(([a], [b]) => a - b)
    .slice(0, MOST_CLASSES);
  return Uint32Array.from(
    Array.from({ length: PER_CLASS }, (_, i) => classes.map(([, rows]) => rows[i])).flat(),
  );
}
