import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { startBackend, type TfjsEngineName } from "../../lib/engine/tfjs/start.ts";
import { generator } from "../../lib/math/philox.ts";
import { cnn, parameterTable, statisticsTable } from "../../lib/model/mod.ts";
import { engineTest, LATENTS, tinyImages } from "./engines.ts";
import { assertClose, assertDirectionalDerivative, lossGradients, randomTensors } from "./gradients.ts";

/** Of the largest gradient in a tensor: float32 sums in another order, through six normalised layers. */
const GRADIENT_TOLERANCE = 5e-5;

/** Of the largest value: float32 sums of up to a few thousand terms in another order. */
const KERNEL_TOLERANCE = 5e-6;

const CASES:
  readonly (readonly [images: readonly number[], size: number, filters: number, stride: number])[] = [
    [[3, 5, 7, 2], 3, 4, 1],
    [[3, 5, 7, 2], 3, 4, 2],
    [[2, 6, 4, 3], 2, 1, 2],
    [[2, 3, 2, 1], 5, 2, 1],
    [[1, 7, 5, 2], 1, 3, 3],
    // Larger than one product takes.
    [[60, 7, 9, 2], 3, 3, 1],
    [[300, 6, 5, 1], 3, 2, 2],
  ];

for (const [images, size, filters, stride] of CASES) {
  for (const kind of ["conv2d", "conv2dTranspose"] as const) {
    Deno.test(`registerWasmKernels() gives ${kind} of [${images}], size ${size}, stride ${stride}, the cpu backend's value and gradients`, async () => {
      const results = async (engine: TfjsEngineName) => {
        await startBackend(engine);
        const random = randomTensors();
        const x = random(images) as tf.Tensor4D;
        const [rows, height, width, channels] = images;
        const kernel = kind === "conv2d" ? [channels, filters] : [filters, channels];
        const w = random([size, size, ...kernel]) as tf.Tensor4D;
        const apply = (x: tf.Tensor4D, w: tf.Tensor4D) =>
          kind === "conv2d"
            ? tf.conv2d(x, w, stride, "same")
            : tf.conv2dTranspose(x, w, [rows, height * stride, width * stride, filters], stride, "same");
        const y = apply(x, w);
        const dy = random(y.shape);
        const [dx, dw] = tf.grads((x, w) => apply(x as tf.Tensor4D, w as tf.Tensor4D))([x, w], dy);
        return await Promise.all([y, dx, dw].map((tensor) => tensor.data()));
      };
      const [expected, actual] = [await results("tfjs-cpu"), await results("tfjs-wasm")];
      ["value", "input's gradient", "kernel's gradient"].forEach((what, i) =>
        assertClose(actual[i], expected[i], { tolerance: KERNEL_TOLERANCE, what })
      );
    });
  }
}

Deno.test("registerWasmKernels() sums 400,000 rows to the last digit", async () => {
  await startBackend("tfjs-wasm");
  const random = generator({ seed: 6, stream: "data" });
  const values = Float32Array.from({ length: 800_000 }, (_, i) => random() + i % 2);
  const sums = [0, 0];
  values.forEach((value, i) => sums[i % 2] += value);
  for (const shape of [[400_000, 2], [400, 10, 100, 2]]) {
    const x = tf.tensor(values, shape);
    const actual = await tf.sum(x, shape.slice(1).map((_, axis) => axis)).data();
    assert.deepEqual(Array.from(actual), sums.map(Math.fround));
  }
});

/** cnn on small images, as the cpu backend takes seconds for each MNIST image. */
const SMALL = {
  model: cnn({ input: [8, 12], latent: LATENTS["student-t"], likelihood: { kind: "bernoulli" } }),
  rows: 4,
};
let expected: Promise<Map<string, Float32Array>> | undefined;

engineTest("gradients of every tensor of cnn are the cpu backend's", async (engine) => {
  expected ??= lossGradients("tfjs-cpu", SMALL);
  const [on, actual] = [await expected, await lossGradients(engine, SMALL)];
  const names = [...parameterTable(SMALL.model), ...statisticsTable(SMALL.model)].map(({ name }) => name);
  assert.deepEqual([...actual.keys()], names);
  for (const [name, gradient] of on) {
    assertClose(actual.get(name)!, gradient, { tolerance: GRADIENT_TOLERANCE, what: name });
  }
}, ["tfjs-wasm", "tfjs-webgpu"]);

for (const [family, latent] of Object.entries(LATENTS)) {
  Deno.test(`trainingLoss() of ${family} on convolutions has the gradient of its differences`, async () => {
    await assertDirectionalDerivative({ ...tinyImages(latent), rows: 10 });
  });
}
