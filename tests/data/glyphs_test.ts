import assert from "node:assert/strict";
import { drawTraces, parsePath, smooth } from "../../lib/data/glyph_pen.ts";
import { GLYPH_STYLES } from "../../lib/data/glyph_styles.ts";
import { generateGlyphs, glyphs } from "../../lib/data/glyphs.ts";

const PIXELS = 28 * 28;
const dataset = await glyphs();

Deno.test("glyphs() gives the same bytes everywhere", () => {
  // Only operations that IEEE 754 rounds exactly are used, so these hold on every machine and engine.
  assert.deepEqual(dataset.sha256, {
    "train-images": "b457945a2c128cf2d914c5c4446282c7882d7046be96f593310b861770f52902",
    "train-labels": "14ab11b62eea399c93043fdfacb062a91ca473fea91cc7fbc238f8a61177a72b",
    "test-images": "ff62751c3bb62b3d87c743df8c2847738e430ee6283221b992763bffd38cca7c",
    "test-labels": "e7143b33c0a7fbd14ee21eb8508e414651c391640c3285c7e517f0971bab4750",
  });
});

Deno.test("glyphs() has 12,000 training and 2,000 test images, each digit equally often", () => {
  assert.deepEqual(dataset.shape, [28, 28]);
  for (const [split, count] of [[dataset.train, 12_000], [dataset.test, 2_000]] as const) {
    assert.equal(split.count, count);
    assert.equal(split.values.length, count * PIXELS);
    assert.ok(split.values instanceof Uint8Array);
    const histogram = new Array(10).fill(0);
    for (const label of split.labels!) histogram[label]++;
    assert.deepEqual(histogram, new Array(10).fill(count / 10));
  }
});

Deno.test("glyphs() draws no image twice", () => {
  const seen = new Set<string>();
  for (const { values, count } of [dataset.train, dataset.test]) {
    for (let i = 0; i < count; i++) seen.add(values.subarray(i * PIXELS, (i + 1) * PIXELS).toString());
  }
  assert.equal(seen.size, 14_000);
});

Deno.test("glyphs() looks like MNIST in numbers: ink, spread, margins, centring", () => {
  const values = dataset.train.values as Uint8Array;
  let sum = 0, squares = 0, gray = 0;
  for (const value of values) {
    sum += value / 255;
    squares += (value / 255) ** 2;
    if (value > 0 && value < 255) gray++;
  }
  const mean = sum / values.length;
  const deviation = Math.sqrt(squares / values.length - mean ** 2);
  // MNIST's training images: 0.1307 and 0.3081.
  assert.ok(Math.abs(mean - 0.1307) < 0.005, `mean ${mean}`);
  assert.ok(Math.abs(deviation - 0.3081) < 0.01, `standard deviation ${deviation}`);
  assert.ok(gray / values.length > 0.05, "strokes have soft edges");

  for (let i = 0; i < dataset.train.count; i++) {
    const image = values.subarray(i * PIXELS, (i + 1) * PIXELS);
    let ink = 0, x = 0, y = 0, border = 0;
    image.forEach((value, pixel) => {
      const column = pixel % 28, row = (pixel - column) / 28;
      ink += value, x += value * column, y += value * row;
      if (column === 0 || column === 27 || row === 0 || row === 27) border += value;
    });
    assert.ok(ink > 255 * 25, `image ${i} has ink`);
    assert.equal(border, 0, `image ${i} keeps clear of the border`);
    // The shift has a standard deviation of 0.35 and never exceeds 3.5 of them; overlaps weigh a little more.
    assert.ok(Math.hypot(x / ink - 13.5, y / ink - 13.5) < 3, `image ${i} is centred`);
  }
});

Deno.test("glyphs() can be told apart: the nearest training image has the digit for 19 of 20", () => {
  const { train, test } = dataset;
  const neighbours = 3000, queries = 200;
  let right = 0;
  for (let q = 0; q < queries; q++) {
    let best = Infinity, label = -1;
    for (let n = 0; n < neighbours; n++) {
      let distance = 0;
      for (let p = 0; p < PIXELS && distance < best; p++) {
        distance += (test.values[q * PIXELS + p] - train.values[n * PIXELS + p]) ** 2;
      }
      if (distance < best) best = distance, label = train.labels![n];
    }
    if (label === test.labels![q]) right++;
  }
  assert.ok(right >= 0.95 * queries, `${right} of ${queries}`);
});

Deno.test("generateGlyphs() is a function of seed and step", () => {
  const make = (seed: number, step: number) => generateGlyphs(20, { seed, step });
  assert.deepEqual(make(1, 7), make(1, 7));
  assert.notDeepEqual(make(1, 7), make(2, 7));
  assert.notDeepEqual(make(1, 7), make(1, 8));
});

Deno.test("GLYPH_STYLES are paths within the box", () => {
  assert.equal(GLYPH_STYLES.length, 10);
  for (const { weight, path } of GLYPH_STYLES.flat()) {
    assert.ok(weight > 0);
    for (const { x, y } of parsePath(path)) {
      assert.ok(x.length >= 2, path);
      assert.ok([...x, ...y].every((n) => n >= 0 && n <= 1), path);
    }
  }
});

Deno.test("smooth() goes through its points and keeps straight lines straight", () => {
  const [line] = parsePath("0,0 50,50 100,100");
  const { x, y } = smooth(line);
  assert.deepEqual(x, y);
  const [bent] = parsePath("0,0 40,80 90,10/ 20,30");
  const curve = smooth(bent);
  const pieces = (curve.x.length - 1) / 3;
  bent.x.forEach((value, i) =>
    assert.deepEqual([curve.x[i * pieces], curve.y[i * pieces]], [value, bent.y[i]])
  );
});

Deno.test("drawTraces() covers a pixel by its distance from the stroke's edge", () => {
  const image = new Uint8Array(9 * 9);
  const radius = Float64Array.of(1, 1);
  drawTraces([{ x: Float64Array.of(-9, 18), y: Float64Array.of(4, 4), radius }], image, 9);
  // On the line, on its edge, and beyond it: 1/2 + (1 − d) / 1.3 of 255, cut.
  const column = Array.from({ length: 9 }, (_, row) => image[row * 9 + 4]);
  assert.deepEqual(column, [0, 0, 0, 128, 255, 128, 0, 0, 0]);
  assert.deepEqual(image, new Uint8Array(81).map((_, i) => column[Math.floor(i / 9)]));
});
