import assert from "node:assert/strict";
import { affineRows, cholesky, solveLower } from "../../lib/math/cholesky.ts";
import { near } from "./closeness.ts";

/** L Lᵀ of L = [[2, 0, 0], [1, 3, 0], [-1, 2, 4]]. */
const MATRIX = [4, 2, -2, 2, 10, 5, -2, 5, 21];

/** All numbers are small integers: only a few roundings happen. */
const ROUNDING = 1e-15;

Deno.test("cholesky() factorises, and solveLower() undoes the factor", () => {
  const lower = cholesky(MATRIX, 3);
  assert.deepEqual(Array.from(lower), [2, 0, 0, 1, 3, 0, -1, 2, 4]);
  // L (1, 2, 3) = (2, 7, 15)
  const x = solveLower(lower, Float64Array.of(2, 7, 15));
  [1, 2, 3].forEach((expected, i) => near(x[i], expected, ROUNDING));
});

Deno.test("affineRows() gives loc + L t for each row", () => {
  const moved = affineRows(Float64Array.of(1, 1, 0, 2), {
    lower: Float64Array.of(2, 0, 1, 3),
    loc: Float64Array.of(10, 20),
  });
  assert.deepEqual(Array.from(moved), [12, 24, 10, 26]);
});

Deno.test("cholesky() refuses what is not positive definite, or not square", () => {
  assert.throws(() => cholesky([1, 2, 2, 1], 2), /RangeError: .*positive definite, got pivot -3 in row 1/);
  assert.throws(() => cholesky([NaN], 1), /got pivot NaN/);
  assert.throws(() => cholesky([1, 2, 3], 2), /TypeError: .*shape \[2, 2\], got 3 elements/);
});
