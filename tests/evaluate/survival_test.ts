import assert from "node:assert/strict";
import { logSpaced, norms, survival } from "../../lib/evaluate/survival.ts";
import { tailOf, tailRatio } from "../../lib/evaluate/tail_ratio.ts";
import { sample, survival as exactSurvival } from "../../lib/math/student_t.ts";
import { near } from "../math/closeness.ts";

/** Arrays are float32. */
const FLOAT32 = 1e-7;

/** Exceeded by a right estimate with a probability of 6e-5. */
const STANDARD_ERRORS = 4;

const draws = (seed: number, { rows = 20_000, df = 4 } = {}) =>
  sample({ seed, stream: "data" }, { rows, dimensions: 1, df });

Deno.test("norms() are Euclidean, row by row", () => {
  assert.deepEqual([...norms([3, -4, 0, 0, 1, 0], 2)], [5, 0, 1]);
});

Deno.test("survival() counts what is above each radius, and neither what is on it nor its order", () => {
  const found = survival([2, 1, 2, 8], [8, 0, 1, 2, 9]);
  assert.deepEqual([...found], [0, 1, 0.75, 0.25, 0]);
  assert.deepEqual([...survival([NaN, Infinity, 1, 1], [5])], [0.5]);
  assert.ok(Number.isNaN(survival([], [1])[0]));
});

Deno.test("survival() of t draws is that of the t within its standard errors", () => {
  const radii = logSpaced({ from: 0.1, to: 20, count: 12 });
  const rows = 50_000;
  survival(draws(1, { rows }).map(Math.abs), radii).forEach((share, i) => {
    const exact = 2 * exactSurvival(radii[i], { df: 4 });
    const error = Math.sqrt(exact * (1 - exact) / rows);
    assert.ok(
      Math.abs(share - exact) < STANDARD_ERRORS * error,
      `${share} instead of ${exact} at ${radii[i]}`,
    );
  });
});

Deno.test("logSpaced() goes from one radius to the other at equal ratios", () => {
  const radii = logSpaced({ from: 0.6, to: 60, count: 5 });
  [0.6, 0.6 * Math.sqrt(10), 6, 6 * Math.sqrt(10), 60].forEach((radius, i) =>
    near(radii[i], radius, FLOAT32)
  );
});

Deno.test("tailOf() counts by norm and, of one side, by the sign of the first number", () => {
  const line = [-7, -6, 0, 5, 6.5, 9];
  const options = { dimensions: 1, radius: 6 };
  assert.deepEqual(tailOf(line, options), { beyond: 3, count: 6 });
  assert.deepEqual(tailOf(line, { ...options, side: "below" }), { beyond: 1, count: 6 });
  assert.deepEqual(tailOf(line, { ...options, side: "above" }), { beyond: 2, count: 6 });
  // Of norms 5, 13, 13 and 0 three are above 4.
  const plane = [3, 4, -5, 12, 5, -12, 0, 0];
  const count = (side?: "below" | "above") => tailOf(plane, { dimensions: 2, radius: 4, side }).beyond;
  assert.deepEqual([count(), count("below"), count("above")], [3, 1, 2]);
  assert.equal(tailOf([NaN, Infinity], options).beyond, 2);
});

Deno.test("tailRatio() of counts, by hand", () => {
  // p = 0.1 of 1,000 and q = 0.05 of 2,000; relative variances 0.9/100 + 0.95/100.
  const { value, standardError } = tailRatio({ beyond: 100, count: 1000 }, { beyond: 100, count: 2000 });
  near(value, 2, 1e-15);
  near(standardError, 2 * Math.sqrt(0.0185), 1e-15);
  assert.deepEqual(tailRatio({ beyond: 0, count: 9 }, { beyond: 1, count: 9 }), {
    value: 0,
    standardError: NaN,
  });
  assert.equal(tailRatio({ beyond: 1, count: 9 }, { beyond: 0, count: 9 }).value, Infinity);
});

Deno.test("tailRatio() of t draws is that of their tails, and scatters by its standard error", () => {
  const tail = (seed: number, scale: number) =>
    tailOf(draws(seed, { rows: 4000 }).map((x) => scale * x), { dimensions: 1, radius: 3 });
  const exact = exactSurvival(2, { df: 4 }) / exactSurvival(3, { df: 4 });
  const scores = Array.from({ length: 100 }, (_, seed) => {
    const { value, standardError } = tailRatio(tail(seed, 1.5), tail(seed + 100, 1));
    return (value - exact) / standardError;
  });
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  const square = scores.reduce((sum, score) => sum + score ** 2, 0) / scores.length;
  assert.ok(Math.abs(mean) < STANDARD_ERRORS / Math.sqrt(scores.length), `${mean} instead of 0`);
  assert.ok(Math.abs(square - 1) < STANDARD_ERRORS * Math.sqrt(2 / scores.length), `${square} instead of 1`);
});
