import assert from "node:assert/strict";
import { checkModel, fc, type Model } from "../../lib/model/mod.ts";

const MODEL: Model = fc({
  input: [7],
  hidden: [4],
  latent: { family: "student-t", size: 2, df: { fixed: 5 }, kl: "exact" },
  likelihood: { kind: "gaussian", scale: 1 },
});

Deno.test("checkModel() accepts a model without an encoder", () => {
  checkModel({ ...MODEL, encoder: [] });
});

const BAD: readonly (readonly [change: Partial<Model>, error: typeof RangeError, message: RegExp])[] = [
  [{ input: [] }, RangeError, /model fc: input must be a shape of at least one axis, got \[\]/],
  [{ input: [28, 0] }, RangeError, /input\[1\] must be a positive integer, got 0/],
  [
    { encoder: [{ kind: "dense", units: 1.5, activation: "relu" }] },
    RangeError,
    /encoder\[0\]\.units.*got 1\.5/,
  ],
  [{ latent: { family: "gaussian", size: 0, kl: "closed" } }, RangeError, /latent\.size.*got 0/],
  [
    { latent: { family: "student-t", size: 1, df: { fixed: NaN }, kl: "exact" } },
    RangeError,
    /latent\.df must be finite and > 0, got NaN/,
  ],
  [{ likelihood: { kind: "gaussian", scale: -1 } }, RangeError, /likelihood\.scale.*got -1/],
  [
    { decoder: [{ kind: "dense", units: 6, activation: "linear" }] },
    TypeError,
    /must have 7 units, one for each element of the input \[7\], got 6/,
  ],
  [
    { latent: { family: "gaussian", size: 2 ** 27, kl: "closed" } },
    RangeError,
    /at most 268435456 weights, got 1610612.*make latent\.size or its layers smaller/,
  ],
  [{ decoder: [] }, TypeError, /must have 7 units.*got no layer/],
];

for (const [change, error, message] of BAD) {
  Deno.test(`checkModel() rejects ${JSON.stringify(change)}`, () => {
    assert.throws(() => checkModel({ ...MODEL, ...change }), (thrown) => {
      assert(thrown instanceof error);
      assert.match(thrown.message, message);
      return true;
    });
  });
}
