import assert from "node:assert/strict";
import { freeNats, lossWeights } from "../../lib/model/loss_weights.ts";
import type { Latent } from "../../lib/model/record.ts";

const INDEPENDENT: Latent = { family: "student-t", size: 3, df: { fixed: 5 }, kl: "exact" };

Deno.test("lossWeights() is 1 and beta for means, and rows/elements for sums of element means", () => {
  const batch = { rows: 512, elements: 784 };
  assert.deepEqual(lossWeights({ kind: "elbo", beta: 0.5 }, batch), { reconstruction: 1, kl: 0.5 });
  assert.deepEqual(
    lossWeights({ kind: "elbo", beta: 0.5, reduction: "sum-of-element-means" }, batch),
    { reconstruction: 512 / 784, kl: 0.5 },
  );
});

Deno.test("freeNats() is freeBits for each dimension, those of all for a joint latent, and 0 without", () => {
  const elbo = { kind: "elbo", beta: 1, freeBits: 0.25 } as const;
  assert.equal(freeNats(elbo, INDEPENDENT), 0.25);
  assert.equal(freeNats(elbo, { ...INDEPENDENT, joint: true }), 0.75);
  assert.equal(freeNats(elbo, { family: "gaussian", size: 3, kl: "closed" }), 0.25);
  assert.equal(freeNats({ kind: "elbo", beta: 1 }, INDEPENDENT), 0);
  assert.equal(freeNats({ kind: "iwae", samples: 5 }, INDEPENDENT), 0);
});
