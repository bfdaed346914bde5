import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { gunzip } from "../../lib/data/gzip.ts";
import { parseIdx } from "../../lib/data/idx.ts";
import { idx } from "./files.ts";

const name = "images.idx";

Deno.test("parseIdx() reads labels, rows and images of unsigned bytes", () => {
  assert.deepEqual(parseIdx(idx([3], [7, 8, 9]), { name, shape: [3] }), {
    shape: [3],
    values: Uint8Array.of(7, 8, 9),
  });
  for (const shape of [[2, 3], [2, 3, 1], [1, 1, 2, 3]]) {
    assert.deepEqual(parseIdx(idx(shape, [1, 2, 3, 4, 5, 6]), { name }).shape, shape);
  }
});

Deno.test("parseIdx() reads a view that does not begin at its buffer's start", () => {
  const file = idx([2, 2], [1, 2, 3, 4]);
  const shifted = new Uint8Array(file.length + 5);
  shifted.set(file, 5);
  assert.deepEqual([...parseIdx(shifted.subarray(5), { name }).values], [1, 2, 3, 4]);
});

const GOOD = idx([2, 2, 1], [1, 2, 3, 4]);

/** Each defect, and what its error must say. */
const DEFECTS: Readonly<Record<string, { bytes: Uint8Array; shape?: number[]; message: RegExp }>> = {
  "an empty file": { bytes: new Uint8Array(), message: /truncated: 0 bytes/ },
  "gzip taken for IDX": {
    bytes: new Uint8Array(gzipSync(GOOD)),
    message: /wrong magic 0x1f8b0800, expected 0x00000802 or 0x00000803 or 0x00000804/,
  },
  "labels taken for images": {
    bytes: idx([4], [1, 2, 3, 4]),
    shape: [2, 2, 1],
    message: /wrong magic 0x00000801, expected 0x00000803 \(unsigned 8-bit values\)/,
  },
  "floats": { bytes: Uint8Array.of(0, 0, 0x0d, 2, 0, 0, 0, 1), message: /wrong magic 0x00000d02/ },
  "a header cut off": {
    bytes: GOOD.subarray(0, 10),
    message: /truncated: 10 bytes, the header alone has 16/,
  },
  "other dimensions": {
    bytes: GOOD,
    shape: [2, 1, 2],
    message: /wrong dimensions \[2, 2, 1\], expected \[2, 1, 2\]/,
  },
  "no examples": { bytes: idx([0, 5], []), message: /wrong dimensions \[0, 5\]: each must be at least 1/ },
  "one value missing": {
    bytes: GOOD.subarray(0, GOOD.length - 1),
    message: /truncated: 3 values, expected 4 for dimensions \[2, 2, 1\]/,
  },
  "one value too many": { bytes: Uint8Array.of(...GOOD, 0), message: /1 trailing bytes after the 4 values/ },
};

for (const [defect, { bytes, shape, message }] of Object.entries(DEFECTS)) {
  Deno.test(`parseIdx() rejects ${defect} by name`, () => {
    assert.throws(() => parseIdx(bytes, { name, shape }), (error) => {
      assert.ok(error instanceof SyntaxError);
      assert.match(error.message, message);
      assert.match(error.message, /^Cannot read images\.idx: [^\n]*$/);
      return true;
    });
  });
}

Deno.test("gunzip() gives the content, and names the file that is corrupt or truncated", () => {
  const packed = new Uint8Array(gzipSync(GOOD));
  assert.deepEqual(gunzip(packed, "a.gz"), GOOD);
  const flipped = packed.slice();
  flipped[flipped.length - 8] ^= 1; // a bit of its checksum
  for (
    const bad of [packed.subarray(0, packed.length - 3), flipped, Uint8Array.of(1, 2, 3), new Uint8Array()]
  ) {
    assert.throws(() => gunzip(bad, "a.gz"), {
      name: "SyntaxError",
      message: /^Cannot read a\.gz: corrupt gzip/,
    });
  }
});
