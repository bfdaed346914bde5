/**
 * Classifying by the nearest examples.
 *
 * @module
 */

import { accuracy, checkLabelled, type LabelledSets } from "./labelled.ts";
import type { Estimate } from "./metric.ts";

/**
 * The part of the test rows whose class most of their k nearest training rows have, by Euclidean distance.
 *
 * Of classes with equally many votes the one whose member is nearest wins; of rows at equal distances the earlier one is
 * nearer. Every pair is compared: train · test · dimensions operations.
 *
 * @param sets rows of `dimensions` columns, with labels
 * @param options `dimensions`, and k, `neighbors`, 5 by default
 * @returns accuracy in [0, 1] with its binomial standard error
 * @throws {TypeError} if rows and labels do not match
 * @throws {RangeError} if there are fewer than k training rows, or no test rows
 *
 * @example
 * ```ts
 * import { nearestNeighborAccuracy } from "./nearest_neighbors.ts";
 * import assert from "node:assert/strict";
 *
 * const train = { values: [0, 1, 10, 11], labels: [0, 0, 1, 1] };
 * const test = { values: [2, 9], labels: [0, 1] };
 * assert.equal(nearestNeighborAccuracy({ train, test }, { dimensions: 1, neighbors: 2 }).value, 1);
 * ```
 */
export function nearestNeighborAccuracy(
  sets: LabelledSets,
  { dimensions, neighbors = 5 }: { readonly dimensions: number; readonly neighbors?: number },
): Estimate {
  checkLabelled(sets, { action: "classify by nearest neighbours", dimensions });
  const { train, test } = sets;
  const count = train.labels.length;
  if (!Number.isInteger(neighbors) || neighbors < 1 || neighbors > count) {
    throw new RangeError(
      `Cannot classify by nearest neighbours: neighbors must be an integer from 1 to ${count}, got ${neighbors}`,
    );
  }
  const points = Float64Array.from(train.values);
  const point = new Float64Array(dimensions);
  const distances = new Float64Array(neighbors);
  const nearest = new Uint32Array(neighbors);
  let right = 0;
  for (let row = 0; row < test.labels.length; row++) {
    for (let i = 0; i < dimensions; i++) point[i] = test.values[row * dimensions + i];
    distances.fill(Infinity);
    for (let other = 0, start = 0; other < count; other++, start += dimensions) {
      let distance = 0;
      for (let i = 0; i < dimensions; i++) distance += (point[i] - points[start + i]) ** 2;
      if (!(distance < distances[neighbors - 1])) continue;
      let place = neighbors - 1;
      for (; place > 0 && distances[place - 1] > distance; place--) {
        distances[place] = distances[place - 1];
        nearest[place] = nearest[place - 1];
      }
      distances[place] = distance;
      nearest[place] = other;
    }
    if (majority(Array.from(nearest, (other) => train.labels[other])) === test.labels[row]) right++;
  }
  return accuracy(right, test.labels.length);
}

/** The commonest label; of several the one that comes first. */
function majority(labels: readonly number[]): number {
  const votes = new Map<number, number>();
  for (const label of labels) votes.set(label, (votes.get(label) ?? 0) + 1);
  const most = Math.max(...votes.values());
  return labels.find((label) => votes.get(label) === most)!;
}
