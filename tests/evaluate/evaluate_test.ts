import assert from "node:assert/strict";
import type { Engine } from "../../lib/engine/engine.ts";
import { evaluate } from "../../lib/evaluate/evaluate.ts";
import { tiny } from "../engine/engines.ts";

/** An engine with known answers: latents alternate in dimension 0 and stand still in dimension 1. */
const known: Engine = {
  name: "tfjs-cpu",
  device: "known answers",
  threads: 1,
  batchSize: 4,
  stepsPerCall: 1,
  step: 0,
  trainSteps: () => Promise.reject(new Error("evaluate() must not train")),
  objectiveParts: (_, indices) => {
    const examples = indices.length;
    const klPerDimension = Float64Array.of(3 * examples, 0.5 * examples);
    return Promise.resolve({
      examples,
      loss: 13.5 * examples,
      reconstruction: 10 * examples,
      kl: 3.5 * examples,
      klPerDimension,
    });
  },
  encode: (_, indices) =>
    Promise.resolve({
      loc: Float32Array.from(
        { length: 2 * indices.length },
        (_, i) => i % 2 === 1 ? 4 : i % 4 === 0 ? 1 : -1,
      ),
      scale: new Float32Array(2 * indices.length).fill(1),
    }),
  sampleLatent: () => Promise.reject(new Error("not used")),
  decode: (latent) => Promise.resolve(new Float32Array(latent.length / 2 * 6).fill(latent[0])),
  exportState: () => Promise.reject(new Error("not used")),
  importState: () => Promise.reject(new Error("not used")),
  close: () => Promise.resolve(),
};

Deno.test("evaluate() reports means over examples with unit and definition", async () => {
  const split = { values: new Uint8Array(48).fill(51), count: 8 };
  const { examples, metrics } = await evaluate(known, split, { model: tiny().model, seed: 0 });
  assert.equal(examples, 8);
  assert.deepEqual(
    Object.fromEntries(Object.entries(metrics).map(([name, { value }]) => [name, value])),
    { elbo: -13.5, reconstruction: 10, kl: 3.5, klPerDimension: [3, 0.5], activeUnits: 1 },
  );
  for (const { unit, definition } of Object.values(metrics)) {
    assert.ok(unit.length > 0 && definition.length > 0);
  }
});

Deno.test("evaluate() gives arrays for figures: samples, inputs as numbers, reconstructions, latents", async () => {
  const split = { values: new Uint8Array(48).fill(51), count: 8 };
  const { arrays } = await evaluate(known, split, {
    model: tiny().model,
    seed: 0,
    samples: 5,
    reconstructions: 3,
  });
  const { samples, inputs, reconstructions, loc } = arrays;
  assert.deepEqual([samples.length, inputs.length, reconstructions.length, loc.length], [30, 18, 18, 16]);
  assert.ok(inputs.every((value) => value === Math.fround(0.2)));
  assert.equal(reconstructions[0], loc[0]); // decoded from the posterior's loc
});
