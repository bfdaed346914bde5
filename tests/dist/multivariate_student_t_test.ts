import assert from "node:assert/strict";
import betainc from "@stdlib/math-base-special-betainc";
import * as tf from "@tensorflow/tfjs-core";
import { MultivariateStudentT, StudentT, uniformPair } from "../../lib/dist/mod.ts";
import * as multivariate from "../../lib/math/multivariate_student_t.ts";
import { generator } from "../../lib/math/philox.ts";
import * as studentT from "../../lib/math/student_t.ts";
import { kolmogorov, KOLMOGOROV_LIMIT } from "../math/statistics.ts";
import { assertClose, backendTest, HOST_BACKENDS, read, readWithGradients, transpose } from "./backends.ts";

/** A handful of float32 roundings, relative to max(1, |reference|), or to d where coordinates add up. */
const TOLERANCE = 2e-6;

/** Relative to the radius: u^(-2/df) magnifies the rounding of ln u by up to -2 ln(u)/df, 80 at df 0.5. */
const SAMPLE_TOLERANCE = 1e-5;

/** Slopes in df, relative to the radius over df, which their two terms are of the size of. */
const SLOPE_TOLERANCE = 1e-5;

const NOISE = { seed: 11, stream: "latent" } as const;

const STANDARD_ERRORS = 5;

/** Rows [df, ...x, ...loc, ...scale], rounded to float32, |x - loc| of the order of scale up to 1e3 times it. */
function cases(d: number): number[][] {
  const random = generator({ seed: d, stream: "data" });
  return Array.from({ length: 60 }, (_, i) => {
    const df = 0.2 * 5e6 ** (i / 59);
    const coordinates = Array.from({ length: d }, () => {
      const [loc, scale] = [Math.fround(10 * random() - 5), Math.fround(10 ** (3 * random() - 2))];
      return [loc + scale * (2 * random() - 1) * 10 ** (3 * random()), loc, scale];
    });
    return [df, ...transpose(coordinates).flat()].map(Math.fround);
  });
}

for (const d of [1, 2, 3, 8]) {
  backendTest(`multivariateStudentT.logProb() and its gradients match float64, d = ${d}`, async () => {
    const rows = cases(d);
    const results = await read(() => {
      const [df, ...rest] = transpose(rows);
      const part = (k: number) => tf.transpose(tf.tensor2d(rest.slice(k * d, (k + 1) * d)));
      let value: tf.Tensor | undefined;
      const { grads } = tf.valueAndGrads((df, x, loc, scale) => {
        value = tf.keep(MultivariateStudentT({ df, loc, scale }).logProb(x));
        return tf.sum(value) as tf.Scalar;
      })([tf.tensor1d(df), part(0), part(1), part(2)]);
      return [value!, ...grads];
    });
    const expected = rows.map(([df, ...rest]) => {
      const [x, loc, scale] = [0, 1, 2].map((k) => rest.slice(k * d, (k + 1) * d));
      const t = x.map((x, i) => (x - loc[i]) / scale[i]);
      const square = t.reduce((sum, t) => sum + t * t, 0);
      const pull = t.map((t) => -(df + d) * t / (df + square));
      const h = 1e-3 * df;
      const difference = (h: number) =>
        (multivariate.logProb(x, { df: df + h, loc, scale }) -
          multivariate.logProb(x, { df: df - h, loc, scale })) /
        (2 * h);
      return {
        value: multivariate.logProb(x, { df, loc, scale }),
        df: (4 * difference(h) - difference(2 * h)) / 3,
        x: pull.map((pull, i) => pull / scale[i]),
        scale: pull.map((pull, i) => -(pull * t[i] + 1) / scale[i]),
        unit: pull.map((pull, i) => Math.max(1, Math.abs(pull)) / scale[i]), // as x - loc was rounded
      };
    });
    const unit = expected.flatMap(({ unit }) => unit);
    const floor = unit.map((unit) => 4 * unit * d);
    assertClose(results[0], expected.map(({ value }) => value), { tolerance: TOLERANCE, floor: d });
    assertClose(results[1], expected.map(({ df }) => df), { tolerance: TOLERANCE, floor: d });
    assertClose(results[2], expected.flatMap(({ x }) => x), { tolerance: TOLERANCE, floor });
    assertClose(results[3], expected.flatMap(({ x }) => x.map((g) => -g)), { tolerance: TOLERANCE, floor });
    assertClose(results[4], expected.flatMap(({ scale }) => scale), { tolerance: TOLERANCE, floor });
  });
}

