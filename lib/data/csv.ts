/**
 * Comma-separated rows of numbers.
 *
 * @module
 */

import type { NumberArray } from "./dataset.ts";

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const NOT_FINITE = /^[+-]?(nan|inf|infinity)$/i;

/**
 * Reads rows of comma-separated numbers, after an optional header line.
 *
 * The first line is a header if every cell of it has a letter and none is a number, `nan` or `inf`. Spaces around numbers, a byte-order mark,
 * Windows line ends and empty lines at the end are accepted; quotes, empty cells, `nan` and `inf` are not.
 *
 * @param text the whole file
 * @param options `name`: what to call it in errors
 * @returns shape `[rows, columns]` and the numbers
 * @throws {SyntaxError} naming the line and column of the first cell that is not a finite number, or the line
 *   that has another number of columns
 *
 * @example
 * ```ts
 * import { parseCsv } from "./csv.ts";
 * import assert from "node:assert/strict";
 *
 * const { shape, values } = parseCsv("x,y\n1,2.5\n-3,4e2\n", { name: "points.csv" });
 * assert.deepEqual(shape, [2, 2]);
 * assert.deepEqual([...values], [1, 2.5, -3, 400]);
 * ```
 */
export function parseCsv(text: string, { name }: { readonly name: string }): NumberArray {
  const fail = (what: string) => new SyntaxError(`Cannot read ${name}: ${what}`);
  const lines = text.replace(/^\uFEFF/, "").trimEnd().split(/\r?\n/);
  const first = cells(lines[0]);
  const header = first.every(isName) ? 1 : 0;
  const rows = lines.length - header, columns = first.length;
  if (text.trim() === "" || rows === 0) throw fail("no rows of numbers in it");

  const values = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const line = row + header + 1;
    const parts = cells(lines[line - 1]);
    if (parts.length !== columns) {
      throw fail(`line ${line}: ${parts.length} columns, expected ${columns} as in line 1`);
    }
    parts.forEach((part, column) => {
      const value = NUMBER.test(part) ? Number(part) : NaN;
      if (!Number.isFinite(value)) {
        throw fail(
          `line ${line}, column ${column + 1}: expected a finite number, got ${JSON.stringify(part)}`,
        );
      }
      values[row * columns + column] = value;
    });
  }
  return { shape: [rows, columns], values };
}

function isName(cell: string): boolean {
  return /\p{L}/u.test(cell) && !NUMBER.test(cell) && !NOT_FINITE.test(cell);
}

function cells(line: string): string[] {
  return line.split(",").map((cell) => cell.trim());
}
