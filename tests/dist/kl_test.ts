import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { kl, MultivariateStudentT, Normal, StudentT } from "../../lib/dist/mod.ts";
import { klNormal, klStudentT } from "../../lib/math/divergence.ts";
import { generator } from "../../lib/math/philox.ts";
import { assertClose, backendTest, read, readWithGradients, transpose } from "./backends.ts";
import oracle from "./fixtures/student_t.json" with { type: "json" };

/** What `kl` promises for float32, relative to max(1, KL); the largest error seen is 1.6e-6. */
const TOLERANCE = 5e-6;

/** Gradients, relative to max(0.01, |g|): those near 0 are differences of numbers near 1; 4e-5 has been seen. */
const GRADIENT = { tolerance: 1e-4, floor: 1e-2 };

/** The middle gradient error is a few roundings. */
const MEDIAN_GRADIENT_ERROR = 1e-6;

const STANDARD = { loc: 0, scale: 1 };

/** 600 points [df, loc, scale] of the box that the tolerance holds in, rounded to float32. */
const BOX = (() => {
  const random = generator({ seed: 5, stream: "data" });
  return Array.from({ length: 600 }, (_, i) => {
    const df = 0.5 * 2000 ** random();
    const loc = (40 * random() - 20) * (i % 3 === 0 ? 1e-4 ** random() : 1);
    return [df, loc, 10 ** (5 * random() - 3)].map(Math.fround);
  });
})();

backendTest("kl() of two StudentT and its gradients match mpmath for df from 0.5 to 1e3", async () => {
  const [df, loc, scale, nats, ...slopes] = transpose(oracle.kl);
  const [value, dLoc, dScale, dDf] = await readWithGradients(
    [loc, scale, df],
    (loc, scale, df) => kl(StudentT({ df, loc, scale }), StudentT({ df, ...STANDARD })),
  );
  assertClose(value, nats, { tolerance: TOLERANCE });
  [dLoc, dScale, dDf].forEach((actual, i) => {
    assertClose(actual, slopes[i], GRADIENT);
    const errors = slopes[i].map((g, k) => Math.abs(actual[k] - g) / Math.max(GRADIENT.floor, Math.abs(g)));
    assert.ok(errors.sort((a, b) => a - b)[errors.length >> 1] < MEDIAN_GRADIENT_ERROR);
  });
});

backendTest(
  "kl() of two StudentT matches float64 over |loc| <= 20, scale 1e-3 to 1e2, df 0.5 to 1e3",
  async () => {
    const [df, loc, scale] = transpose(BOX);
    const [value] = await read(() => {
      const shared = tf.tensor1d(df);
      const q = StudentT({ df: shared, loc: tf.tensor1d(loc), scale: tf.tensor1d(scale) });
      return kl(q, StudentT({ df: shared, ...STANDARD }));
    });
    const expected = BOX.map(([df, loc, scale]) => klStudentT({ df, loc: [loc], scale: [scale] }));
    assertClose(value, expected, { tolerance: TOLERANCE });
  },
);

backendTest(
  "kl() of two StudentT is right for df 1e6 and finite with finite gradients at extremes",
  async () => {
    const cases = [[0, 1, 1e6], [1, 0.5, 1e6], [20, 100, 1e6], [-3, 1e-3, 1e6], [1, 2, 0.1], [1e6, 1, 5], [
      0,
      1e-12,
      5,
    ]];
    const results = await readWithGradients(
      transpose(cases),
      (loc, scale, df) => kl(StudentT({ df, loc, scale }), StudentT({ df, ...STANDARD })),
    );
    for (const values of results) assert.ok(values.every(Number.isFinite));
    const expected = cases.map(([loc, scale, df]) => klStudentT({ df, loc: [loc], scale: [scale] }));
    assertClose(results[0], expected, { tolerance: TOLERANCE });
  },
);

