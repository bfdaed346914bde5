import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { Normal, StudentT, uniformPair } from "../../lib/dist/mod.ts";
import * as studentT from "../../lib/math/student_t.ts";
import { kolmogorov, KOLMOGOROV_LIMIT, moments } from "../math/statistics.ts";
import { assertClose, backendTest, read, readWithGradients, transpose } from "./backends.ts";
import oracle from "./fixtures/student_t.json" with { type: "json" };

/** A handful of float32 roundings, relative to max(1, |reference|). */
const TOLERANCE = 2e-6;

/** Relative to the radius: u^(-2/df) magnifies the rounding of ln u by up to -2 ln(u)/df, 80 at df 0.5. */
const SAMPLE_TOLERANCE = 1e-5;

const NOISE = { seed: 11, stream: "latent" } as const;

const STANDARD_ERRORS = 5;

backendTest("studentT.logProb() and its gradients match mpmath for df from 0.1 to 1e6", async () => {
  const [x, df, loc, scale, nats, dX, dLoc, dScale, dDf] = transpose(oracle.logProb);
  const [value, byX, byLoc, byScale, byDf] = await readWithGradients(
    [x, loc, scale, df],
    (x, loc, scale, df) => StudentT({ df, loc, scale }).logProb(x),
  );
  const perScale = scale.map((s) => Math.max(1, 1 / s)); // one rounding of 1/scale and of its opposite
  assertClose(value, nats, { tolerance: TOLERANCE });
  assertClose(byX, dX, { tolerance: TOLERANCE, floor: perScale });
  assertClose(byLoc, dLoc, { tolerance: TOLERANCE, floor: perScale });
  assertClose(byScale, dScale, { tolerance: TOLERANCE, floor: perScale });
  assertClose(byDf, dDf, { tolerance: TOLERANCE });
});

backendTest("studentT.logProb() and entropy() are the same for a number df and a tensor df", async () => {
  const dfs = [0.5, 1, 5, 30, 1e3, 1e6];
  const values = await read(() =>
    dfs.flatMap((df) => {
      const fixed = StudentT({ df, loc: 1, scale: 2 });
      const learned = StudentT({ df: tf.scalar(df), loc: 1, scale: 2 });
      return [fixed.logProb(4), learned.logProb(4), fixed.entropy(), learned.entropy()];
    })
  );
  dfs.forEach((df, i) => {
    const expected = [
      studentT.logProb(4, { df, loc: 1, scale: 2 }),
      studentT.entropy({ df, scale: 2 }),
    ];
    assertClose([values[4 * i][0], values[4 * i + 2][0]], expected, { tolerance: TOLERANCE });
    assertClose([values[4 * i + 1][0], values[4 * i + 3][0]], expected, { tolerance: TOLERANCE });
  });
});

backendTest(
  "studentT.logProb() broadcasts and sums its gradients back to the parameters' shapes",
  async () => {
    const values = await read(() => {
      const x = tf.tensor2d([[0.5], [-2]]);
      const f = (df: tf.Tensor, loc: tf.Tensor, scale: tf.Tensor) => {
        const logProb = StudentT({ df, loc, scale }).logProb(x);
        assert.deepEqual(logProb.shape, [2, 3]);
        return tf.sum(logProb);
      };
      const gradients = tf.grads(f)([tf.scalar(5), tf.tensor1d([0, 1, 2]), tf.ones([1, 3])]);
      assert.deepEqual(gradients.map((g) => g.shape), [[], [3], [1, 3]]);
      return gradients;
    });
    const difference = (f: (h: number) => number) => (f(1e-4) - f(-1e-4)) / 2e-4;
    const total = (df: number, loc: number, scale: number) =>
      studentT.logProb(0.5, { df, loc, scale }) + studentT.logProb(-2, { df, loc, scale });
    const each = (f: (loc: number) => number) => [0, 1, 2].map(f);
    const byDf = each((loc) => difference((h) => total(5 + h, loc, 1))).reduce((sum, g) => sum + g, 0);
    assertClose(values[0], [byDf], { tolerance: TOLERANCE });
    assertClose(values[1], each((loc) => difference((h) => total(5, loc + h, 1))), { tolerance: TOLERANCE });
    assertClose(values[2], each((loc) => difference((h) => total(5, loc, 1 + h))), { tolerance: TOLERANCE });
  },
);

