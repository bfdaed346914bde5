import assert from "node:assert/strict";
import { linearTimeMmd, medianBandwidth, quadraticMmd } from "../../lib/evaluate/mmd.ts";
import { sample } from "../../lib/math/normal.ts";
import { near } from "../math/closeness.ts";

/** Kernels are kept in float32. */
const FLOAT32 = 1e-7;

const draws = (seed: number, { rows = 200, dimensions = 2, loc = 0 } = {}) =>
  sample({ seed, stream: "data" }, { rows, dimensions, loc });

/** MMD² between N(0, I) and N(loc, I) in d dimensions, by Gaussian integrals. */
function exactMmd(
  { loc, dimensions, bandwidth }: { loc: number; dimensions: number; bandwidth: number },
): number {
  const spread = bandwidth ** 2 + 2;
  const factor = (bandwidth ** 2 / spread) ** (dimensions / 2);
  return 2 * factor * -Math.expm1(-dimensions * loc ** 2 / (2 * spread));
}

Deno.test("quadraticMmd() of two points each, by hand", () => {
  const { value, bandwidth } = quadraticMmd({ x: [0, 1], y: [0, 2] }, { dimensions: 1, bandwidth: 1 });
  const k = (distance: number) => Math.exp(-(distance ** 2) / 2);
  assert.equal(bandwidth, 1);
  near(value, k(1) + k(2) - (k(0) + k(2) + k(1) + k(1)) / 2, FLOAT32);
});

Deno.test("linearTimeMmd() of two points each, by hand", () => {
  const k = (distance: number) => Math.exp(-(distance ** 2) / 2);
  const { value } = linearTimeMmd({ x: [0, 1, 5], y: [0, 2] }, { dimensions: 1, bandwidth: 1 });
  near(value, k(1) + k(2) - k(2) - k(1), FLOAT32);
});

Deno.test("medianBandwidth() is the median of all distances, 1 where rows are equal", () => {
  assert.equal(medianBandwidth({ x: [0, 1], y: [3] }, { dimensions: 1 }), 2);
  assert.equal(medianBandwidth({ x: [0, 0, 3, 4], y: [0, 0] }, { dimensions: 2 }), 5);
  assert.equal(medianBandwidth({ x: [4, 4], y: [4] }, { dimensions: 1 }), 1);
});

for (const [name, mmd] of Object.entries({ quadraticMmd, linearTimeMmd })) {
  Deno.test(`${name}() is on average what Gaussian integrals give`, () => {
    const options = { dimensions: 2, bandwidth: 1.5 };
    for (const loc of [0, 0.5, 2]) {
      const values = Array.from(
        { length: 40 },
        (_, seed) => mmd({ x: draws(seed), y: draws(seed + 100, { loc }) }, options).value,
      );
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
      const error = Math.sqrt(variance / values.length);
      const exact = exactMmd({ loc, ...options });
      assert.ok(Math.abs(mean - exact) < 4 * error, `${mean} ± ${error} instead of ${exact}`);
    }
  });

  Deno.test(`${name}() finds no difference between equal distributions, and one between shifted ones`, () => {
    const options = { dimensions: 2, permutations: 99 };
    const pValues = Array.from(
      { length: 20 },
      (_, seed) => mmd({ x: draws(seed), y: draws(seed + 100) }, { ...options, seed }).pValue!,
    );
    // The mean of 20 uniform numbers is in here with a probability of 0.9999.
    const mean = pValues.reduce((sum, p) => sum + p, 0) / 20;
    assert.ok(mean > 0.25 && mean < 0.75, `${pValues}`);
    assert.equal(mmd({ x: draws(0), y: draws(100, { loc: 1.5 }) }, options).pValue, 0.01);
  });

  Deno.test(`${name}() has the greatest p-value for one set against itself or all rows equal`, () => {
    const x = draws(0, { rows: 50 });
    assert.ok(mmd({ x, y: x }, { dimensions: 2, permutations: 19 }).pValue! > 0.5);
    const flat = mmd({ x: [1, 1], y: [1, 1] }, { dimensions: 1, permutations: 19 });
    assert.deepEqual([flat.value, flat.pValue], [0, 1]);
  });

  Deno.test(`${name}() refuses too few rows and options out of range`, () => {
    assert.throws(() => mmd({ x: [1], y: [1, 2] }, { dimensions: 1 }), /at least 2 rows, got 1/);
    assert.throws(() => mmd({ x: [1, NaN], y: [1, 2] }, { dimensions: 1 }), /must be finite, got NaN at 1/);
    assert.throws(() => mmd({ x: [1, 2, 3], y: [1, 2] }, { dimensions: 2 }), /rows of 2 numbers, got 3/);
    const x = [1, 2];
    assert.throws(() => mmd({ x, y: x }, { dimensions: 1, bandwidth: 0 }), /bandwidth must .* got 0/);
    assert.throws(
      () => mmd({ x, y: x }, { dimensions: 1, permutations: 0.5 }),
      /permutations must .* got 0.5/,
    );
  });

  Deno.test(`${name}() scatters by its standard error`, () => {
    const options = { dimensions: 2, bandwidth: 2 };
    const loc = 1;
    const scores = Array.from({ length: 100 }, (_, seed) => {
      const y = draws(seed + 200, { loc, rows: 300 });
      const { value, standardError } = mmd({ x: draws(seed), y }, options);
      return (value - exactMmd({ loc, ...options })) / standardError;
    });
    const square = scores.reduce((sum, score) => sum + score ** 2, 0) / scores.length;
    assert.ok(Math.abs(square - 1) < 4 * Math.sqrt(2 / scores.length), `${square} instead of 1`);
  });
}
