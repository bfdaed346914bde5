/**
 * The safetensors file format: named arrays behind a JSON header.
 *
 * Source: https://huggingface.co/docs/safetensors, "Format".
 *
 * @module
 */

import { isObject, parseJson } from "./json.ts";

/** An array with its shape: float32 (`F32` in the file) or bytes (`U8`). */
export interface StoredTensor {
  /** Sizes of the axes; none for a single number. */
  readonly shape: readonly number[];
  /** Row-major. */
  readonly data: Float32Array | Uint8Array;
}

/** What a file holds. */
export interface Safetensors {
  /** Arrays by name. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** Texts by name. */
  readonly metadata: Readonly<Record<string, string>>;
}

const LENGTH_BYTES = 8;
const METADATA = "__metadata__";
const BYTES = { F32: 4, U8: 1 } as const;
type Dtype = keyof typeof BYTES;

interface Entry {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/**
 * Writes tensors as a safetensors file. Equal content gives equal bytes: tensors are sorted, float32 before bytes
 * (which keeps them aligned), then by name.
 *
 * @param tensors row-major arrays by name
 * @param metadata texts by name
 * @returns the file's bytes
 * @throws {TypeError} if an array does not have its shape's number of elements
 * @throws {RangeError} if a tensor has the reserved name `__metadata__`
 *
 * @example
 * ```ts
 * import { decode, encode } from "./safetensors.ts";
 * import assert from "node:assert/strict";
 *
 * const tensors = new Map([["bias", { shape: [2], data: Float32Array.of(1, 2) }]]);
 * assert.deepEqual(decode(encode(tensors, { step: "7" }), "memory"), { tensors, metadata: { step: "7" } });
 * ```
 */
export function encode(
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  const sorted = [...tensors].sort(([a, { data: x }], [b, { data: y }]) =>
    y.BYTES_PER_ELEMENT - x.BYTES_PER_ELEMENT || (a < b ? -1 : 1)
  );
  const entries: [string, unknown][] = [[METADATA, sortKeys(metadata)]];
  let length = 0;
  for (const [name, { shape, data }] of sorted) {
    if (name === METADATA) throw new RangeError(`Cannot write safetensors: the name ${name} is reserved`);
    if (elements(shape) !== data.length) {
      throw new TypeError(
        `Cannot write safetensors: ${name} of shape [${shape.join(", ")}] must have ${elements(shape)} ` +
          `elements, got ${data.length}`,
      );
    }
    const end = length + data.byteLength;
    const dtype: Dtype = data instanceof Float32Array ? "F32" : "U8";
    entries.push([name, { dtype, shape, data_offsets: [length, end] }]);
    length = end;
  }

  // Object.fromEntries would move names that look like array indices to the front.
  const json = entries.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(",");
  const header = new TextEncoder().encode(`{${json}}`);
  const headerLength = Math.ceil(header.length / 8) * 8;
  const file = new Uint8Array(LENGTH_BYTES + headerLength + length);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerLength), true);
  file.fill(0x20, LENGTH_BYTES + header.length, LENGTH_BYTES + headerLength);
  file.set(header, LENGTH_BYTES);
  let at = LENGTH_BYTES + headerLength;
  for (const [, { data }] of sorted) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return file;
}

/**
 * Reads a safetensors file, trusting nothing in it.
 *
 * @param bytes the file
 * @param name the file's name, for errors
 * @returns copies of its arrays, in the header's order, and its metadata
 * @throws {SyntaxError} naming the file and the defect: header, offsets, type, truncation, trailing bytes
 */
export function decode(bytes: Uint8Array, name: string): Safetensors {
  const reject = (defect: string) => new SyntaxError(`Cannot read ${name}: ${defect}`);
  if (bytes.length < LENGTH_BYTES) {
    throw reject(`a safetensors file has at least ${LENGTH_BYTES} bytes, got ${bytes.length}`);
  }
  const headerLength = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (headerLength > bytes.length - LENGTH_BYTES) {
    throw reject(
      `its header is to have ${headerLength} bytes, but only ${bytes.length - LENGTH_BYTES} follow; ` +
        "it is truncated or no safetensors file",
    );
  }
  const start = LENGTH_BYTES + Number(headerLength);
  const { entries, metadata } = readHeader(bytes.subarray(LENGTH_BYTES, start), { name, reject });

  let expected = 0;
  for (const { name, begin, end } of entries.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== expected) {
      throw reject(
        `the data of ${name} must start at byte ${expected}, got ${begin}: tensors overlap or leave a gap`,
      );
    }
    expected = end;
  }
  const stored = bytes.length - start;
  if (stored < expected) {
    throw reject(`it is truncated: ${expected} bytes of data announced, ${stored} found`);
  }
  if (stored > expected) throw reject(`${stored - expected} trailing bytes follow its data`);

  const tensors = new Map(entries.map(({ name, dtype, shape, begin, end }) => {
    const data = bytes.slice(start + begin, start + end);
    return [name, { shape, data: dtype === "F32" ? new Float32Array(data.buffer) : data }];
  }));
  return { tensors, metadata };
}

function readHeader(
  bytes: Uint8Array,
  { name, reject }: { name: string; reject: (defect: string) => SyntaxError },
): { entries: Entry[]; metadata: Record<string, string> } {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw reject("its header is not UTF-8 text");
  }
  const header = parseJson(text, `the header of ${name}`);
  if (!isObject(header)) throw reject("its header must be a JSON object");
  const { [METADATA]: metadata = {}, ...tensors } = header;
  if (!isObject(metadata) || Object.values(metadata).some((value) => typeof value !== "string")) {
    throw reject(`${METADATA} must hold texts only`);
  }
  const entries = Object.entries(tensors).map(([name, entry]): Entry => {
    const { dtype, shape, data_offsets: offsets } = isObject(entry) ? entry : {};
    if (dtype !== "F32" && dtype !== "U8") {
      throw reject(`the type of ${name} must be F32 or U8, got ${JSON.stringify(dtype)}`);
    }
    if (!isCounts(shape)) {
      throw reject(`the shape of ${name} must be integers >= 0, got ${JSON.stringify(shape)}`);
    }
    if (!isCounts(offsets) || offsets.length !== 2) {
      throw reject(`the data offsets of ${name} must be two integers >= 0, got ${JSON.stringify(offsets)}`);
    }
    const [begin, end] = offsets;
    const size = elements(shape) * BYTES[dtype];
    if (end - begin !== size) {
      throw reject(
        `${name} of type ${dtype} and shape [${shape.join(", ")}] must take ${size} bytes, got ${
          end - begin
        }`,
      );
    }
    return { name, dtype, shape, begin, end };
  });
  return { entries, metadata: metadata as Record<string, string> };
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
}

function elements(shape: readonly number[]): number {
  return shape.reduce((product, n) => product * n, 1);
}

function sortKeys<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => a < b ? -1 : 1));
}
