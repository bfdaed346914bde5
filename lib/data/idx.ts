/**
 * The IDX format of MNIST: a magic number, big-endian dimensions, then raw values.
 *
 * Source: LeCun, Cortes & Burges, "The MNIST database of handwritten digits", file formats.
 *
 * @module
 */

/** An array of unsigned 8-bit values, row-major. */
export interface IdxArray {
  readonly shape: readonly number[];
  readonly values: Uint8Array;
}

/** What an IDX file must be. */
export interface IdxOptions {
  /** What to call the file in errors. */
  readonly name: string;
  /** The shape that it must have; without it any of two to four dimensions, rows first. */
  readonly shape?: readonly number[];
}

const UNSIGNED_BYTE = 0x08;
const RANKS_OF_ROWS = [2, 3, 4];

/**
 * Reads an IDX file of unsigned bytes: images, labels or rows of numbers.
 *
 * @param bytes the whole file, decompressed
 * @param options `name` for errors, and the expected `shape`
 * @returns shape and values; the values share the memory of `bytes`
 * @throws {SyntaxError} on a wrong magic number, unexpected dimensions, truncation or trailing bytes
 *
 * @example
 * ```ts
 * import { parseIdx } from "./idx.ts";
 * import assert from "node:assert/strict";
 *
 * const file = Uint8Array.of(0, 0, 8, 2, 0, 0, 0, 1, 0, 0, 0, 3, 10, 20, 30);
 * const { shape, values } = parseIdx(file, { name: "rows.idx" });
 * assert.deepEqual(shape, [1, 3]);
 * assert.deepEqual([...values], [10, 20, 30]);
 * ```
 */
export function parseIdx(bytes: Uint8Array, { name, shape: expected }: IdxOptions): IdxArray {
  const fail = (what: string) => new SyntaxError(`Cannot read ${name}: ${what}`);
  const ranks = expected === undefined ? RANKS_OF_ROWS : [expected.length];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

  if (bytes.length < 4) throw fail(`truncated: ${bytes.length} bytes, too short for a magic number`);
  const magics = ranks.map((rank) => UNSIGNED_BYTE << 8 | rank);
  const magic = view.getUint32(0);
  if (!magics.includes(magic)) {
    throw fail(`wrong magic ${hex(magic)}, expected ${magics.map(hex).join(" or ")} (unsigned 8-bit values)`);
  }

  const rank = magic & 0xff;
  const start = 4 + 4 * rank;
  if (bytes.length < start) throw fail(`truncated: ${bytes.length} bytes, the header alone has ${start}`);
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  if (expected !== undefined && shape.some((size, axis) => size !== expected[axis])) {
    throw fail(`wrong dimensions ${print(shape)}, expected ${print(expected)}`);
  }
  if (shape.includes(0)) throw fail(`wrong dimensions ${print(shape)}: each must be at least 1`);

  const size = shape.reduce((product, n) => product * n, 1);
  const got = bytes.length - start;
  if (got < size) throw fail(`truncated: ${got} values, expected ${size} for dimensions ${print(shape)}`);
  if (got > size) throw fail(`${got - size} trailing bytes after the ${size} values of ${print(shape)}`);
  return { shape, values: bytes.subarray(start) };
}

function hex(magic: number): string {
  return "0x" + magic.toString(16).padStart(8, "0");
}

function print(shape: readonly number[]): string {
  return `[${shape.join(", ")}]`;
}
