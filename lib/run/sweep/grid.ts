/**
 * From a sweep's grids and random search to the settings of its cells.
 *
 * @module
 */

import { generator } from "../../math/philox.ts";
import type { JsonValue } from "../json.ts";
import type { Grid, RandomSearch, Range } from "./file.ts";

/** What a cell sets, by dotted key, in the order of its file. */
export type Settings = Readonly<Record<string, JsonValue>>;

/** Digits that drawn numbers are rounded to: enough to search with, and short enough to read. */
const DIGITS = 6;

/** How many cells a grid has. */
export function gridSize(grid: Grid): number {
  return Object.values(grid).reduce((product, values) => product * values.length, 1);
}

/**
 * Every combination of a grid's values, the last key changing fastest.
 *
 * @param grid values by key
 * @returns one record for each combination
 *
 * @example
 * ```ts
 * import { gridSettings } from "./grid.ts";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(gridSettings({ a: [1, 2], b: [3, 4] }), [
 *   { a: 1, b: 3 },
 *   { a: 1, b: 4 },
 *   { a: 2, b: 3 },
 *   { a: 2, b: 4 },
 * ]);
 * ```
 */
export function gridSettings(grid: Grid): readonly Settings[] {
  return Object.entries(grid).reduce<readonly Settings[]>(
    (combinations, [key, values]) =>
      combinations.flatMap((settings) => values.map((value) => ({ ...settings, [key]: value }))),
    [{}],
  );
}

/**
 * Draws the cells of a random search.
 *
 * A trial's draws depend on the seed and its own number alone: more trials leave those before them as they are.
 * Numbers that are no integers have six significant digits.
 *
 * @param search how many, from where, and the seed
 * @returns one record for each trial
 *
 * @example
 * ```ts
 * import { randomSettings } from "./grid.ts";
 * import assert from "node:assert/strict";
 *
 * const space = { "optimizer.learningRate": { min: 1e-4, max: 1e-2, log: true } };
 * const few = randomSettings({ trials: 2, space, seed: 0 });
 * assert.deepEqual(randomSettings({ trials: 3, space, seed: 0 }).slice(0, 2), few);
 * ```
 */
export function randomSettings({ trials, space, seed }: RandomSearch): readonly Settings[] {
  return Array.from({ length: trials }, (_, trial) => {
    const random = generator({ seed, stream: "search", step: trial });
    return Object.fromEntries(Object.entries(space).map(([key, values]) => [key, draw(values, random())]));
  });
}

/** The value at a place from 0 to 1 of a list or a range. */
function draw(values: readonly JsonValue[] | Range, place: number): JsonValue {
  if (isList(values)) return values[Math.floor(place * values.length)];
  const { min, max, log = false, integer = false } = values;
  const end = integer ? max + 1 : max;
  const drawn = log ? min * (end / min) ** place : min + (end - min) * place;
  const rounded = integer ? Math.floor(drawn) : Number(drawn.toPrecision(DIGITS));
  return Math.min(Math.max(rounded, min), max);
}

/** Tells lists from ranges, which `Array.isArray` does not for types of readonly arrays. */
function isList(values: readonly JsonValue[] | Range): values is readonly JsonValue[] {
  return Array.isArray(values);
}