backendTest(
  "multivariateStudentT.entropy() and its gradients match float64 for df from 0.1 to 1e6",
  async () => {
    const dfs = [0.1, 0.5, 1, 5, 30, 1e3, 1e6].map(Math.fround);
    for (const scale of [[0.5], [2, 1e-3], [0.1, 1, 10, 3, 0.7]]) {
      const [value, dScale, dDf] = await readWithGradients([scale, dfs], (scale, df) => {
        const entropy = MultivariateStudentT({ df, loc: 0, scale }).entropy();
        assert.deepEqual(entropy.shape, [dfs.length]);
        return entropy;
      });
      const slope = dfs.map((df) => {
        const h = 1e-4 * df;
        return (multivariate.entropy({ df: df + h, scale }) - multivariate.entropy({ df: df - h, scale })) /
          (2 * h);
      });
      const floor = scale.length;
      assertClose(value, dfs.map((df) => multivariate.entropy({ df, scale })), {
        tolerance: TOLERANCE,
        floor,
      });
      assertClose(dScale, scale.map((s) => dfs.length / s), { tolerance: TOLERANCE });
      assertClose(dDf, slope, { tolerance: TOLERANCE, floor });
    }
  },
);

backendTest("multivariateStudentT in one dimension is StudentT", async () => {
  const results = await read(() => {
    const [loc, scale] = [tf.tensor2d([[1], [-2]]), tf.tensor2d([[0.5], [3]])];
    const noise = uniformPair(NOISE, { rows: 2, dimensions: 1 });
    const x = tf.tensor2d([[4], [-30]]);
    return [5, 0.7].flatMap((df) =>
      [StudentT({ df, loc, scale }), MultivariateStudentT({ df: tf.scalar(df), loc, scale })].map((t) =>
        tf.concat(
          [t.logProb(x), t.entropy(), t.rsample(noise), t.sample(noise)].map((y) => tf.reshape(y, [2])),
        )
      )
    );
  });
  assertClose(results[1], Array.from(results[0]), { tolerance: TOLERANCE });
  assertClose(results[3], Array.from(results[2]), { tolerance: TOLERANCE });
});

for (const d of [1, 2, 3, 8]) {
  backendTest(
    `multivariateStudentT.rsample() draws what float64 draws, and moves with df, d = ${d}`,
    async () => {
      const [rows, loc, scale] = [40, Array(d).fill(0), Array(d).fill(1)];
      for (const df of [0.5, 3, 100, 1e6].map(Math.fround)) {
        const [draws, dDf] = await read(() => {
          const noise = uniformPair(NOISE, { rows, dimensions: Math.ceil(d / 2) });
          const draw = (df: tf.Tensor) =>
            MultivariateStudentT({ df, loc: tf.zeros([rows, d]), scale: 1 }).rsample(noise);
          const perRow = tf.fill([rows], df);
          // the slope of every coordinate, by one direction at a time
          const slopes = Array.from({ length: d }, (_, i) => {
            const direction = tf.tensor1d(scale.map((_, k) => Number(k === i)));
            return tf.grad((df) => tf.sum(tf.mul(draw(df), direction)))(perRow);
          });
          return [draw(perRow), tf.stack(slopes, 1)];
        });
        const at = (df: number) => multivariate.sample(NOISE, { rows, dimensions: d, df, loc, scale });
        const expected = at(df);
        const radius = Array.from(expected, (_, i) => {
          const row = i - i % d;
          return Math.hypot(...expected.subarray(row, row + d));
        });
        const difference = (h: number) => {
          const [above, below] = [at(df + h), at(df - h)];
          return above.map((z, i) => (z - below[i]) / (2 * h));
        };
        const [fine, coarse] = [difference(1e-3 * df), difference(2e-3 * df)];
        const slopes = Array.from(fine, (slope, i) => (4 * slope - coarse[i]) / 3);
        assertClose(draws, Array.from(expected), { tolerance: SAMPLE_TOLERANCE, floor: radius });
        assertClose(dDf, slopes, { tolerance: SLOPE_TOLERANCE, floor: radius.map((r) => r / df) });
      }
    },
  );
}

