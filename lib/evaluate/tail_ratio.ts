/**
 * How many draws are far out, beside how many of the data are.
 *
 * @module
 */

import type { Estimate } from "./metric.ts";
import { norms } from "./survival.ts";

/** How many of some rows are far out. */
export interface Tail {
  /** Rows that are. */
  readonly beyond: number;
  /** Rows in all. */
  readonly count: number;
}

/** Which rows are far out. */
export interface TailOptions {
  /** Columns of a row. */
  readonly dimensions: number;
  /** Those whose Euclidean norm is above this. */
  readonly radius: number;
  /** Of these, those alone whose first number is below 0, or above it; both where absent. */
  readonly side?: "below" | "above";
}

/**
 * Counts the rows that are far out. One whose norm is NaN counts, on both sides where its first number is NaN too.
 *
 * @param values `[rows, dimensions]` row-major
 * @param options which rows these are
 * @returns the counts
 *
 * @example
 * ```ts
 * import { tailOf } from "./tail_ratio.ts";
 * import assert from "node:assert/strict";
 *
 * const tail = tailOf([-7, 0, 6, 8], { dimensions: 1, radius: 6, side: "below" });
 * assert.deepEqual(tail, { beyond: 1, count: 4 });
 * ```
 */
export function tailOf(values: ArrayLike<number>, { dimensions, radius, side }: TailOptions): Tail {
  const rows = norms(values, dimensions);
  const isOnSide = (first: number) => side === undefined || !(side === "below" ? first >= 0 : first <= 0);
  const beyond = rows.reduce(
    (count, norm, row) => count + Number(!(norm <= radius) && isOnSide(values[row * dimensions])),
    0,
  );
  return { beyond, count: rows.length };
}

/**
 * P(draw far out)/P(datum far out), p/q: 1 where a model has the data's tail, 2 where it has twice as much of it.
 *
 * Both counts are binomial, which for the ratio gives sqrt(p (1 − p)/(n q²) + p² (1 − q)/(m q³)) by the delta method.
 *
 * @param draws counts of n draws
 * @param data counts of m data
 * @returns the ratio with its standard error, which is NaN where none of the draws is far out; both are not finite where
 *   none of the data is
 *
 * @example
 * ```ts
 * import { tailRatio } from "./tail_ratio.ts";
 * import assert from "node:assert/strict";
 *
 * const { value } = tailRatio({ beyond: 30, count: 1000 }, { beyond: 100, count: 5000 });
 * assert.equal(value, 1.5);
 * ```
 */
export function tailRatio(draws: Tail, data: Tail): Estimate {
  const [p, q] = [draws, data].map(({ beyond, count }) => beyond / count);
  const value = p / q;
  const relative = (1 - p) / draws.beyond + (1 - q) / data.beyond;
  return { value, standardError: value * Math.sqrt(relative) };
}
