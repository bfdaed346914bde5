import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { adamUpdate } from "../../lib/engine/tfjs/adam.ts";
import { logLikelihood } from "../../lib/engine/tfjs/likelihood.ts";
import { startBackend } from "../../lib/engine/tfjs/start.ts";
import * as normal from "../../lib/math/normal.ts";
import { generator } from "../../lib/math/philox.ts";
import * as studentT from "../../lib/math/student_t.ts";
import { softplusInverse } from "../../lib/model/degrees_of_freedom.ts";
import { type Likelihood, SCALE_FLOOR } from "../../lib/model/record.ts";
import { smooth } from "./combinations.ts";
import { LATENTS, tiny } from "./engines.ts";
import { assertDirectionalDerivative } from "./gradients.ts";

/** A float32 sum of six terms. */
const DENSITY_TOLERANCE = 1e-6;

function assertRelative(actual: number, expected: number): void {
  assert.ok(Math.abs(actual / expected - 1) < DENSITY_TOLERANCE, `${actual} against ${expected}`);
}

for (const [family, latent] of Object.entries(LATENTS)) {
  for (const likelihood of [{ kind: "bernoulli" }, { kind: "gaussian", scale: 0.5 }] satisfies Likelihood[]) {
    Deno.test(`trainingLoss() of ${family} and ${likelihood.kind} has the gradient of its differences`, async () => {
      await assertDirectionalDerivative({ model: { ...smooth(tiny(latent).model), likelihood }, rows: 10 });
    });
  }
}

Deno.test("logLikelihood() is the density around the decoder's output, of fixed and of learned scale", async () => {
  await startBackend("tfjs-cpu");
  const [elements, at] = [[0, 0.25, -0.5, 1, 2, 30], 0.125];
  const [x, output] = [tf.tensor2d([elements]), tf.fill([1, 6], at)];
  const parameters = { "likelihood/scale": tf.tensor1d([softplusInverse(0.5 - SCALE_FLOOR)]) };
  const actual = (likelihood: Likelihood) =>
    logLikelihood(likelihood, { output, x, parameters }).dataSync()[0];
  const density = (logProb: (x: number) => number) =>
    elements.reduce((sum, value) => sum + logProb(value), 0);
  const gaussian = density((x) => normal.logProb(x, { loc: at, scale: 0.5 }));
  const t = density((x) => studentT.logProb(x, { df: 3, loc: at, scale: 0.5 }));
  for (const scale of [0.5, "learned"] as const) {
    assertRelative(actual({ kind: "gaussian", scale }), gaussian);
    assertRelative(actual({ kind: "student-t", df: 3, scale }), t);
  }
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
