import assert from "node:assert/strict";
import { linearProbeAccuracy } from "../../lib/evaluate/linear_probe.ts";
import { nearestNeighborAccuracy } from "../../lib/evaluate/nearest_neighbors.ts";
import { cdf, sample } from "../../lib/math/normal.ts";

/** Two normal clouds in two dimensions, at −1 and 1 of the first; the second one is stretched. */
function clouds(seed: number, rows: number) {
  const values = sample({ seed, stream: "data" }, { rows, dimensions: 2 });
  const labels = Uint8Array.from({ length: rows }, (_, row) => row % 2);
  labels.forEach((label, row) => {
    values[2 * row] += 2 * label - 1;
    values[2 * row + 1] *= 100;
  });
  return { values, labels };
}

/** Three clouds, the middle one between the others: one-hot least squares would never choose it. */
function line(seed: number, rows: number) {
  const values = sample({ seed, stream: "data" }, { rows, dimensions: 1, scale: 0.3 });
  const labels = Uint8Array.from({ length: rows }, (_, row) => row % 3);
  return { values: values.map((value, row) => value + 4 * labels[row]), labels };
}

Deno.test("linearProbeAccuracy() reaches what the best rule can for two normals, however columns are scaled", () => {
  const train = clouds(1, 4000), test = clouds(2, 4000);
  const { value, standardError } = linearProbeAccuracy({ train, test }, { dimensions: 2 });
  assert.ok(Math.abs(value - cdf(1)) < 4 * standardError, `${value} ± ${standardError}`);
  const moved = (set: typeof train) => ({
    ...set,
    values: set.values.map((x, i) => i % 2 ? x / 1e3 : 7 * x + 5),
  });
  const again = linearProbeAccuracy({ train: moved(train), test: moved(test) }, { dimensions: 2 });
  assert.ok(Math.abs(again.value - value) <= 1 / 4000);
});

Deno.test("linearProbeAccuracy() tells three separable classes in a row apart", () => {
  assert.equal(linearProbeAccuracy({ train: line(1, 300), test: line(2, 300) }, { dimensions: 1 }).value, 1);
});

Deno.test("linearProbeAccuracy() of columns that tell nothing is the part of the commonest class", () => {
  const values = new Float64Array(100).fill(3);
  const labels = Uint8Array.from({ length: 100 }, (_, i) => i < 30 ? 0 : 1);
  const set = { values, labels };
  assert.equal(linearProbeAccuracy({ train: set, test: set }, { dimensions: 1 }).value, 0.7);
});

Deno.test("nearestNeighborAccuracy() tells three separable classes apart", () => {
  const sets = { train: line(1, 300), test: line(2, 300) };
  assert.equal(nearestNeighborAccuracy(sets, { dimensions: 1 }).value, 1);
});

Deno.test("nearestNeighborAccuracy() takes a majority, of equal votes the nearest", () => {
  const train = { values: [0, 1, 2, 9], labels: [0, 1, 1, 0] };
  const guess = (x: number, neighbors: number, label: number) =>
    nearestNeighborAccuracy({ train, test: { values: [x], labels: [label] } }, { dimensions: 1, neighbors })
      .value;
  assert.equal(guess(0.1, 1, 0), 1);
  assert.equal(guess(0.1, 2, 0), 1); // one vote each: the nearest
  assert.equal(guess(0.1, 3, 1), 1);
  assert.equal(guess(0.1, 4, 0), 1); // two votes each
});

Deno.test("nearestNeighborAccuracy() of random labels is chance", () => {
  const labelled = (seed: number) => ({
    ...clouds(seed, 2000),
    values: sample({ seed, stream: "outliers" }, { rows: 2000, dimensions: 2 }),
  });
  const { value, standardError } = nearestNeighborAccuracy({ train: labelled(1), test: labelled(2) }, {
    dimensions: 2,
  });
  assert.ok(Math.abs(value - 0.5) < 4 * standardError, `${value} ± ${standardError}`);
});

Deno.test("accuracies refuse labels that do not match their rows, and too many neighbours", () => {
  const train = { values: [0, 1], labels: [0, 1] };
  for (const accuracy of [linearProbeAccuracy, nearestNeighborAccuracy]) {
    assert.throws(
      () => accuracy({ train, test: { values: [1], labels: [1, 2] } }, { dimensions: 1 }),
      /TypeError: Cannot classify .*: 2 labels of test take values \[2, 1\], got 1 numbers/,
    );
    assert.throws(
      () => accuracy({ train: { values: [], labels: [] }, test: train }, { dimensions: 1 }),
      /train must/,
    );
  }
  assert.throws(
    () => nearestNeighborAccuracy({ train, test: train }, { dimensions: 1 }),
    /from 1 to 2, got 5/,
  );
});
