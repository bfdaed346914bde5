import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import type { EngineOptions } from "../../lib/engine/engine.ts";
import type { Task } from "../../lib/engine/tfjs/latent.ts";
import { exampleParts, trainingLoss } from "../../lib/engine/tfjs/objective.ts";
import { startBackend } from "../../lib/engine/tfjs/start.ts";
import {
  type ElboObjective,
  initialParameters,
  type Latent,
  type Model,
  type Objective,
  type OriginalName,
  ORIGINALS,
  parameterTable,
  PRESETS,
  statisticsTable,
} from "../../lib/model/mod.ts";
import { engineTest, rows, tiny, tinyImagePixels, tinyImages, tinyPixels, withEngine } from "./engines.ts";
import { assertClose, assertDirectionalDerivative, type Case, lossGradients, noiseOf } from "./gradients.ts";

/** Of the largest gradient in a tensor: float32 sums in another order, through seven normalised layers. */
const GRADIENT_TOLERANCE = 5e-5;

/** Standard errors that a mean of many draws may be off by. */
const STANDARD_ERRORS = 5;

const AMORTISED: Latent = {
  family: "student-t",
  size: 2,
  df: { amortised: true },
  dfFloor: 0.5,
  priorDf: "tied",
  kl: "exact",
  generationDf: 3,
};

const LATENTS: Readonly<Record<string, Latent>> = {
  "amortised df": AMORTISED,
  "amortised df, sampled": { ...AMORTISED, kl: "monte-carlo" },
  "amortised df, sampled twice": { ...AMORTISED, kl: "monte-carlo", klSample: "second" },
  "amortised df, large at first": { ...AMORTISED, df: { amortised: true, l2: 1e-3, kernel: [2, 30] } },
  "fixed df, sampled": { family: "student-t", size: 2, df: { fixed: 5 }, kl: "monte-carlo" },
  "gaussian, sampled": { family: "gaussian", size: 2, kl: "monte-carlo" },
  "gaussian, sampled twice": { family: "gaussian", size: 2, kl: "monte-carlo", klSample: "second" },
};

const SUMMED: Objective = { kind: "elbo", beta: 1, reduction: "sum-of-element-means" };

/** An original on images so small that the cpu backend takes no minutes. */
function original(preset: OriginalName, family: Latent["family"] = "student-t"): Case & { model: Model } {
  const { studentT, gaussian, objective } = ORIGINALS[preset];
  const latent: Latent = family === "gaussian"
    ? { family, size: 3, ...gaussian }
    : { family, size: 3, ...studentT };
  const model = PRESETS[preset]({ input: [8, 12], latent, likelihood: { kind: "bernoulli" } });
  return { model, rows: 4, objective: { kind: "elbo", beta: 1, ...objective } };
}

for (const preset of ["original-fc", "original-cnn"] as const) {
  for (const family of ["student-t", "gaussian"] as const) {
    const given = original(preset, family);
    let expected: Promise<Map<string, Float32Array>> | undefined;
    engineTest(`gradients of every tensor of ${preset}, ${family}, are the cpu backend's`, async (engine) => {
      expected ??= lossGradients("tfjs-cpu", given);
      const [on, actual] = [await expected, await lossGradients(engine, given)];
      const names = [...parameterTable(given.model), ...statisticsTable(given.model)].map(({ name }) => name);
      assert.deepEqual([...actual.keys()], names);
      for (const [name, gradient] of on) {
        assertClose(actual.get(name)!, gradient, { tolerance: GRADIENT_TOLERANCE, what: name });
      }
    }, ["tfjs-wasm", "tfjs-webgpu"]);
  }
}

for (const [name, latent] of Object.entries(LATENTS)) {
  Deno.test(`trainingLoss() with ${name} has the gradient of its differences`, async () => {
    await assertDirectionalDerivative({ ...tiny(latent), rows: 10 });
  });

  Deno.test(`trainingLoss() of images with ${name}, L2 and sums of means has the gradient of its differences`, async () => {
    const { model } = tinyImages(latent);
    const [dense, ...rest] = model.decoder;
    assert.equal(dense.kind, "dense");
    await assertDirectionalDerivative({
      model: { ...model, decoder: [{ ...dense, l2: 0.1 }, ...rest] },
      objective: SUMMED,
      rows: 10,
      // A longer step crosses kinks of the leaky ReLU, which weights up to 30 amplify.
    }, { h: name === "amortised df, large at first" ? 2.5e-4 : 2e-3 });
  });
}

for (const [name, latent] of Object.entries(LATENTS).filter(([, { kl }]) => kl === "monte-carlo")) {
  Deno.test(`exampleParts() with ${name} estimates the exact divergence without bias`, async () => {
    await startBackend("tfjs-cpu");
    const count = 4000;
    const [estimate] = await divergences(latent, count);
    const [exact] = await divergences(
      { ...latent, kl: latent.family === "gaussian" ? "closed" : "exact", klSample: undefined } as Latent,
      1,
    );
    for (const dimension of [0, 1]) {
      const draws = estimate.filter((_, i) => i % 2 === dimension);
      const mean = draws.reduce((sum, value) => sum + value, 0) / count;
      const variance = draws.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count;
      const [off, error] = [Math.abs(mean - exact[dimension]), Math.sqrt(variance / count)];
      assert.ok(error < 0.05 && off < STANDARD_ERRORS * error, `${mean} ± ${error}, not ${exact[dimension]}`);
    }
  });
}

