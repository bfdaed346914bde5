import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { batchNorm } from "../../lib/engine/tfjs/batch_norm.ts";
import { startBackend } from "../../lib/engine/tfjs/start.ts";
import { initialStatistics } from "../../lib/model/mod.ts";
import { engineTest, rows, tiny, tinyImagePixels, tinyImages, tinyPixels, withEngine } from "./engines.ts";

/** float32 sums of a few terms. */
const TOLERANCE = 1e-5;

function assertNear(actual: ArrayLike<number>, expected: readonly number[]): void {
  assert.equal(actual.length, expected.length);
  expected.forEach((value, i) =>
    assert.ok(Math.abs(actual[i] - value) < TOLERANCE, `${actual[i]} against ${value}`)
  );
}

Deno.test("batchNorm() has the known answer, and keeps nothing but its output and statistics", async () => {
  await startBackend("tfjs-cpu");
  const x = tf.tensor2d([[1, 10], [2, 10], [3, 10], [6, 10]]);
  const [gamma, beta] = [tf.tensor1d([2, 5]), tf.tensor1d([0.5, -1])];
  const before = tf.memory().numTensors;
  const { output, mean, variance } = batchNorm(x, { gamma, beta, epsilon: 0.5 });
  assert.equal(tf.memory().numTensors, before + 3);
  assertNear(mean.dataSync(), [3, 10]);
  // The biased variance: (4 + 1 + 0 + 9) / 4.
  assertNear(variance.dataSync(), [3.5, 0]);
  assertNear(output.dataSync(), [-1.5, -1, -0.5, -1, 0.5, -1, 3.5, -1]);
  tf.dispose([x, gamma, beta, output, mean, variance]);
});

engineTest("running statistics move from 0 and 1 to the data's", async (name) => {
  const layer = { kind: "batch-norm", momentum: 0.75, epsilon: 1e-3 } as const;
  const options = tiny();
  const model = { ...options.model, encoder: [layer, ...options.model.encoder] };
  const state = await withEngine(name, { ...options, model, batchSize: 10 }, async (engine) => {
    const { tensors } = await engine.exportState();
    for (const [name, values] of initialStatistics(model)) assert.deepEqual(tensors.get(name)!.data, values);
    for (let step = 0; step < 5; step++) await engine.trainSteps(tinyPixels(), rows(10));
    return await engine.exportState();
  });
  const columns = Array.from(
    { length: 6 },
    (_, i) => Array.from(tinyPixels(), (p) => p / 255).filter((_, at) => at % 6 === i),
  );
  const means = columns.map((column) => column.reduce((sum, x) => sum + x, 0) / 10);
  const variances = columns.map((column, i) => column.reduce((sum, x) => sum + (x - means[i]) ** 2, 0) / 10);
  const kept = 0.75 ** 5;
  assertNear(state.tensors.get("encoder/0/mean")!.data, means.map((mean) => (1 - kept) * mean));
  assertNear(
    state.tensors.get("encoder/0/variance")!.data,
    variances.map((variance) => kept + (1 - kept) * variance),
  );
  assert.deepEqual(
    [...state.tensors.keys()].filter((key) => key.includes("mean")),
    ["encoder/0/mean"], // without Adam's moments
  );
});

engineTest(
  "training on images lowers the loss, and with batch norm importState() continues with the same bits",
  async (name) => {
    const pixels = tinyImagePixels();
    const [state, expected] = await withEngine(name, tinyImages(), async (engine) => {
      const before = await engine.objectiveParts(pixels, rows(10));
      for (let epoch = 0; epoch < 8; epoch++) await engine.trainSteps(pixels, rows(10));
      const after = await engine.objectiveParts(pixels, rows(10));
      assert.ok(after.loss < 0.8 * before.loss, `${before.loss} to ${after.loss}`);
      const state = await engine.exportState();
      await engine.trainSteps(pixels, rows(10));
      return [state, await engine.exportState()];
    });
    const resumed = await withEngine(name, tinyImages(), async (engine) => {
      await engine.importState(state);
      await engine.trainSteps(pixels, rows(10));
      return await engine.exportState();
    });
    assert.equal(expected.step, 27);
    assert.deepEqual(resumed, expected);
  },
);

engineTest(
  "with batch norm an example's posterior depends on no other example, and no tensors are left behind",
  async (name) => {
    const before = tf.memory().numTensors;
    await withEngine(name, tinyImages(), async (engine) => {
      const pixels = tinyImagePixels();
      const work = async () => {
        await engine.trainSteps(pixels, rows(10));
        const all = await engine.encode(pixels, rows(10));
        const alone = await engine.encode(pixels, Uint32Array.of(9));
        assertNear(alone.loc, [...all.loc.slice(18)]);
        const images = await engine.decode(all.loc);
        assertNear(await engine.decode(all.loc.slice(18)), [...images.slice(216)]);
        await engine.importState(await engine.exportState());
        return tf.memory().numTensors;
      };
      assert.equal(await work(), await work());
    });
    assert.equal(tf.memory().numTensors, before);
  },
);

engineTest("objectiveParts() on batch statistics is what training sees, and moves nothing", async (name) => {
  const layer = { kind: "batch-norm", momentum: 0.99, epsilon: 1e-3 } as const;
  const { model, ...options } = tiny();
  const normalised = { ...model, encoder: [layer, ...model.encoder] };
  await withEngine(name, { ...options, model: normalised, batchSize: 10 }, async (engine) => {
    const state = await engine.exportState();
    const before = tf.memory().numTensors;
    const kl = async (statistics?: "running" | "batch") =>
      (await engine.objectiveParts(tinyPixels(), rows(10), { statistics })).kl;
    const [running, batch] = [await kl(), await kl("batch")];
    assert.equal(tf.memory().numTensors, before);
    assert.deepEqual(await engine.exportState(), state);
    assert.equal(running, await kl("running"));
    // The exact divergence depends on no noise.
    const [trained] = await engine.trainSteps(tinyPixels(), rows(10));
    assertNear([batch / 10], [trained.kl / 10]);
    assert.ok(Math.abs(running - batch) > 0.01, `${running} and ${batch}`);
  });
});

engineTest("importState() refuses a state without its statistics", async (name) => {
  await withEngine(name, tinyImages(), async (engine) => {
    const { step, tensors } = await engine.exportState();
    const missing = new Map([...tensors].filter(([key]) => key !== "encoder/1/variance"));
    await assert.rejects(engine.importState({ step, tensors: missing }), {
      name: "TypeError",
      message: "Cannot load state: this model's tensor encoder/1/variance is missing",
    });
  });
}, ["tfjs-cpu"]);
