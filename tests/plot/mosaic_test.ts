import assert from "node:assert/strict";
import { mosaic } from "../../lib/plot/mod.ts";
import { decodePng } from "./png.ts";

const _ = [0, 0];
const gray = (value: number) => [value, 255];

Deno.test("mosaic() enlarges pixels as squares and leaves gaps and missing images clear", () => {
  const images = Float32Array.of(0, 1, 0.2, 0.4, 0.6, 0.8);
  const { width, height, pixels } = decodePng(
    mosaic({ images, shape: [1, 2], columns: 2, scale: 2, gap: 1 }),
  );
  assert.deepEqual([width, height], [9, 5]);
  const top = [0, 0, 255, 255].map(gray).concat([_], [51, 51, 102, 102].map(gray)).flat();
  const bottom = [153, 153, 204, 204].map(gray).concat(Array(5).fill(_)).flat();
  const clear = Array(9).fill(_).flat();
  assert.deepEqual(pixels, [top, top, clear, bottom, bottom].flat());
});

Deno.test("mosaic() clips numbers, draws NaN black and takes bytes as they are", () => {
  const pixelsOf = (images: Float32Array | Uint8Array) =>
    decodePng(mosaic({ images, shape: [1, 1, 1], gap: 0 })).pixels.filter((_, i) => i % 2 === 0);
  assert.deepEqual(pixelsOf(Float32Array.of(-1, 2, NaN, 0.5)), [0, 255, 0, 128]);
  assert.deepEqual(pixelsOf(Uint8Array.of(0, 7, 255)), [0, 7, 255]);
});

Deno.test("mosaic() refuses what it cannot draw", () => {
  const images = new Float32Array(4);
  assert.throws(() => mosaic({ images, shape: [4] }), {
    name: "TypeError",
    message: "Cannot draw a mosaic: shape must be [height, width], got [4]",
  });
  assert.throws(() => mosaic({ images, shape: [1, 3] }), {
    name: "TypeError",
    message: /rows of 3 .*, got 4/,
  });
  assert.throws(() => mosaic({ images: new Float32Array(), shape: [2, 2] }), RangeError);
  assert.throws(() => mosaic({ images, shape: [2, 2], columns: 0 }), {
    name: "RangeError",
    message: "Cannot draw a mosaic: columns must be a whole number >= 1, got 0",
  });
  assert.throws(() => mosaic({ images, shape: [2, 2], scale: 1.5 }), RangeError);
  assert.throws(() => mosaic({ images, shape: [2, 2], gap: -1 }), RangeError);
});
