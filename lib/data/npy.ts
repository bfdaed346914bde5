/**
 * NumPy's .npy format: reads booleans, integers and floats in C order, writes float32.
 *
 * Source: NumPy enhancement proposal 1, format versions 1.0 to 3.0.
 *
 * @module
 */

import type { NumberArray } from "./dataset.ts";

/** How to read one value of each type; the flag is true for little-endian. */
const READERS: Readonly<Record<string, (view: DataView, offset: number, little: boolean) => number>> = {
  b1: (view, offset) => view.getUint8(offset),
  u1: (view, offset) => view.getUint8(offset),
  i1: (view, offset) => view.getInt8(offset),
  u2: (view, offset, little) => view.getUint16(offset, little),
  i2: (view, offset, little) => view.getInt16(offset, little),
  u4: (view, offset, little) => view.getUint32(offset, little),
  i4: (view, offset, little) => view.getInt32(offset, little),
  u8: (view, offset, little) => Number(view.getBigUint64(offset, little)),
  i8: (view, offset, little) => Number(view.getBigInt64(offset, little)),
  f4: (view, offset, little) => view.getFloat32(offset, little),
  f8: (view, offset, little) => view.getFloat64(offset, little),
};

const MAGIC = "\x93NUMPY";
const HEADER =
  /^\{\s*'descr':\s*'([^']*)',\s*'fortran_order':\s*(True|False),\s*'shape':\s*\(([\d,\s]*)\),?\s*\}\s*$/;

/**
 * Reads a .npy file.
 *
 * Type `u1` gives a Uint8Array, every other one a Float64Array (64-bit integers are rounded to 53 bits).
 *
 * @param bytes the whole file
 * @param options `name`: what to call it in errors
 * @returns shape and values, row-major; the values of `u1` share the memory of `bytes`
 * @throws {SyntaxError} if it is no .npy file, truncated, followed by more bytes, or of another type or order
 */
export function parseNpy(bytes: Uint8Array, { name }: { readonly name: string }): NumberArray {
  const fail = (what: string) => new SyntaxError(`Cannot read ${name}: ${what}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

  if (bytes.length < 12 || latin1(bytes.subarray(0, 6)) !== MAGIC) throw fail("not a .npy file");
  const version = bytes[6];
  if (version < 1 || version > 3) throw fail(`.npy format version ${version}, expected 1, 2 or 3`);
  const headerStart = version === 1 ? 10 : 12;
  const start = headerStart + (version === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  if (start > bytes.length) throw fail("truncated inside its header");
  const header = latin1(bytes.subarray(headerStart, start));
  const match = HEADER.exec(header);
  if (match === null) throw fail(`cannot understand its header ${header.trim()}`);
  const [, type, fortran, axes] = match;

  const read = READERS[type.slice(1)];
  if (read === undefined || !"<>|".includes(type[0])) {
    throw fail(`values of type ${type}, expected one of ${Object.keys(READERS).join(", ")}`);
  }
  const shape = axes.split(",").map((axis) => axis.trim()).filter((axis) => axis !== "").map(Number);
  if (fortran === "True" && shape.length > 1) {
    throw fail("Fortran order; save it in C order: np.save(file, np.ascontiguousarray(x))");
  }

  const size = shape.reduce((product, n) => product * n, 1);
  const width = Number(type.slice(2));
  const got = bytes.length - start;
  if (got < size * width) {
    throw fail(`truncated: ${got} bytes of values, expected ${size * width} for shape [${shape.join(", ")}]`);
  }
  if (got > size * width) throw fail(`${got - size * width} trailing bytes after its values`);

  if (read === READERS.u1) return { shape, values: bytes.subarray(start) };
  const little = type[0] !== ">";
  return {
    shape,
    values: Float64Array.from({ length: size }, (_, i) => read(view, start + i * width, little)),
  };
}

/**
 * Writes float32 values as a .npy file, little-endian, C order.
 *
 * @param values row-major
 * @param shape their shape; its product is the number of values
 * @returns the whole file, format version 1.0
 * @throws {TypeError} if the shape does not fit
 */
export function encodeNpy(values: Float32Array, shape: readonly number[]): Uint8Array<ArrayBuffer> {
  if (shape.reduce((product, n) => product * n, 1) !== values.length) {
    throw new TypeError(
      `Cannot write .npy: shape [${shape.join(", ")}] does not fit ${values.length} values`,
    );
  }
  const axes = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${axes}), }`;
  // Magic, version and length take 10 bytes; the values start at a multiple of 64, after a line feed.
  const start = Math.ceil((10 + header.length + 1) / 64) * 64;
  const bytes = new Uint8Array(start + 4 * values.length);
  const view = new DataView(bytes.buffer);
  const text = `${MAGIC}\x01\x00\x00\x00${header.padEnd(start - 11)}\n`;
  for (let i = 0; i < start; i++) bytes[i] = text.charCodeAt(i);
  view.setUint16(8, start - 10, true);
  values.forEach((value, i) => view.setFloat32(start + 4 * i, value, true));
  return bytes;
}

function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}
