import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { objectiveSums } from "../../lib/engine/objective_sums.ts";
import type { Task } from "../../lib/engine/tfjs/latent.ts";
import { logMeanExp } from "../../lib/engine/tfjs/log_mean_exp.ts";
import { exampleParts, lossGroups, trainingLoss } from "../../lib/engine/tfjs/objective.ts";
import { startBackend } from "../../lib/engine/tfjs/start.ts";
import { generator } from "../../lib/math/philox.ts";
import { initialParameters, type Model, type Objective, parameterTable } from "../../lib/model/mod.ts";
import { choice, optionsOf } from "./combinations.ts";
import { engineTest, rows, TFJS_NAMES, tinyPixels, trainersOf, withEngine } from "./engines.ts";
import { assertClose, lossGradients, noiseOf } from "./gradients.ts";

/** Of the terms that a float32 result is the sum of. */
const ROUNDING = 2e-6;

const IWAE: Objective = { kind: "iwae", samples: 5 };

function initial(model: Model): Record<string, tf.Tensor> {
  const values = initialParameters(model, { seed: 5 });
  return Object.fromEntries(
    parameterTable(model).map(({ name, shape }) => [name, tf.tensor(values.get(name)!, [...shape])]),
  );
}

function examples(count: number): tf.Tensor2D {
  const random = generator({ seed: 9, stream: "data" });
  return tf.tensor2d(Float32Array.from({ length: 6 * count }, random), [count, 6]);
}

for (const latent of ["t, learned df of dimensions", "joint t, amortised df"]) {
  const { model } = optionsOf(choice({ latent, kl: "sampled KL" }));

  Deno.test(`exampleParts() of iwae with one draw of ${latent} is the elbo with a sampled KL`, async () => {
    await startBackend("tfjs-cpu");
    const parts = (objective: Objective) => {
      const task: Task = { model, objective };
      return exampleParts(task, { x: examples(20), ...noiseOf(task, 20), parameters: initial(model) });
    };
    const [one, elbo] = [parts({ kind: "iwae", samples: 1 }), parts({ kind: "elbo", beta: 1 })];
    const sum = tf.add(elbo.reconstruction, tf.sum(elbo.kl, 1));
    assertClose(one.bound!.dataSync(), sum.dataSync(), { tolerance: ROUNDING, what: "bound" });
    assertClose(one.kl.dataSync(), elbo.kl.dataSync(), { tolerance: ROUNDING, what: "kl" });
    const given = { model, rows: 10 };
    const expected = await lossGradients("tfjs-cpu", given);
    const actual = await lossGradients("tfjs-cpu", { ...given, objective: { kind: "iwae", samples: 1 } });
    for (const [name, gradient] of expected) {
      assertClose(actual.get(name)!, gradient, { tolerance: 1e-5, what: name });
    }
  });

  Deno.test(`exampleParts() of iwae with ${latent} lies between the best draw and the mean of them`, async () => {
    await startBackend("tfjs-cpu");
    const task: Task = { model, objective: IWAE };
    const noise = noiseOf(task, 20);
    const batch = { x: examples(20), parameters: initial(model) };
    const { bound, reconstruction, kl } = exampleParts(task, { ...batch, ...noise });
    const mean = tf.add(reconstruction, tf.sum(kl, 1)).dataSync();
    const draws = tf.unstack(noise.noise.u).map((u, i) => {
      const v = tf.unstack(noise.noise.v)[i];
      const one = exampleParts({ model, objective: { kind: "elbo", beta: 1 } }, {
        ...batch,
        noise: { u, v },
      });
      return tf.add(one.reconstruction, tf.sum(one.kl, 1)).dataSync();
    });
    bound!.dataSync().forEach((value, row) => {
      const each = draws.map((values) => values[row]);
      const logMean = Math.log(each.reduce((sum, x) => sum + Math.exp(-x), 0) / each.length);
      assert.ok(Math.abs(value + logMean) < 1e-5, `${value} against ${-logMean}`);
      assert.ok(value < mean[row] && value > Math.min(...each), `${value} of ${each}`);
    });
  });
}

engineTest("the bound of iwae does not fall as draws are added", async (name) => {
  const options = { ...optionsOf(choice({ latent: "joint t, fixed df" })), batchSize: 200 };
  const data = Uint8Array.from({ length: 1200 }, (_, i) => tinyPixels()[i % 60]);
  const losses: number[] = [];
  for (const samples of [1, 4, 32]) {
    await withEngine(name, { ...options, objective: { kind: "iwae", samples } }, async (engine) => {
      losses.push((await engine.objectiveParts(data, rows(200))).loss / 200);
    });
  }
  const [one, four, many] = losses;
  assert.ok(one > four && four > many, `${losses}`);
}, ["tfjs-cpu", "tfjs-wasm"]);

