/**
 * Rows with classes, to learn from and to be judged by.
 *
 * @module
 */

import type { Estimate } from "./metric.ts";

/** Rows with a class each. */
export interface LabelledRows {
  /** `[rows, dimensions]` row-major. */
  readonly values: ArrayLike<number>;
  /** `[rows]`, integers from 0. */
  readonly labels: ArrayLike<number>;
}

/** Examples to learn from, and examples to be judged by. */
export interface LabelledSets {
  /** Whose classes are known. */
  readonly train: LabelledRows;
  /** Whose classes are guessed. */
  readonly test: LabelledRows;
}

/**
 * Rejects rows without labels, and the other way round.
 *
 * @param sets rows with labels
 * @param context what was being done, and the columns of a row
 * @throws {TypeError} if rows and labels do not match
 * @throws {RangeError} if a set has no rows
 */
export function checkLabelled(
  { train, test }: LabelledSets,
  { action, dimensions }: { readonly action: string; readonly dimensions: number },
): void {
  for (const [name, { values, labels }] of Object.entries({ train, test })) {
    if (labels.length === 0) throw new RangeError(`Cannot ${action}: ${name} must have rows, got none`);
    if (values.length !== labels.length * dimensions) {
      throw new TypeError(
        `Cannot ${action}: ${labels.length} labels of ${name} take values [${labels.length}, ${dimensions}], ` +
          `got ${values.length} numbers`,
      );
    }
  }
}

/**
 * The part of independent guesses that is right.
 *
 * @param right how many
 * @param count of how many
 * @returns the part p with its standard error sqrt(p (1 − p)/count)
 */
export function accuracy(right: number, count: number): Estimate {
  const value = right / count;
  return { value, standardError: Math.sqrt(value * (1 - value) / count) };
}
