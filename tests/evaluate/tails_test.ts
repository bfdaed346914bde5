import assert from "node:assert/strict";
import { quantile } from "../../lib/evaluate/quantile.ts";
import { tailIndex } from "../../lib/evaluate/tail_index.ts";
import { generator } from "../../lib/math/philox.ts";
import { survival } from "../../lib/math/student_t.ts";
import { sample } from "../../lib/math/student_t.ts";

/** Exceeded by a right estimate with a probability of 6e-5. */
const STANDARD_ERRORS = 4;

function pareto(count: number, index: number): Float64Array {
  const random = generator({ seed: 3, stream: "data" });
  return Float64Array.from({ length: count }, () => random() ** (-1 / index));
}

for (const index of [0.5, 1, 3, 8]) {
  Deno.test(`tailIndex() finds the index ${index} of Pareto draws, whatever k`, () => {
    const draws = pareto(20_000, index);
    for (const largest of [50, 1000, 10_000]) {
      const { value, standardError } = tailIndex(draws, { largest });
      assert.ok(
        Math.abs(value - index) < STANDARD_ERRORS * standardError,
        `${value} ± ${standardError} at ${largest}`,
      );
    }
  });
}

Deno.test("tailIndex() scatters by its standard error", () => {
  const draws = pareto(200_000, 2);
  const largest = 100;
  const scores = Array.from({ length: 200 }, (_, i) => {
    const { value, standardError } = tailIndex(draws.subarray(1000 * i, 1000 * (i + 1)), { largest });
    return (value - 2) / standardError;
  });
  const square = scores.reduce((sum, score) => sum + score ** 2, 0) / scores.length;
  assert.ok(Math.abs(square - 1) < STANDARD_ERRORS * Math.sqrt(2 / scores.length), `${square} instead of 1`);
});

for (const df of [1, 2, 3]) {
  Deno.test(`tailIndex() finds the df ${df} of t draws in their far tail`, () => {
    const draws = sample({ seed: 5, stream: "data" }, { rows: 200_000, dimensions: 1, df });
    const { value, standardError } = tailIndex(draws, { largest: 200 });
    assert.ok(Math.abs(value - df) < STANDARD_ERRORS * standardError, `${value} ± ${standardError}`);
  });
}

Deno.test("tailIndex() refuses a k that leaves nothing, and has an answer for equal values", () => {
  assert.throws(() => tailIndex([1, 2], { largest: 2 }), /from 1 to 1 \(there are 2 values\), got 2/);
  assert.throws(() => tailIndex([]), /RangeError/);
  assert.equal(tailIndex([2, -2, 1], { largest: 1 }).value, Infinity);
  assert.equal(tailIndex([0, 0, 0], { largest: 1 }).value, Infinity);
  assert.equal(tailIndex([0, 0, 1], { largest: 1 }).value, 0);
});

Deno.test("quantile() interpolates as R's definition 7", () => {
  // quantile(c(1, 2, 4, 8, 16), c(0, 0.1, 0.5, 0.9, 1)) of R
  const expected = [1, 1.4, 4, 12.8, 16];
  [0, 0.1, 0.5, 0.9, 1].forEach((p, i) => {
    assert.ok(Math.abs(quantile([1, 2, 4, 8, 16], p).value - expected[i]) < 1e-14);
  });
  assert.throws(() => quantile([], 0.5), /must be draws/);
  assert.throws(() => quantile([1], 1.5), /p must be in \[0, 1\], got 1.5/);
});

Deno.test("quantile() of t draws is within its standard errors of where it should be", () => {
  const draws = sample({ seed: 6, stream: "data" }, { rows: 50_000, dimensions: 1, df: 4 }).sort();
  for (const p of [0.001, 0.01, 0.5, 0.99, 0.999]) {
    const { value, standardError } = quantile(draws, p);
    assert.ok(standardError > 0);
    for (const sign of [-1, 1]) {
      const beside = survival(value + sign * STANDARD_ERRORS * standardError, { df: 4 });
      assert.ok(sign < 0 ? beside > 1 - p : beside < 1 - p, `${value} ± ${standardError} for ${p}`);
    }
  }
});