backendTest("kl() of two StudentT at df 1 is ln(((1 + scale)^2 + loc^2) / (4 scale))", async () => {
  const [, loc, scale] = transpose(BOX);
  const [value] = await read(() =>
    kl(
      StudentT({ df: 1, loc: tf.tensor1d(loc), scale: tf.tensor1d(scale) }),
      StudentT({ df: 1, ...STANDARD }),
    )
  );
  const expected = BOX.map(([, loc, scale]) => Math.log(((1 + scale) ** 2 + loc ** 2) / (4 * scale)));
  assertClose(value, expected, { tolerance: TOLERANCE });
});

backendTest(
  "kl() broadcasts, is invariant to a common shift and scale, and reaches p's gradients",
  async () => {
    const [value, dLoc, dScale, dDf] = await read(() => {
      const f = (pLoc: tf.Tensor, pScale: tf.Tensor, df: tf.Tensor) => {
        const q = StudentT({ df, loc: tf.tensor2d([[1.5], [-1]]), scale: tf.tensor1d([0.5, 2, 6]) });
        const divergence = kl(q, StudentT({ df, loc: pLoc, scale: pScale }));
        assert.deepEqual(divergence.shape, [2, 3]);
        return divergence;
      };
      const p = [tf.scalar(0.25), tf.tensor1d([2, 2, 2]), tf.tensor2d([[4]])];
      const gradients = tf.grads((loc, scale, df) => tf.sum(f(loc, scale, df)))(p);
      assert.deepEqual(gradients.map((g) => g.shape), [[], [3], [1, 1]]);
      return [f(p[0], p[1], p[2]), ...gradients];
    });
    const scales = [0.5, 2, 6];
    const one = ({ loc = 0.25, scale = 2, df = 4 }) =>
      [1.5, -1].map((q) =>
        scales.map((s) => klStudentT({ df, loc: [(q - loc) / scale], scale: [s / scale] }))
      );
    const difference = (f: (h: number) => number) => (f(1e-4) - f(-1e-4)) / 2e-4;
    const total = (rows: number[][]) => rows.flat().reduce((sum, x) => sum + x, 0);
    assertClose(value, one({}).flat(), { tolerance: TOLERANCE });
    assertClose(dLoc, [difference((h) => total(one({ loc: 0.25 + h })))], GRADIENT);
    assertClose(dDf, [difference((h) => total(one({ df: 4 + h })))], GRADIENT);
    const byScale = scales.map((_, k) =>
      difference((h) => one({ scale: 2 + h }).reduce((sum, row) => sum + row[k], 0))
    );
    assertClose(dScale, byScale, GRADIENT);
  },
);

backendTest(
  "kl() of two Normal and its gradients match the closed form, near 0 relative to itself too",
  async () => {
    const cases = [[0, 1], [2 ** -13, 1 + 2 ** -13], [0, 1 - 2 ** -12], [1, 0.5], [-20, 1e-3], [3, 100]];
    const [loc, scale] = transpose(cases.map((row) => row.map(Math.fround)));
    const [value, dLoc, dScale] = await readWithGradients(
      [loc, scale],
      (loc, scale) => kl(Normal({ loc, scale }), Normal(STANDARD)),
    );
    const expected = loc.map((loc, i) => klNormal({ loc: [loc], scale: [scale[i]] }));
    assertClose(value, expected, { tolerance: TOLERANCE });
    // ln(1 + e) and e + e^2/2 agree to e^2: at e = 2^-13 their difference keeps three digits of seven.
    assertClose(value.slice(1, 3), expected.slice(1, 3), { tolerance: 1e-3, floor: 0 });
    assertClose(dLoc, loc, GRADIENT);
    assertClose(dScale, scale.map((s) => s - 1 / s), GRADIENT);
  },
);

backendTest("kl() between StudentT of df 1e6 is that between Normal", async () => {
  const LIMIT_TOLERANCE = 2e-5; // the distance itself, about 4 t^4/(4 df) for |t| <= 2
  const [t, n] = await read(() => {
    const q = { loc: tf.tensor1d([0, 1, -2]), scale: tf.tensor1d([0.5, 1, 1.5]) };
    return [
      kl(StudentT({ df: 1e6, ...q }), StudentT({ df: 1e6, loc: 0.5, scale: 2 })),
      kl(Normal(q), Normal({ loc: 0.5, scale: 2 })),
    ];
  });
  assertClose(t, Array.from(n), { tolerance: LIMIT_TOLERANCE });
});