/** KL of one example's posterior, `count` times over, and minus log p(x|z). */
async function divergences(latent: Latent, count: number): Promise<[kl: Float32Array, other: Float32Array]> {
  const { model } = tiny(latent);
  const initial = initialParameters(model, { seed: 5 });
  const parameters = Object.fromEntries(
    parameterTable(model).map(({ name, shape }) => [name, tf.tensor(initial.get(name)!, [...shape])]),
  );
  const task: Task = { model, objective: { kind: "elbo", beta: 1 } };
  const parts = exampleParts(task, {
    x: tf.tile(tf.tensor2d([[0.1, 0.9, 0.8, 0.2, 1, 0]]), [count, 1]),
    ...noiseOf(task, count),
    parameters,
  });
  return [await parts.kl.data<"float32">(), await parts.reconstruction.data<"float32">()];
}

Deno.test("exampleParts() takes the decoder's z for the divergence, unless a second one is asked for", async () => {
  await startBackend("tfjs-cpu");
  const [same, reconstruction] = await divergences(LATENTS["amortised df, sampled"], 5);
  const [second, otherwise] = await divergences(LATENTS["amortised df, sampled twice"], 5);
  assert.deepEqual(otherwise, reconstruction);
  assert.ok(same.every((value, i) => value !== second[i]));
});

Deno.test("trainingLoss() is the original's: sums of element means, mean divergence, and l2 · Σ kernel²", async () => {
  await startBackend("tfjs-cpu");
  const { model } = tiny(AMORTISED);
  const penalised: Model = {
    ...model,
    encoder: [{ kind: "dense", units: 2, activation: "relu", l2: 0.5 }],
  };
  const parameters = Object.fromEntries(
    parameterTable(penalised).map(({ name, shape }) => [name, tf.fill([...shape], 2)]),
  );
  const parts = {
    reconstruction: tf.tensor1d([12, 24]),
    kl: tf.tensor2d([[3], [5]]),
  };
  const loss = (reduction: ElboObjective["reduction"]) =>
    trainingLoss({ model: penalised, objective: { kind: "elbo", beta: 2, reduction } }, {
      ...parts,
      parameters,
    }).dataSync()[0];
  // 12 kernel weights of 2 have the penalty 0.5 · 48; six elements; mean divergence 4.
  assert.equal(loss("mean"), 18 + 2 * 4 + 24);
  assert.equal(loss("sum-of-element-means"), 2 + 4 + 2 * 4 + 24);
});

engineTest("what is told of sums of element means has the beta that training has", async (name) => {
  await withEngine(name, { ...tiny(LATENTS["amortised df, sampled"]), objective: SUMMED }, async (engine) => {
    const whole = await engine.trainSteps(tinyPixels(), rows(10));
    // Batches of 4, 4 and 2, of six elements each.
    for (const { loss, reconstruction, kl, examples } of whole) {
      assert.ok(Math.abs(loss - (reconstruction + 6 / examples * kl)) < 1e-9 * Math.abs(loss));
    }
    const { loss, reconstruction, kl } = await engine.objectiveParts(tinyPixels(), rows(10));
    assert.ok(Math.abs(loss - (reconstruction + 6 / 4 * kl)) < 1e-9 * Math.abs(loss));
  });
});

const RESUMED: Readonly<Record<string, EngineOptions>> = {
  "amortised df, a second sample and sums": {
    ...tiny({ ...AMORTISED, kl: "monte-carlo", klSample: "second" }),
    objective: SUMMED,
  },
  "images with a penalised df head": tinyImages({
    ...AMORTISED,
    df: { amortised: true, l2: 1e-3, kernel: [2, 30] },
  }),
};

for (const [what, options] of Object.entries(RESUMED)) {
  engineTest(`importState() continues ${what} with the same bits`, async (name) => {
    const pixels = what.startsWith("images") ? tinyImagePixels() : tinyPixels();
    const before = tf.memory().numTensors;
    const [state, expected] = await withEngine(name, options, async (engine) => {
      await engine.trainSteps(pixels, rows(10));
      const half = await engine.exportState();
      await engine.trainSteps(pixels, rows(10));
      return [half, await engine.exportState()];
    });
    const resumed = await withEngine(name, options, async (engine) => {
      await engine.importState(state);
      await engine.trainSteps(pixels, rows(10));
      return await engine.exportState();
    });
    assert.ok(state.tensors.has("adam/v/latent/df/kernel"));
    assert.deepEqual(resumed, expected);
    assert.equal(tf.memory().numTensors, before);
  });
}

for (const preset of ["original-fc", "original-cnn"] as const) {
  engineTest(`20 steps of ${preset} lower the loss`, async (name) => {
    const { model, objective } = original(preset);
    const options = {
      model,
      objective: objective!,
      optimizer: { learningRate: 5e-3 },
      batchSize: 16,
      seed: 1,
    };
    await withEngine(name, options, async (engine) => {
      const pixels = Uint8Array.from(
        { length: 16 * 96 },
        (_, i) => i % 12 < 6 ? 230 : 20,
      );
      const losses: number[] = [];
      while (losses.length < 20) losses.push((await engine.trainSteps(pixels, rows(16)))[0].loss / 16);
      const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
      const [first, last] = [mean(losses.slice(0, 5)), mean(losses.slice(-5))];
      assert.ok(last < 0.8 * first, `${losses}`);
    });
  }, ["wasm", "tfjs-wasm"]);
}
