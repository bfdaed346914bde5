import assert from "node:assert/strict";
import { encodePng } from "../../lib/plot/mod.ts";
import { decodePng } from "./png.ts";

Deno.test("encodePng() writes a file that reads back pixel for pixel", () => {
  const pixels = Uint8Array.from({ length: 3 * 5 * 2 }, (_, i) => (i * 83) % 256);
  assert.deepEqual(decodePng(encodePng(pixels, { width: 5, height: 3 })), {
    width: 5,
    height: 3,
    pixels: [...pixels],
  });
});

Deno.test("encodePng() names the shape it expected", () => {
  assert.throws(() => encodePng(new Uint8Array(3), { width: 2, height: 1 }), {
    name: "TypeError",
    message: "Cannot encode PNG: pixels must be [1, 2, 2], got 3 values",
  });
});
