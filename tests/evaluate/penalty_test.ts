import assert from "node:assert/strict";
import type { Engine } from "../../lib/engine/engine.ts";
import { penaltyMetric } from "../../lib/evaluate/penalty_metric.ts";
import { parameterTable } from "../../lib/model/parameters.ts";
import type { Model } from "../../lib/model/record.ts";

const MODEL: Model = {
  name: "example",
  input: [2],
  encoder: [{ kind: "dense", units: 1, activation: "relu", l2: 0.5 }],
  latent: {
    family: "student-t",
    size: 2,
    df: { amortised: true, l2: 0.25 },
    kl: "exact",
  },
  decoder: [{ kind: "dense", units: 2, activation: "linear" }],
  likelihood: { kind: "bernoulli" },
};

/** An engine in whose parameters all numbers are alike. */
function constantEngine(model: Model, value: number): Engine {
  const tensors = new Map(
    parameterTable(model).map((
      { name, shape, size },
    ) => [name, { shape, data: new Float32Array(size).fill(value) }]),
  );
  return { exportState: () => Promise.resolve({ step: 0, tensors }) } as unknown as Engine;
}

Deno.test("penaltyMetric() is of the kernels that have an l2, each with its own", async () => {
  const { penalty } = await penaltyMetric(constantEngine(MODEL, 3), MODEL);
  // Two weights of the encoder, and two of the head of df.
  assert.equal(penalty.value, 0.5 * 2 * 9 + 0.25 * 2 * 9);
});

Deno.test("penaltyMetric() is nothing of a model without an l2", async () => {
  const model: Model = { ...MODEL, encoder: [], latent: { family: "gaussian", size: 2, kl: "closed" } };
  assert.deepEqual(await penaltyMetric(constantEngine(model, 3), model), {});
});