backendTest("studentT becomes Normal as df grows: logProb, entropy and samples at df 1e6", async () => {
  const LIMIT_TOLERANCE = 3e-5; // the distance itself, about t^4/(4 df) for |t| <= 3
  const [t, n, tEntropy, nEntropy, tSample, nSample] = await read(() => {
    const x = tf.linspace(-3, 3, 13);
    const noise = uniformPair(NOISE, { rows: 50, dimensions: 2 });
    const limit = Normal({ loc: 0.5, scale: 1.25 });
    const distribution = StudentT({ df: 1e6, loc: 0.5, scale: 1.25 });
    return [
      distribution.logProb(x),
      limit.logProb(x),
      distribution.entropy(),
      limit.entropy(),
      distribution.rsample(noise),
      limit.rsample(noise),
    ];
  });
  assertClose(t, Array.from(n), { tolerance: LIMIT_TOLERANCE });
  assertClose(tEntropy, Array.from(nEntropy), { tolerance: LIMIT_TOLERANCE });
  assertClose(tSample, Array.from(nSample), { tolerance: LIMIT_TOLERANCE });
});

backendTest(
  "studentT.entropy() matches mpmath, its gradients finite differences, from df 0.1 to 1e6",
  async () => {
    const [df, scale, nats] = transpose(oracle.entropy);
    const [value, dDf, dScale] = await readWithGradients(
      [df, scale],
      (df, scale) => StudentT({ df, loc: 0, scale }).entropy(),
    );
    assertClose(value, nats, { tolerance: TOLERANCE });
    assertClose(dScale, scale.map((s) => 1 / s), { tolerance: TOLERANCE });
    const slope = df.map((df) => {
      const h = 1e-4 * df;
      return (studentT.entropy({ df: df + h }) - studentT.entropy({ df: df - h })) / (2 * h);
    });
    assertClose(dDf, slope, { tolerance: TOLERANCE });
  },
);

backendTest("studentT.rsample() and its gradient in df match mpmath for df from 0.5 to 1e4", async () => {
  const [df, u, v, variate, dVariate, radius, dRadius] = transpose(oracle.polarSample);
  const [value, dDf] = await readWithGradients([df], (df) => {
    const noise = { u: tf.tensor2d(u, [1, u.length]), v: tf.tensor2d(v, [1, v.length]) };
    return StudentT({ df, loc: 0, scale: 1 }).rsample(noise);
  });
  assertClose(value, variate, { tolerance: SAMPLE_TOLERANCE, floor: radius });
  assertClose(dDf, dVariate, { tolerance: SAMPLE_TOLERANCE, floor: dRadius.map(Math.abs) });
});

