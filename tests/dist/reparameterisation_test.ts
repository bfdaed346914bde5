import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { MultivariateStudentT, Normal, StudentT, uniformPair } from "../../lib/dist/mod.ts";
import { lgamma } from "../../lib/math/special.ts";
import * as studentT from "../../lib/math/student_t.ts";
import { assertClose, backendTest, HOST_BACKENDS, read } from "./backends.ts";

const NOISE = { seed: 5, stream: "latent" } as const;

const ROWS = 4000;

const STANDARD_ERRORS = 5;

/** One rounding of the float64 derivative, and that of the draw it is taken at, which loc takes digits from. */
const SLOPE_TOLERANCE = 5e-6;

/** Each row's own derivative in df of f(z), by both reparameterisations; z `[ROWS, d]`. */
function slopes(
  f: (z: tf.Tensor) => tf.Tensor,
  { df, d }: { df: number; d: number },
): Promise<Float32Array[]> {
  return read(() =>
    (["polar", "implicit"] as const).map((reparameterisation) => {
      const dimensions = reparameterisation === "polar" ? Math.ceil(d / 2) : d;
      const noise = uniformPair(NOISE, { rows: ROWS, dimensions });
      const total = (df: tf.Tensor) => {
        const t = MultivariateStudentT({ df, loc: tf.zeros([ROWS, d]), scale: 1 });
        return tf.sum(f(t.rsample(noise, { reparameterisation })));
      };
      return tf.grad(total)(tf.fill([ROWS], df));
    })
  );
}

function meanAndError(values: ArrayLike<number>): { mean: number; error: number } {
  const array = Array.from(values);
  const mean = array.reduce((sum, x) => sum + x, 0) / array.length;
  const variance = array.reduce((sum, x) => sum + (x - mean) ** 2, 0) / array.length;
  return { mean, error: Math.sqrt(variance / array.length) };
}

/** E |z| of the standard t in d dimensions, sqrt(df) Gamma((d+1)/2) Gamma((df-1)/2) / (Gamma(d/2) Gamma(df/2)). */
function meanRadius(df: number, d: number): number {
  return Math.sqrt(df) *
    Math.exp(lgamma((d + 1) / 2) + lgamma((df - 1) / 2) - lgamma(d / 2) - lgamma(df / 2));
}

const square = (z: tf.Tensor) => tf.sum(tf.square(z), -1);

for (const d of [1, 2, 5]) {
  backendTest(
    `both reparameterisations agree on d/d(df) of E ln(1 + |z|^2) and E |z|, d = ${d}`,
    async () => {
      const df = 3.5, h = 1e-4;
      const expected = (meanRadius(df + h, d) - meanRadius(df - h, d)) / (2 * h);
      const radii = (await slopes((z) => tf.sqrt(square(z)), { df, d })).map(meanAndError);
      for (const { mean, error } of radii) assert.ok(Math.abs(mean - expected) < STANDARD_ERRORS * error);
      const [polar, implicit] = (await slopes((z) => tf.log1p(square(z)), { df, d })).map(meanAndError);
      assert.ok(
        Math.abs(polar.mean - implicit.mean) < STANDARD_ERRORS * Math.hypot(polar.error, implicit.error),
      );
      // Of one coordinate the mean over the uniforms that give a draw varies less than each of them does.
      if (d === 1) assert.ok(implicit.error < polar.error && radii[1].error < radii[0].error);
    },
    { on: HOST_BACKENDS },
  );
}

backendTest("studentT.rsample(), implicit, is the polar draw and moves at fixed probability", async () => {
  const dfs = [0.5, 1.5, 8, 1e4];
  const [polar, implicit, slope] = await read(() => {
    const noise = uniformPair(NOISE, { rows: 50, dimensions: 4 });
    const draw = (df: tf.Tensor) =>
      StudentT({ df, loc: 1, scale: 2 }).rsample(noise, { reparameterisation: "implicit" });
    const df = tf.tensor2d(Array(50).fill(dfs));
    const dDf = tf.grad((df) => tf.sum(draw(df)))(df);
    return [StudentT({ df, loc: 1, scale: 2 }).rsample(noise), draw(df), dDf];
  });
  assert.deepEqual(implicit, polar);
  const expected = Array.from(polar, (z, i) => 2 * studentT.dfGradient((z - 1) / 2, dfs[i % 4]));
  // A draw near 0 has lost digits beside loc.
  const floor = expected.map((slope, i) => Math.max(Math.abs(slope), 1e-2 / dfs[i % 4] ** 2));
  assertClose(slope, expected, { tolerance: SLOPE_TOLERANCE, floor });
}, { on: HOST_BACKENDS });

backendTest("implicit gradients are NaN at NaN", async () => {
  const [slope] = await read(() => {
    const noise = uniformPair(NOISE, { rows: 1, dimensions: 1 });
    const draw = (df: tf.Tensor) =>
      StudentT({ df, loc: 0, scale: 1 }).rsample(noise, { reparameterisation: "implicit" });
    return tf.grad((df) => tf.sum(draw(df)))(tf.tensor1d([NaN, -1, 5]));
  });
  assert.deepEqual(Array.from(slope, Number.isNaN), [true, true, false]);
}, { on: HOST_BACKENDS });

backendTest("rsample(), implicit, says on webgpu that it cannot", async () => {
  const noise = uniformPair(NOISE, { rows: 2, dimensions: 3 });
  const distributions = [
    StudentT({ df: 5, loc: 0, scale: 1 }),
    MultivariateStudentT({ df: 5, loc: noise.u, scale: 1 }),
  ];
  for (const distribution of distributions) {
    assert.throws(() => distribution.rsample(noise, { reparameterisation: "implicit" }), {
      name: "Error",
      message:
        'Cannot draw rsample with reparameterisation "implicit": it reads tensors at once, which the webgpu ' +
        'backend cannot; use "polar"',
    });
  }
  await noise.u.data();
  tf.dispose([noise.u, noise.v]);
}, { on: ["webgpu"] });

backendTest("sample() is rsample() and a constant to differentiation", async () => {
  const results = await read(() => {
    const loc = tf.tensor2d([[1, 2, 3], [4, 5, 6]]);
    const rows = uniformPair(NOISE, { rows: 2, dimensions: 3 });
    const pairs = uniformPair(NOISE, { rows: 2, dimensions: 2 });
    const make = (df: tf.Tensor) => [
      { t: Normal({ loc, scale: df }), noise: rows },
      { t: StudentT({ df, loc, scale: df }), noise: rows },
      { t: MultivariateStudentT({ df, loc, scale: df }), noise: pairs },
    ];
    return make(tf.scalar(5)).flatMap(({ t, noise }, i) => {
      // d/d(df) of sample(df) + df is that of df alone.
      const total = (df: tf.Tensor) => tf.add(tf.sum(make(df)[i].t.sample(noise)), df);
      return [t.rsample(noise), t.sample(noise), tf.grad(total)(tf.scalar(5))];
    });
  });
  for (let i = 0; i < results.length; i += 3) {
    assert.deepEqual(results[i + 1], results[i]);
    assert.deepEqual(results[i + 2], Float32Array.of(1));
  }
});
