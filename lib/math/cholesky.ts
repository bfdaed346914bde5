/**
 * The Cholesky factor of a symmetric positive definite matrix, and solving with it. Matrices are square, row-major.
 *
 * @module
 */

/**
 * The lower triangle L with L Lᵀ = A.
 *
 * @param matrix A, `[size, size]`; only its lower triangle is read
 * @param size rows of A
 * @returns L, `[size, size]`, zero above its diagonal
 * @throws {RangeError} if A is not positive definite
 * @throws {TypeError} if A has another number of elements
 *
 * @example
 * ```ts
 * import { cholesky } from "./cholesky.ts";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(cholesky([4, 0, 2, 5], 2), Float64Array.of(2, 0, 1, 2));
 * ```
 */
export function cholesky(matrix: ArrayLike<number>, size: number): Float64Array {
  if (matrix.length !== size * size) {
    throw new TypeError(
      `Cannot factorise a matrix: it must have shape [${size}, ${size}], got ${matrix.length} elements`,
    );
  }
  const lower = new Float64Array(size * size);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column <= row; column++) {
      let rest = matrix[row * size + column];
      for (let k = 0; k < column; k++) rest -= lower[row * size + k] * lower[column * size + k];
      if (row > column) {
        lower[row * size + column] = rest / lower[column * size + column];
      } else if (rest > 0 && rest < Infinity) {
        lower[row * size + row] = Math.sqrt(rest);
      } else {
        throw new RangeError(
          `Cannot factorise a matrix: it must be positive definite, got pivot ${rest} in row ${row}`,
        );
      }
    }
  }
  return lower;
}

/**
 * Solves L y = b in place.
 *
 * @param lower L, from {@linkcode cholesky}
 * @param b the right-hand side, which becomes y
 * @returns `b`
 */
export function solveLower(lower: Float64Array, b: Float64Array): Float64Array {
  const size = b.length;
  for (let row = 0; row < size; row++) {
    let rest = b[row];
    for (let k = 0; k < row; k++) rest -= lower[row * size + k] * b[k];
    b[row] = rest / lower[row * size + row];
  }
  return b;
}

/**
 * loc + L t for each row t.
 *
 * @param standard row-major `[rows, size]`
 * @param options `lower`, L of shape `[size, size]`, and `loc`, `[size]`
 * @returns row-major `[rows, size]`
 */
export function affineRows(
  standard: Float64Array,
  { lower, loc }: { readonly lower: Float64Array; readonly loc: Float64Array },
): Float64Array {
  const size = loc.length;
  const moved = new Float64Array(standard.length);
  for (let start = 0; start < standard.length; start += size) {
    for (let row = 0; row < size; row++) {
      let sum = loc[row];
      for (let k = 0; k <= row; k++) sum += lower[row * size + k] * standard[start + k];
      moved[start + row] = sum;
    }
  }
  return moved;
}