backendTest(
  "studentT.rsample() draws what float64 draws from the same noise: right moments and distribution",
  async () => {
    const shape = { rows: 2000, dimensions: 2 };
    const [df, loc, scale] = [9, 2, 0.5];
    const [sample, sum] = await read(() => {
      const draw = (loc: tf.Tensor, scale: tf.Tensor) =>
        StudentT({ df, loc, scale }).rsample(uniformPair(NOISE, shape));
      const sample = draw(tf.scalar(loc), tf.scalar(scale));
      assert.deepEqual(sample.shape, [2000, 2]);
      const [dLoc] = tf.grads((loc, scale) => tf.sum(draw(loc, scale)))([tf.scalar(loc), tf.scalar(scale)]);
      return [sample, dLoc];
    });
    const expected = studentT.sample(NOISE, { ...shape, df, loc, scale });
    assertClose(sample, Array.from(expected), { tolerance: SAMPLE_TOLERANCE });
    assert.equal(sum[0], 4000);
    assert.ok(kolmogorov(sample, (x) => studentT.cdf(x, { df, loc, scale })) < KOLMOGOROV_LIMIT);
    const { mean, square } = moments(sample, loc);
    const variance = scale ** 2 * df / (df - 2);
    assert.ok(Math.abs(mean - loc) < STANDARD_ERRORS * Math.sqrt(variance / sample.length));
    const kurtosis = 3 + 6 / (df - 4);
    assert.ok(Math.abs(square / variance - 1) < STANDARD_ERRORS * Math.sqrt((kurtosis - 1) / sample.length));
  },
);

backendTest("studentT gives NaN at NaN and at a negative scale or df", async () => {
  const results = await read(() => {
    const at = (df: number, loc: number, scale: number) =>
      StudentT({ df: tf.scalar(df), loc: tf.scalar(loc), scale: tf.scalar(scale) });
    const noise = uniformPair(NOISE, { rows: 1, dimensions: 1 });
    return [
      StudentT({ df: 5, loc: 0, scale: 1 }).logProb(NaN),
      ...[at(NaN, 0, 1), at(5, NaN, 1), at(5, 0, NaN)].flatMap((t) => [t.logProb(0), t.rsample(noise)]),
      at(-1, 0, 1).logProb(0),
      at(5, 0, -1).logProb(0),
      at(NaN, 0, 1).entropy(),
      at(5, 0, NaN).entropy(),
    ];
  });
  assert.deepEqual(results.map(([value]) => value), results.map(() => NaN));
});

backendTest(
  "studentT's functions leave one tensor each outside tidy, and gradients leave their own",
  async () => {
    const parameters = [tf.scalar(5), tf.zeros([2]), tf.ones([2])];
    const noise = uniformPair(NOISE, { rows: 3, dimensions: 2 });
    const before = tf.memory().numTensors;
    const distributions = [
      StudentT({ df: 5, loc: 0, scale: 1 }),
      StudentT({ df: parameters[0], loc: parameters[1], scale: parameters[2] }),
      Normal({ loc: parameters[1], scale: parameters[2] }),
    ];
    const results = distributions.flatMap((d) => [d.logProb(1), d.entropy(), d.rsample(noise)]);
    assert.equal(tf.memory().numTensors, before + results.length);
    const { value, grads } = tf.valueAndGrads((df, loc, scale) =>
      tf.sum(StudentT({ df, loc, scale }).rsample(noise))
    )(
      parameters,
    );
    assert.equal(tf.memory().numTensors, before + results.length + 4);
    await value.data();
    tf.dispose([...results, value, ...grads, ...parameters, noise.u, noise.v]);
  },
);

Deno.test("StudentT() names a parameter that is out of range or of the wrong shape", () => {
  for (const df of [-1, 0, NaN, Infinity]) {
    assert.throws(() => StudentT({ df, loc: 0, scale: 1 }), {
      name: "RangeError",
      message: `Cannot create StudentT: df must be finite and > 0, got ${df}`,
    });
  }
  tf.tidy(() => {
    assert.throws(() => StudentT({ df: tf.ones([2]), loc: tf.zeros([4, 3]), scale: 1 }), {
      name: "TypeError",
      message: "Cannot create StudentT: shapes do not broadcast together: df [2], loc [4, 3], scale []",
    });
    const noise = uniformPair(NOISE, { rows: 5, dimensions: 2 });
    assert.throws(() => StudentT({ df: 5, loc: tf.zeros([3]), scale: 1 }).rsample(noise), {
      name: "TypeError",
      message:
        "Cannot draw StudentT rsample: shapes do not broadcast together: noise.u [5, 2], df [], loc [3], scale []",
    });
  });
});
