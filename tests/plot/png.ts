/** A PNG reader for tests: gray with alpha, unfiltered rows, checksums verified. */

import assert from "node:assert/strict";
import { crc32, inflateSync } from "node:zlib";

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Gray and alpha, `[height, width, 2]`. */
  readonly pixels: readonly number[];
}

export function decodePng(png: Uint8Array): Picture {
  assert.deepEqual([...png.subarray(0, 8)], [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]);
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  const chunks = new Map<string, Uint8Array>();
  for (let at = 8; at < png.length;) {
    const length = view.getUint32(at);
    const body = png.subarray(at + 4, at + 8 + length);
    assert.equal(view.getUint32(at + 8 + length), crc32(body), "checksum");
    chunks.set(new TextDecoder().decode(body.subarray(0, 4)), body.subarray(4));
    at += 12 + length;
  }
  assert.deepEqual([...chunks.keys()], ["IHDR", "IDAT", "IEND"]);
  const header = chunks.get("IHDR")!;
  const size = new DataView(header.buffer, header.byteOffset, header.byteLength);
  const [width, height] = [size.getUint32(0), size.getUint32(4)];
  assert.deepEqual([...header.subarray(8)], [8, 4, 0, 0, 0], "8 bits, gray with alpha, not interlaced");
  const rows = inflateSync(chunks.get("IDAT")!);
  assert.equal(rows.length, height * (1 + 2 * width));
  const pixels = Array.from({ length: height }, (_, y) => {
    const row = rows.subarray(y * (1 + 2 * width), (y + 1) * (1 + 2 * width));
    assert.equal(row[0], 0, "no filter");
    return [...row.subarray(1)];
  }).flat();
  return { width, height, pixels };
}