/** P(|z|^2/d <= x) = F(x; d, df) for the standard t. */
function squareCdf(x: number, { df, d }: { df: number; d: number }): number {
  return x * d > df
    ? 1 - betainc(df / (df + d * x), df / 2, d / 2)
    : betainc(d * x / (df + d * x), d / 2, df / 2);
}

for (const reparameterisation of ["polar", "implicit"] as const) {
  const name =
    `multivariateStudentT.rsample(), ${reparameterisation}: each coordinate, |z|^2 and covariances`;
  backendTest(name, async () => {
    const [rows, d, df] = [4000, 5, 9];
    const [draws] = await read(() => {
      const noise = uniformPair(NOISE, { rows, dimensions: reparameterisation === "polar" ? 3 : d });
      return MultivariateStudentT({ df, loc: tf.zeros([d]), scale: 1 }).rsample(noise, {
        reparameterisation,
      });
    });
    const columns = Array.from({ length: d }, (_, i) => draws.filter((_, k) => k % d === i));
    for (const column of columns) {
      assert.ok(kolmogorov(column, (x) => studentT.cdf(x, { df })) < KOLMOGOROV_LIMIT);
    }
    const squares = Array.from({ length: rows }, (_, row) => {
      return draws.subarray(row * d, (row + 1) * d).reduce((sum, z) => sum + z * z, 0) / d;
    });
    assert.ok(kolmogorov(squares, (x) => squareCdf(x, { df, d })) < KOLMOGOROV_LIMIT);
    // E z_i^2 z_j^2 of the joint t is (E z^2)^2 (df - 2)/(df - 4), three times that for i = j
    const variance = df / (df - 2), product = variance ** 2 * (df - 2) / (df - 4);
    columns.forEach((a, i) =>
      columns.slice(0, i + 1).forEach((b, j) => {
        const mean = a.reduce((sum, z, row) => sum + z * b[row], 0) / rows;
        const spread = i === j ? 3 * product - variance ** 2 : product;
        const error = Math.abs(mean - (i === j ? variance : 0));
        assert.ok(
          error < STANDARD_ERRORS * Math.sqrt(spread / rows),
          `coordinates ${i}, ${j}: off by ${error}`,
        );
      })
    );
  }, reparameterisation === "polar" ? {} : { on: HOST_BACKENDS });
}

backendTest(
  "multivariateStudentT broadcasts and sums its gradients back to the parameters' shapes",
  async () => {
    const rows = [[0.5, 1, 2], [-3, 0.2, 0.1]], dfs = [1, 4, 25, 1e3];
    const [value, dDf, dLoc, dScale] = await read(() => {
      const f = (df: tf.Tensor, loc: tf.Tensor, scale: tf.Tensor) => {
        const t = MultivariateStudentT({ df, loc, scale });
        assert.deepEqual([t.batchShape, t.eventShape, t.noiseDimensions], [[4, 1], [3], 2]);
        assert.deepEqual(t.entropy().shape, [4, 1]);
        assert.deepEqual(t.rsample(uniformPair(NOISE, { rows: 6, dimensions: 2, samples: 4 })).shape, [
          4,
          6,
          3,
        ]);
        return t.logProb(tf.tensor2d(rows));
      };
      const parameters = [tf.tensor2d(dfs, [4, 1]), tf.scalar(0.25), tf.tensor1d([1, 2, 4])];
      const gradients = tf.grads((...p) => tf.sum(f(p[0], p[1], p[2])))(parameters);
      assert.deepEqual(gradients.map((g) => g.shape), [[4, 1], [], [3]]);
      return [f(parameters[0], parameters[1], parameters[2]), ...gradients];
    });
    const at = ({ df = 0, loc = 0, scale = 0 }) =>
      dfs.map((each) => {
        const parameters = {
          df: each * (1 + df),
          loc: [0.25, 0.25, 0.25].map((l) => l + loc),
          scale: [1, 2, 4 + scale],
        };
        return rows.map((x) => multivariate.logProb(x, parameters));
      });
    const h = 1e-4;
    const sum = (values: number[][]) => values.flat().reduce((a, b) => a + b, 0);
    assertClose(value, at({}).flat(), { tolerance: TOLERANCE });
    const [above, below] = [at({ df: h }), at({ df: -h })];
    const byDf = dfs.map((df, i) => sum([above[i]]) / (2 * h * df) - sum([below[i]]) / (2 * h * df));
    assertClose(dDf, byDf, { tolerance: TOLERANCE });
    assertClose(dLoc, [(sum(at({ loc: h })) - sum(at({ loc: -h }))) / (2 * h)], { tolerance: TOLERANCE });
    const byScale = (sum(at({ scale: h })) - sum(at({ scale: -h }))) / (2 * h);
    assertClose(dScale.slice(2), [byScale], { tolerance: TOLERANCE });
  },
);

