import assert from "node:assert/strict";
import { auroc } from "../../lib/evaluate/auroc.ts";
import { cdf, sample } from "../../lib/math/normal.ts";
import { near } from "../math/closeness.ts";

/** A few roundings of numbers near 1. */
const ROUNDING = 1e-15;

Deno.test("auroc() is 1 for separable scores, 0 the other way round and 1/2 for equal ones", () => {
  assert.deepEqual(auroc({ positive: [5, 6, 7], negative: [1, 2] }), { value: 1, standardError: 0 });
  assert.deepEqual(auroc({ positive: [1, 2], negative: [5, 6, 7] }), { value: 0, standardError: 0 });
  assert.deepEqual(auroc({ positive: [3, 3, 3], negative: [3, 3] }), { value: 0.5, standardError: 0 });
});

Deno.test("auroc() of a small case with ties, by counting pairs", () => {
  // Each positive beats 0.75 and 1 of the negatives, each negative loses to 1 and 0.75 of the positives.
  const { value, standardError } = auroc({ positive: [2, 3], negative: [1, 2] });
  near(value, 0.875, ROUNDING);
  near(standardError, Math.sqrt(2 * 0.03125 / 2), ROUNDING);
  const flipped = auroc({ positive: [1, 2], negative: [2, 3] });
  near(flipped.value, 0.125, ROUNDING);
});

Deno.test("auroc() of two normals is Φ(distance/√2) within its standard errors", () => {
  const shape = { rows: 4000, dimensions: 1 };
  const positive = sample({ seed: 1, stream: "data" }, { ...shape, loc: 1 });
  const negative = sample({ seed: 2, stream: "data" }, shape);
  const { value, standardError } = auroc({ positive, negative });
  assert.ok(Math.abs(value - cdf(Math.SQRT1_2)) < 4 * standardError, `${value} ± ${standardError}`);
  // Hanley & McNeil's error is within a tenth of DeLong's for normals.
  const [q1, q2] = [value / (2 - value), 2 * value ** 2 / (1 + value)];
  const hanley = Math.sqrt((value * (1 - value) + 3999 * (q1 + q2 - 2 * value ** 2)) / 4000 ** 2);
  assert.ok(Math.abs(standardError / hanley - 1) < 0.1, `${standardError} beside ${hanley}`);
});

Deno.test("auroc() refuses scores of one kind, and NaN", () => {
  assert.throws(() => auroc({ positive: [], negative: [1] }), /got 0 positive and 1 negative/);
  assert.throws(() => auroc({ positive: [NaN], negative: [1] }), /must be numbers, got NaN/);
});
