import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { uniformPair } from "../../lib/dist/mod.ts";
import { adamUpdate } from "../../lib/engine/tfjs/adam.ts";
import { negativeElboParts } from "../../lib/engine/tfjs/objective.ts";
import { startBackend } from "../../lib/engine/tfjs/start.ts";
import { initialParameters, parameterTable } from "../../lib/model/parameters.ts";
import * as normal from "../../lib/math/normal.ts";
import { generator } from "../../lib/math/philox.ts";
import type { Likelihood, Model } from "../../lib/model/record.ts";
import { LATENTS, tiny, tinyPixels } from "./engines.ts";

/** Central differences of a float32 loss lose half its digits. */
const DIRECTIONAL_TOLERANCE = 1e-2;

for (const [family, latent] of Object.entries(LATENTS)) {
  for (const likelihood of [{ kind: "bernoulli" }, { kind: "gaussian", scale: 0.5 }] satisfies Likelihood[]) {
    Deno.test(`negativeElboParts() of ${family} and ${likelihood.kind} has the gradient of its differences`, async () => {
      await startBackend("tfjs-cpu");
      const model = { ...tiny(latent).model, likelihood };
      const table = parameterTable(model);
      const initial = initialParameters(model, { seed: 3 });
      const random = generator({ seed: 5, stream: "data" });
      // Biases start at 0, where rectifiers have kinks: move everything a little.
      const at = table.map(({ name, shape }) =>
        tf.tensor(initial.get(name)!.map((value) => value + 0.2 * (random() - 0.5)), [...shape])
      );
      const direction = table.map(({ shape, size }) =>
        tf.tensor(Float32Array.from({ length: size }, () => random() - 0.5), [...shape])
      );
      const x = tf.tensor2d(Float32Array.from(tinyPixels(), (p) => p / 255), [10, 6]);
      const noise = uniformPair({ seed: 1, stream: "latent" }, { rows: 10, dimensions: 2 });
      const loss = (...values: tf.Tensor[]): tf.Scalar => {
        const parameters = Object.fromEntries(table.map(({ name }, i) => [name, values[i]]));
        const { reconstruction, klPerDimension } = negativeElboParts(model, { x, noise, parameters });
        return tf.add(tf.mean(reconstruction), tf.mean(tf.sum(klPerDimension, 1)));
      };
      const { grads } = tf.valueAndGrads(loss)(at);
      let expected = 0;
      grads.forEach((g, i) => expected += tf.sum(tf.mul(g, direction[i])).dataSync()[0]);
      const h = 2e-3;
      const along = (t: number) =>
        loss(...at.map((p, i) => tf.add(p, tf.mul(direction[i], t)))).dataSync()[0];
      const difference = (along(h) - along(-h)) / (2 * h);
      assert.ok(
        Math.abs(difference - expected) < DIRECTIONAL_TOLERANCE * Math.abs(expected),
        `${difference} against ${expected}`,
      );
    });
  }
}

Deno.test("negativeElboParts() of a gaussian likelihood is the log-density around the decoder's output", async () => {
  await startBackend("tfjs-cpu");
  const model = { ...tiny().model, likelihood: { kind: "gaussian", scale: 0.5 } } satisfies Model;
  // With all parameters 0 the decoder's output is 0 whatever z is.
  const parameters = Object.fromEntries(
    parameterTable(model).map(({ name, shape }) => [name, tf.zeros([...shape])]),
  );
  const x = tf.tensor2d([[0, 0.25, -0.5, 1, 2, 0]]);
  const noise = uniformPair({ seed: 1, stream: "latent" }, { rows: 1, dimensions: 2 });
  const { reconstruction } = negativeElboParts(model, { x, noise, parameters });
  const expected = [0, 0.25, -0.5, 1, 2, 0].reduce(
    (sum, value) => sum - normal.logProb(value, { scale: 0.5 }),
    0,
  );
  const [actual] = await reconstruction.data();
  assert.ok(Math.abs(actual - expected) < 1e-5, `${actual} against ${expected}`);
});

Deno.test("adamUpdate() takes the steps of Kingma & Ba's Algorithm 1", async () => {
  await startBackend("tfjs-cpu");
  const learningRate = 0.1;
  let slot = { value: tf.tensor1d([1, -2]), m: tf.zeros([2]), v: tf.zeros([2]) } as Parameters<
    typeof adamUpdate
  >[0];
  const [value, m, v] = [[1, -2], [0, 0], [0, 0]];
  for (let step = 1; step <= 5; step++) {
    const gradient = [0.3 * step, -4e-3];
    slot = adamUpdate(slot, { gradient: tf.tensor1d(gradient), step, learningRate });
    gradient.forEach((g, i) => {
      m[i] = 0.9 * m[i] + 0.1 * g;
      v[i] = 0.999 * v[i] + 0.001 * g * g;
      value[i] -= learningRate * (m[i] / (1 - 0.9 ** step)) / (Math.sqrt(v[i] / (1 - 0.999 ** step)) + 1e-8);
    });
  }
  const actual = await slot.value.data();
  value.forEach((expected, i) =>
    assert.ok(Math.abs(actual[i] - expected) < 1e-5, `${actual[i]} against ${expected}`)
  );
});

Deno.test("registerWasmKernels() multiplies transposed operands as the cpu backend does", async () => {
  const shapes = { n: 3, k: 5, m: 4 };
  const product = async (engine: "tfjs-cpu" | "tfjs-wasm", [transposeA, transposeB]: boolean[]) => {
    await startBackend(engine);
    const random = generator({ seed: 2, stream: "data" });
    const tensor = (r: number, c: number) =>
      tf.tensor2d(Float32Array.from({ length: r * c }, () => random() - 0.5), [r, c]);
    const a = transposeA ? tensor(shapes.k, shapes.n) : tensor(shapes.n, shapes.k);
    const b = transposeB ? tensor(shapes.m, shapes.k) : tensor(shapes.k, shapes.m);
    return await tf.matMul(a, b, transposeA, transposeB).data();
  };
  for (const transposes of [[false, false], [true, false], [false, true], [true, true]]) {
    const [expected, actual] = [
      await product("tfjs-cpu", transposes),
      await product("tfjs-wasm", transposes),
    ];
    assert.equal(actual.length, 12);
    // Sums of five products of numbers below 1/2.
    actual.forEach((value, i) => assert.ok(Math.abs(value - expected[i]) < 1e-6, `${transposes}: ${value}`));
  }
});
