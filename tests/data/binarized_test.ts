import assert from "node:assert/strict";
import { binarized } from "../../lib/data/binarized.ts";
import type { Dataset } from "../../lib/data/dataset.ts";
import { loadDataset } from "../../lib/data/load.ts";
import { withFolder } from "./files.ts";

/** Standard errors that a share may be off: exceeded once in 16,000 shares. */
const STANDARD_ERRORS = 4;

/** 5,000 images of four pixels, all of the same four gray levels. */
const LEVELS = [0, 51, 204, 255];
const count = 5000;
const split = {
  values: Uint8Array.from({ length: 4 * count }, (_, i) => LEVELS[i % 4]),
  count,
  labels: new Uint8Array(count).fill(7),
};
const gray: Dataset = { name: "gray", shape: [2, 2], train: split, test: split, sha256: { file: "ab" } };

Deno.test("binarized() gives 0 or 255, the gray level being the share of ink", async () => {
  const { name, shape, train, test } = await binarized(gray, "binary");
  assert.deepEqual([name, shape, train.count, train.labels], ["binary", [2, 2], count, split.labels]);
  for (const { values } of [train, test]) {
    assert.ok(values.every((value) => value === 0 || value === 255));
    LEVELS.forEach((level, pixel) => {
      const p = level / 255;
      const share = values.filter((value, i) => i % 4 === pixel && value === 255).length / count;
      assert.ok(
        Math.abs(share - p) <= STANDARD_ERRORS * Math.sqrt(p * (1 - p) / count),
        `${level}: ${share}`,
      );
    });
  }
});

Deno.test("binarized() draws each pixel of each part for itself, the same at every call", async () => {
  const { train, test, sha256 } = await binarized(gray, "binary");
  assert.notDeepEqual(train.values, test.values);
  const both = (a: number, b: number) => {
    let shared = 0;
    for (let row = 0; row < count; row++) {
      if (train.values[4 * row + a] && train.values[4 * row + b]) shared++;
    }
    return shared / count;
  };
  // Of pixels with 0.2 and 0.8 of ink both have it with 0.16.
  assert.ok(Math.abs(both(1, 2) - 0.16) <= STANDARD_ERRORS * Math.sqrt(0.16 * 0.84 / count));
  assert.equal(sha256.file, "ab");
  assert.deepEqual((await binarized(gray, "binary")).sha256, sha256);
  // Integers alone decide, so these hold on every machine.
  assert.equal(sha256["binarized-train-images"].slice(0, 16), "dd1cbd6c4e14ed5b");
});

Deno.test("binarized() refuses numbers that are no gray levels", async () => {
  const numbers = { values: Float32Array.of(0.5, 1), count: 2 };
  await assert.rejects(binarized({ ...gray, train: numbers }, "binary"), {
    name: "TypeError",
    message: /8-bit gray levels/,
  });
});

const mirror = Deno.env.get("TVAE_MIRROR");
Deno.test({
  name: `loadDataset("binarized-mnist") is MNIST in black and white${
    mirror ? "" : " (needs TVAE_MIRROR, a folder or address that has it)"
  }`,
  ignore: !mirror,
  fn: () =>
    withFolder(async (dir) => {
      const { train, test, sha256 } = await loadDataset("binarized-mnist", { dir, mirror });
      assert.deepEqual([train.count, test.count], [60_000, 10_000]);
      const ink = train.values.filter((value) => value === 255).length / train.values.length;
      // The mean of MNIST's training pixels.
      assert.ok(Math.abs(ink - 0.1307) < 0.0002, `${ink}`);
      assert.equal(sha256["binarized-test-images"].slice(0, 16), "f2e26a3c0fa1457f");
    }),
});
