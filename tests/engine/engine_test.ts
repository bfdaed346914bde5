import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { engineTest, LATENTS, rows, TFJS_NAMES, tiny, tinyPixels, withEngine } from "./engines.ts";

/** float32 sums of a few terms, taken in another order on each backend. */
const ENGINE_TOLERANCE = 1e-5;

for (const [family, latent] of Object.entries(LATENTS)) {
  engineTest(`first steps of ${family} lose what tfjs-cpu loses`, async (name) => {
    const losses = (engine: typeof name) =>
      withEngine(engine, tiny(latent), async (e) => {
        const sums = await e.trainSteps(tinyPixels(), rows(10));
        return sums.map(({ loss }) => loss);
      });
    const [expected, actual] = [await losses("tfjs-cpu"), await losses(name)];
    assert.equal(actual.length, 3);
    assert.ok(
      Math.abs(actual[0] / expected[0] - 1) < ENGINE_TOLERANCE,
      `${actual[0]} against ${expected[0]}`,
    );
    // Later steps also compare the updates; rounding may have grown by then.
    assert.ok(
      Math.abs(actual[2] / expected[2] - 1) < 100 * ENGINE_TOLERANCE,
      `${actual[2]} against ${expected[2]}`,
    );
  });

  engineTest(
    `training ${family} lowers the loss`,
    (name) =>
      withEngine(name, tiny(latent), async (engine) => {
        const pixels = tinyPixels();
        const before = await engine.objectiveParts(pixels, rows(10));
        for (let epoch = 0; epoch < 30; epoch++) await engine.trainSteps(pixels, rows(10));
        const after = await engine.objectiveParts(pixels, rows(10));
        assert.equal(engine.step, 90);
        assert.ok(after.loss < 0.8 * before.loss, `${before.loss} to ${after.loss}`);
      }),
  );
}

engineTest(
  "objectiveParts() tells of each example what it sums, whatever rows come with it",
  async (name) => {
    await withEngine(name, tiny(), async (engine) => {
      const parts = await engine.objectiveParts(tinyPixels(), rows(10));
      const { reconstruction, kl } = parts.perExample;
      const sum = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0);
      assert.deepEqual([reconstruction.length, kl.length], [10, 20]);
      assert.equal(sum(reconstruction), parts.reconstruction);
      for (const column of [0, 1]) {
        assert.equal(sum(kl.filter((_, i) => i % 2 === column)), parts.klPerDimension![column]);
      }
      const alone = await engine.objectiveParts(tinyPixels(), Uint32Array.of(9, 3));
      for (const [i, row] of [9, 3].entries()) {
        const nearly = (a: number, b: number) =>
          assert.ok(Math.abs(a - b) <= ENGINE_TOLERANCE * Math.abs(b), `${a}`);
        nearly(alone.perExample.reconstruction[i], reconstruction[row]);
        nearly(alone.perExample.kl[2 * i], kl[2 * row]);
      }
    });
  },
);

engineTest("beta weighs the divergence, in what is told and in what is trained", async (name) => {
  const trained = (beta: number) =>
    withEngine(name, { ...tiny(), objective: { kind: "elbo", beta } }, async (engine) => {
      const [first] = await engine.trainSteps(tinyPixels(), rows(4));
      assert.ok(Math.abs(first.loss - (first.reconstruction + beta * first.kl)) < 1e-9 * first.loss);
      for (let epoch = 0; epoch < 10; epoch++) await engine.trainSteps(tinyPixels(), rows(10));
      return (await engine.objectiveParts(tinyPixels(), rows(10))).kl;
    });
  const [free, held] = [await trained(0), await trained(10)];
  assert.ok(held < 0.5 * free, `KL ${held} with beta 10, ${free} with beta 0`);
});

engineTest("the same seed gives the same bits, another seed others", async (name) => {
  const train = (seed: number) =>
    withEngine(name, { ...tiny(), seed }, async (engine) => {
      await engine.trainSteps(tinyPixels(), rows(10));
      return (await engine.exportState()).tensors;
    });
  const first = await train(7);
  assert.deepEqual(first, await train(7));
  assert.notDeepEqual(first, await train(8));
});

engineTest("importState() continues with the same bits", async (name) => {
  const pixels = tinyPixels();
  const [state, expected] = await withEngine(name, tiny(), async (engine) => {
    await engine.trainSteps(pixels, rows(10));
    const half = await engine.exportState();
    await engine.trainSteps(pixels, rows(10));
    return [half, await engine.exportState()];
  });
  const resumed = await withEngine(name, tiny(), async (engine) => {
    await engine.importState(state);
    await engine.trainSteps(pixels, rows(10));
    return await engine.exportState();
  });
  assert.equal(expected.step, 6);
  assert.deepEqual(resumed, expected);
});

engineTest(
  "steps and evaluation leave no tensors behind",
  (name) =>
    withEngine(name, tiny(), async (engine) => {
      const work = async () => {
        await engine.trainSteps(tinyPixels(), rows(10));
        await engine.objectiveParts(tinyPixels(), rows(10));
        await engine.decode((await engine.encode(tinyPixels(), rows(3))).loc);
        await engine.sampleLatent(tinyPixels(), rows(3));
        await engine.exportState();
        return tf.memory().numTensors;
      };
      assert.equal(await work(), await work());
    }),
  TFJS_NAMES,
);

engineTest("close() frees every tensor", async (name) => {
  const before = tf.memory().numTensors;
  await withEngine(name, tiny(), (engine) => engine.trainSteps(tinyPixels(), rows(10)));
  assert.equal(tf.memory().numTensors, before);
}, TFJS_NAMES);

engineTest(
  "encode(), sampleLatent() and decode() have the documented shapes and ranges",
  (name) =>
    withEngine(name, tiny(), async (engine) => {
      const { loc, scale } = await engine.encode(tinyPixels(), rows(10));
      const z = await engine.sampleLatent(tinyPixels(), rows(10));
      const mean = await engine.decode(z);
      assert.deepEqual([loc.length, scale.length, z.length, mean.length], [20, 20, 20, 60]);
      assert.ok(scale.every((value) => value > 0));
      assert.ok(mean.every((value) => value > 0 && value < 1));
      assert.notDeepEqual(z, loc);
    }),
);

engineTest(
  "evaluation noise belongs to the example, not to its place in the batch",
  (name) =>
    withEngine(name, tiny(), async (engine) => {
      const all = await engine.sampleLatent(tinyPixels(), rows(10));
      const last = await engine.sampleLatent(tinyPixels(), Uint32Array.of(9));
      last.forEach((value, i) => assert.ok(Math.abs(value - all[18 + i]) < ENGINE_TOLERANCE));
    }),
);

engineTest("importState() refuses another model's state and changes nothing", async (name) => {
  const other = tiny({ ...LATENTS.gaussian, size: 3 } as typeof LATENTS[string]);
  const state = await withEngine(name, other, (engine) => engine.exportState());
  await withEngine(name, tiny(), async (engine) => {
    const before = await engine.exportState();
    await assert.rejects(engine.importState(state), {
      name: "TypeError",
      message: "Cannot load state: tensor latent/loc/kernel must have shape [5, 2], got [5, 3]",
    });
    assert.deepEqual(await engine.exportState(), before);
  });
});