engineTest(
  "logMeanExp() neither overflows nor loses a NaN, and its gradient is the softmax",
  async (name) => {
    await startBackend(name);
    const x = tf.tensor2d([[1000, -1000, 0, 3, NaN], [1000, -2000, Math.log(3), 3, 0]]);
    const value = await logMeanExp(x).data();
    assert.ok(Number.isNaN(value[4]));
    assertClose(value.slice(0, 4), [1000, -1000 - Math.LN2, Math.LN2, 3], { tolerance: 1e-6, what: "value" });
    const finite = tf.slice(x, [0, 0], [2, 4]);
    const gradient = await tf.grad((x) => logMeanExp(x))(finite).data();
    assertClose(gradient, [0.5, 1, 0.25, 0.5, 0.5, 0, 0.75, 0.5], { tolerance: 1e-6, what: "gradient" });
  },
  TFJS_NAMES,
);

const FREE = 0.5;

Deno.test("trainingLoss() has free bits for each dimension, and for a joint latent together", async () => {
  await startBackend("tfjs-cpu");
  const parts = {
    reconstruction: tf.tensor1d([2, 4]),
    kl: tf.tensor2d([[0.1, 1, 0.25], [0.3, 3, 0.75]]), // means 0.2, 2, 0.5
  };
  const loss = (latent: string, objective: Objective) => {
    const { model } = optionsOf(choice({ latent }));
    const task = { model, objective };
    const own = latent.startsWith("joint")
      ? { ...parts, kl: tf.sum(parts.kl, 1, true) as tf.Tensor2D }
      : parts;
    const kl = lossGroups(task, own.kl);
    const [device] = trainingLoss(task, { ...own, kl, parameters: initial(model) }).dataSync();
    const host = objectiveSums(task, {
      reconstruction: own.reconstruction.dataSync<"float32">(),
      kl: own.kl.dataSync<"float32">(),
    }, { rows: 2 });
    assert.deepEqual([host.examples, host.reconstruction], [2, 6]);
    assert.ok(Math.abs(host.kl - 5.4) < 1e-6);
    // What is told is the same loss, summed over both examples.
    assert.ok(Math.abs(host.loss / 2 - device) < 1e-6, `${host.loss / 2} against ${device}`);
    return Math.round(device * 1e5) / 1e5;
  };
  const elbo = { kind: "elbo", beta: 2 } as const;
  assert.equal(loss("t, fixed df", elbo), 3 + 2 * 2.7);
  assert.equal(loss("t, fixed df", { ...elbo, freeBits: FREE }), 3 + 2 * (0.5 + 2 + 0.5));
  // Three dimensions have 1.5 nats together, which is less than they take.
  assert.equal(loss("joint t, fixed df", { ...elbo, freeBits: FREE }), 3 + 2 * 2.7);
  assert.equal(loss("joint t, fixed df", { ...elbo, freeBits: 1 }), 3 + 2 * 3);
});

Deno.test("trainingLoss() has no gradient in a divergence that is free", async () => {
  await startBackend("tfjs-cpu");
  const { model } = optionsOf(choice({}));
  const task: Task = { model, objective: { kind: "elbo", beta: 2, freeBits: FREE } };
  const gradient = tf.grad((kl) =>
    trainingLoss(task, { reconstruction: tf.tensor1d([2, 4]), kl: kl as tf.Tensor2D, parameters: {} })
  )(tf.tensor2d([[0.1, 1], [0.3, 3]]));
  assert.deepEqual(Array.from(gradient.dataSync()), [0, 1, 0, 1]);
});

engineTest("a NaN among the examples is told as the loss of every objective", async (name) => {
  const data = Float32Array.from({ length: 24 }, (_, i) => i === 8 ? NaN : 0.5);
  for (const objective of ["elbo", "elbo with free bits", "iwae", "t3"]) {
    const options = optionsOf(choice({ latent: "joint t, fixed df", likelihood: "normal", objective }));
    if (trainersOf(options.objective, [name]).length === 0) continue;
    await withEngine(name, options, async (engine) => {
      assert.ok(Number.isNaN((await engine.objectiveParts(data, rows(4))).loss), objective);
      const [first] = await engine.trainSteps(data, rows(4));
      assert.ok(Number.isNaN(first.loss), objective);
    });
  }
});
