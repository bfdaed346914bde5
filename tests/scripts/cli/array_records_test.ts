import assert from "node:assert/strict";
import type { StoredArrays, StoredTensor } from "../../../lib/run/evaluation.ts";
import { arrayRecords } from "../../../scripts/cli/array_records.ts";

const zeros = (...shape: number[]): StoredTensor => ({
  shape,
  data: new Float32Array(shape.reduce((product, n) => product * n, 1)),
});

/** What evaluations have always had. */
const ALWAYS: StoredArrays = new Map([
  ["samples", zeros(64, 4)],
  ["inputs", zeros(2, 4)],
  ["reconstructions", zeros(2, 4)],
  ["loc", zeros(9, 3)],
]);

const config = (dataset: string) => ({ dataset, model: { input: [2, 2] }, latent: { size: 3 } });

Deno.test("arrayRecords() reads grids with their columns, and the names of classes that have any", () => {
  const records = arrayRecords(
    config("fashion-mnist"),
    new Map([
      ...ALWAYS,
      ["inputLabels", { shape: [2], data: Uint8Array.of(1, 9) }],
      ["traversals/images", zeros(3, 11, 4)],
      ["traversals/dimension", zeros(3)],
      ["traversals/probability", zeros(11)],
      ["manifold", zeros(15, 15, 4)],
      ["interpolations", zeros(1, 10, 4)],
    ]),
  );
  const { traversals, manifold, interpolations, inputLabels, classes } = records;
  assert.deepEqual([traversals, manifold, interpolations].map((grid) => grid!.columns), [11, 15, 10]);
  assert.deepEqual([traversals!.dimension.length, traversals!.probability.length], [3, 11]);
  assert.deepEqual([...inputLabels!].map((label) => classes![label]), ["Trouser", "Ankle boot"]);
});

Deno.test("arrayRecords() does without pictures, but not without what every evaluation has", () => {
  const { traversals, manifold, interpolations, inputLabels, labels, classes, latentSize } = arrayRecords(
    config("rows.csv"),
    ALWAYS,
  );
  assert.deepEqual(
    [traversals, manifold, interpolations, inputLabels, labels, classes],
    Array(6).fill(undefined),
  );
  assert.equal(latentSize, 3);
  assert.equal(arrayRecords(config("heavy-tail-1d"), ALWAYS).classes, undefined);
  assert.throws(
    () =>
      arrayRecords(config("glyphs"), new Map([...ALWAYS, ["loc", { shape: [1], data: new Uint8Array(1) }]])),
    {
      name: "SyntaxError",
      message: "Cannot draw: evaluation.safetensors has no loc; run `deno task evaluate` again",
    },
  );
});