backendTest("multivariateStudentT gives NaN at NaN and at a negative scale or df", async () => {
  const results = await read(() => {
    const at = (df: number, loc: number, scale: number) =>
      MultivariateStudentT({ df: tf.scalar(df), loc: tf.tensor1d([0, loc]), scale: tf.tensor1d([1, scale]) });
    const noise = uniformPair(NOISE, { rows: 1, dimensions: 1 });
    return [
      at(5, 0, 1).logProb(NaN),
      ...[at(NaN, 0, 1), at(5, NaN, 1), at(5, 0, NaN)].flatMap((t) => [
        t.logProb(0),
        tf.reshape(tf.slice(t.rsample(noise), [0, 1], [1, 1]), [1]),
      ]),
      at(-1, 0, 1).logProb(0),
      at(5, 0, -1).logProb(0),
      at(NaN, 0, 1).entropy(),
      at(5, 0, NaN).entropy(),
    ];
  });
  assert.deepEqual(results.map(([value]) => value), results.map(() => NaN));
});

backendTest("multivariateStudentT's functions leave one tensor each outside tidy", async () => {
  const parameters = [tf.scalar(5), tf.zeros([3]), tf.ones([3])];
  const noise = uniformPair(NOISE, { rows: 4, dimensions: 2 });
  const before = tf.memory().numTensors;
  const t = MultivariateStudentT({ df: parameters[0], loc: parameters[1], scale: parameters[2] });
  const results = [t.logProb(1), t.entropy(), t.rsample(noise), t.sample(noise)];
  assert.equal(tf.memory().numTensors, before + results.length);
  const { value, grads } = tf.valueAndGrads((df, loc, scale) =>
    tf.sum(MultivariateStudentT({ df, loc, scale }).rsample(noise))
  )(parameters);
  assert.equal(tf.memory().numTensors, before + results.length + 4);
  await value.data();
  tf.dispose([...results, value, ...grads, ...parameters, noise.u, noise.v]);
});

Deno.test("MultivariateStudentT() names a parameter that is out of range or of the wrong shape", () => {
  tf.tidy(() => {
    assert.throws(() => MultivariateStudentT({ df: 0, loc: tf.zeros([3]), scale: 1 }), {
      name: "RangeError",
      message: "Cannot create MultivariateStudentT: df must be finite and > 0, got 0",
    });
    assert.throws(() => MultivariateStudentT({ df: 5, loc: 0, scale: 1 }), {
      name: "TypeError",
      message: "Cannot create MultivariateStudentT: loc or scale must be a tensor, whose last axis are the " +
        "coordinates, got [] and []",
    });
    assert.throws(() => MultivariateStudentT({ df: tf.ones([4, 3]), loc: tf.zeros([4, 3]), scale: 1 }), {
      name: "TypeError",
      message: "Cannot create MultivariateStudentT: shapes do not broadcast together: df [4, 3], " +
        "batch of loc and scale [4]",
    });
    const t = MultivariateStudentT({ df: 5, loc: tf.zeros([3]), scale: 1 });
    assert.throws(() => t.rsample(uniformPair(NOISE, { rows: 4, dimensions: 3 })), {
      name: "TypeError",
      message:
        "Cannot draw MultivariateStudentT rsample: 3 coordinates need noise of 2 dimensions, got [4, 3]",
    });
    assert.throws(() => t.logProb(tf.zeros([2])), {
      name: "TypeError",
      message: "Cannot compute MultivariateStudentT logProb: shapes do not broadcast together: " +
        "x [2], loc [3], scale []",
    });
    const one = MultivariateStudentT({ df: 5, loc: tf.zeros([1]), scale: 1 });
    assert.throws(() => one.logProb(tf.zeros([2])), {
      name: "TypeError",
      message: "Cannot compute MultivariateStudentT logProb: x must have 1 coordinates, got [2]",
    });
  });
});
