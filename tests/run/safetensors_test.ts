import assert from "node:assert/strict";
import fc from "fast-check";
import { decode, encode, type StoredTensor } from "../../lib/run/safetensors.ts";

/** A file as the format's description lays it out, written by hand. */
function file(header: unknown, data: readonly number[] = []): Uint8Array {
  const text = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  return Uint8Array.of(text.length & 255, text.length >> 8, 0, 0, 0, 0, 0, 0, ...text, ...data);
}

/** Any bits at all as float32, NaN payloads and all; compared as bits. */
const floats = fc.uint8Array({ maxLength: 10 }).map((bytes) =>
  new Float32Array(
    Uint8Array.from(bytes).buffer
      .slice(0, bytes.length - bytes.length % 4),
  )
);
const tensor: fc.Arbitrary<StoredTensor> = fc.oneof(floats, fc.uint8Array({ maxLength: 5 })).map((data) => ({
  shape: [1, data.length],
  data: data as Float32Array | Uint8Array,
}));
const content = fc.record({
  tensors: fc.array(fc.tuple(fc.string({ unit: "grapheme" }), tensor), { maxLength: 5 }).map((entries) =>
    new Map(entries.filter(([name]) => name !== "__metadata__"))
  ),
  metadata: fc.dictionary(fc.string(), fc.string(), { maxKeys: 3, noNullPrototype: true }),
});

function bits(tensors: ReadonlyMap<string, StoredTensor>): unknown {
  return new Map(
    [...tensors].map(([name, { shape, data }]) => [
      name,
      [shape, data.constructor.name, [...new Uint8Array(data.buffer, data.byteOffset, data.byteLength)]],
    ]),
  );
}

Deno.test("encode() writes the layout of the format's description", () => {
  const bytes = encode(
    new Map<string, StoredTensor>([
      ["mask", { shape: [3], data: Uint8Array.of(7, 8, 9) }],
      ["b", { shape: [], data: Float32Array.of(-2) }],
      ["a", { shape: [1, 2], data: Float32Array.of(1, 0.5) }],
    ]),
    { z: "1", y: "2" },
  );
  const header = '{"__metadata__":{"y":"2","z":"1"},' +
    '"a":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},' +
    '"b":{"dtype":"F32","shape":[],"data_offsets":[8,12]},' +
    '"mask":{"dtype":"U8","shape":[3],"data_offsets":[12,15]}}';
  const padded = header.padEnd(Math.ceil(header.length / 8) * 8);
  const data = [0, 0, 0x80, 0x3f, 0, 0, 0, 0x3f, 0, 0, 0, 0xc0, 7, 8, 9];
  assert.deepEqual(bytes, file(padded, data));
});

Deno.test("decode() gives back what encode() was given, bit by bit", () => {
  fc.assert(fc.property(content, ({ tensors, metadata }) => {
    const back = decode(encode(tensors, metadata), "x");
    assert.deepEqual(bits(back.tensors), bits(tensors));
    assert.deepEqual(back.metadata, metadata);
  }));
});

Deno.test("encode() gives the same bytes whatever the order of its input", () => {
  fc.assert(fc.property(content, ({ tensors, metadata }) => {
    const reversed = Object.fromEntries(Object.entries(metadata).reverse());
    assert.deepEqual(encode(new Map([...tensors].reverse()), reversed), encode(tensors, metadata));
  }));
});

Deno.test("decode() rejects every truncated or lengthened file by name", () => {
  fc.assert(fc.property(content, fc.nat(), ({ tensors, metadata }, n) => {
    const bytes = encode(tensors, metadata);
    const isRejection = (error: unknown) =>
      error instanceof SyntaxError && error.message.includes("f.safetensors");
    assert.throws(() => decode(bytes.subarray(0, n % bytes.length), "f.safetensors"), isRejection);
    assert.throws(() => decode(Uint8Array.of(...bytes, 0), "f.safetensors"), isRejection);
  }));
});

Deno.test("encode() rejects a wrong number of elements and the reserved name", () => {
  const data = new Float32Array(3);
  assert.throws(
    () => encode(new Map([["w", { shape: [2, 2], data }]]), {}),
    /^TypeError: Cannot write safetensors: w of shape \[2, 2\] must have 4 elements, got 3$/,
  );
  assert.throws(() => encode(new Map([["__metadata__", { shape: [3], data }]]), {}), RangeError);
});

const ENTRY = { dtype: "U8", shape: [2], data_offsets: [0, 2] };

const CORRUPT: readonly (readonly [defect: string, bytes: Uint8Array, message: RegExp])[] = [
  ["no header length", Uint8Array.of(1, 2), /at least 8 bytes, got 2/],
  [
    "a header longer than the file",
    Uint8Array.of(9, 0, 0, 0, 0, 0, 0, 1, 0),
    /to have 72057594037927945 bytes/,
  ],
  ["a header that is not UTF-8", Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, 255), /not UTF-8/],
  ["a header that is not JSON", file("{"), /the header of f: it is not valid JSON/],
  ["a header that is no object", file([]), /must be a JSON object/],
  ["metadata that is no text", file({ __metadata__: { a: 1 } }), /__metadata__ must hold texts only/],
  ["an entry that is no object", file({ a: 3 }), /type of a must be F32 or U8, got undefined/],
  ["another type", file({ a: { ...ENTRY, dtype: "F16" } }, [0, 0]), /type of a must be F32 or U8, got "F16"/],
  ["a negative size", file({ a: { ...ENTRY, shape: [-2] } }, [0, 0]), /shape of a must be .* got \[-2\]/],
  ["one offset", file({ a: { ...ENTRY, data_offsets: [0] } }, [0, 0]), /two integers >= 0, got \[0\]/],
  [
    "offsets that do not fit the shape",
    file({ a: { ...ENTRY, shape: [3] } }, [0, 0]),
    /must take 3 bytes, got 2/,
  ],
  [
    "offsets in reverse",
    file({ a: { ...ENTRY, data_offsets: [2, 0] } }, [0, 0]),
    /must take 2 bytes, got -2/,
  ],
  [
    "overlapping tensors",
    file({ a: ENTRY, b: { ...ENTRY, data_offsets: [1, 3] } }, [0, 0, 0]),
    /data of b must start at byte 2, got 1: tensors overlap/,
  ],
  ["a gap", file({ a: { ...ENTRY, data_offsets: [1, 3] } }, [0, 0, 0]), /must start at byte 0, got 1/],
  ["missing data", file({ a: ENTRY }, [0]), /truncated: 2 bytes of data announced, 1 found/],
  ["trailing bytes", file({ a: ENTRY }, [0, 0, 0]), /1 trailing bytes/],
];

for (const [defect, bytes, message] of CORRUPT) {
  Deno.test(`decode() rejects ${defect}`, () => {
    assert.throws(() => decode(bytes, "f"), (error) => {
      assert(error instanceof SyntaxError);
      assert.match(error.message, message);
      assert(!error.message.includes("\n"));
      return true;
    });
  });
}