backendTest("kl() and its gradients are NaN at NaN, and kl() is Infinity at scale 0", async () => {
  const columns = [[NaN, 1, 1], [1, NaN, 1], [5, 5, NaN]];
  const results = await readWithGradients(
    columns,
    (loc, scale, df) => kl(StudentT({ df, loc, scale }), StudentT({ df, ...STANDARD })),
  );
  for (const values of results) assert.ok(values.every(Number.isNaN));
  const [t, n] = await read(() => [
    kl(StudentT({ df: 5, loc: 0, scale: tf.scalar(0) }), StudentT({ df: 5, ...STANDARD })),
    kl(Normal({ loc: 0, scale: tf.scalar(NaN) }), Normal(STANDARD)),
  ]);
  assert.deepEqual([t[0], n[0]], [Infinity, NaN]);
});

backendTest("kl() leaves one tensor outside tidy and its gradients leave their own", async () => {
  const parameters = [tf.scalar(5), tf.zeros([2]), tf.ones([2])];
  const before = tf.memory().numTensors;
  const divergence = (df: tf.Tensor, loc: tf.Tensor, scale: tf.Tensor) =>
    kl(StudentT({ df, loc, scale }), StudentT({ df, ...STANDARD }));
  const [df, loc, scale] = parameters;
  const results = [
    divergence(df, loc, scale),
    kl(StudentT({ df: 5, loc, scale }), StudentT({ df: 5, ...STANDARD })),
    kl(StudentT({ df: 5, loc: 1, scale: 2 }), StudentT({ df: 5, ...STANDARD })),
    kl(Normal({ loc, scale }), Normal(STANDARD)),
  ];
  assert.equal(tf.memory().numTensors, before + results.length);
  const { value, grads } = tf.valueAndGrads((...p) => tf.sum(divergence(p[0], p[1], p[2])))(parameters);
  assert.equal(tf.memory().numTensors, before + results.length + 4);
  await value.data();
  tf.dispose([...results, value, ...grads, ...parameters]);
});

Deno.test("kl() says what it cannot do: independent from multivariate, shapes that do not broadcast", () => {
  const t = StudentT({ df: 5, ...STANDARD });
  tf.tidy(() => {
    const joint = MultivariateStudentT({ df: 5, loc: tf.zeros([3]), scale: 1 });
    assert.throws(() => kl(t, joint), {
      name: "TypeError",
      message:
        "Cannot compute kl(q, p): there is no exact divergence of student-t from multivariate-student-t; " +
        "use klMonteCarlo",
    });
    assert.throws(
      () => kl(Normal({ loc: tf.zeros([2]), scale: 1 }), Normal({ loc: tf.zeros([3]), scale: 1 })),
      { name: "TypeError", message: /q\.loc \[2\], q\.scale \[\], p\.loc \[3\], p\.scale \[\]/ },
    );
    const one = MultivariateStudentT({ df: 5, loc: tf.zeros([1]), scale: 1 });
    for (const p of [joint, Normal({ loc: tf.zeros([3]), scale: 1 })]) {
      assert.throws(() => kl(one, p), {
        name: "TypeError",
        message:
          "Cannot compute kl(q, p): q and p must have as many coordinates, got a multivariate one of 1 where " +
          "shapes broadcast to [3]",
      });
    }
    const batched = MultivariateStudentT({ df: tf.ones([4]), loc: tf.zeros([3]), scale: 1 });
    assert.throws(() => kl(batched, MultivariateStudentT({ df: 5, loc: tf.zeros([2, 3]), scale: 1 })), {
      name: "TypeError",
      message: "Cannot compute kl(q, p): shapes do not broadcast together: batch of q [4], batch of p [2]",
    });
  });
});
