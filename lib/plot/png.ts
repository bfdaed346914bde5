/**
 * Writing gray pictures as PNG.
 *
 * @module
 */

import { crc32, deflateSync } from "node:zlib";

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const BIT_DEPTH = 8;
const GRAY_WITH_ALPHA = 4;

/**
 * Encodes gray pixels with transparency as a PNG file.
 *
 * The same pixels give the same bytes.
 *
 * @param pixels gray (0 black, 255 white) and alpha (0 clear, 255 opaque) of each, `[height, width, 2]` row-major
 * @param size `width` and `height` in pixels
 * @returns the file's bytes
 * @throws {TypeError} if there are not as many values as `size` asks for
 *
 * Source: Portable Network Graphics (PNG) Specification, third edition, W3C 2025, sections 5, 9.2 and 11.2.
 */
export function encodePng(
  pixels: Uint8Array,
  { width, height }: { readonly width: number; readonly height: number },
): Uint8Array<ArrayBuffer> {
  const stride = 2 * width;
  if (pixels.length !== height * stride) {
    throw new TypeError(
      `Cannot encode PNG: pixels must be [${height}, ${width}, 2], got ${pixels.length} values`,
    );
  }
  const header = new DataView(new ArrayBuffer(13));
  header.setUint32(0, width);
  header.setUint32(4, height);
  header.setUint8(8, BIT_DEPTH);
  header.setUint8(9, GRAY_WITH_ALPHA);
  // Each row starts with its filter, 0: none.
  const rows = new Uint8Array(height * (1 + stride));
  for (let y = 0; y < height; y++) {
    rows.set(pixels.subarray(y * stride, (y + 1) * stride), y * (1 + stride) + 1);
  }
  return concat([
    SIGNATURE,
    chunk("IHDR", new Uint8Array(header.buffer)),
    chunk("IDAT", deflateSync(rows, { level: 9 })),
    chunk("IEND", new Uint8Array()),
  ]);
}

/** Length, type, data, and the checksum of type and data. */
function chunk(type: string, data: Uint8Array): Uint8Array {
  const body = concat([new TextEncoder().encode(type), data]);
  return concat([bigEndian(data.length), body, bigEndian(crc32(body))]);
}

function bigEndian(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}
