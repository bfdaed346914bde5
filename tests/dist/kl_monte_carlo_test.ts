import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import {
  type Distribution,
  kl,
  klMonteCarlo,
  MultivariateStudentT,
  Normal,
  StudentT,
  uniformPair,
} from "../../lib/dist/mod.ts";
import * as multivariate from "../../lib/math/multivariate_student_t.ts";
import { uniformPairs } from "../../lib/math/philox.ts";
import * as studentT from "../../lib/math/student_t.ts";
import { backendTest, read } from "./backends.ts";

const NOISE = { seed: 2, stream: "latent" } as const;

const ROWS = 3000;

const STANDARD_ERRORS = 5;

const LOC = [0.5, -1, 0], SCALE = [0.5, 1, 2];

/** The mean over rows, and its standard error. */
function meanAndError(values: ArrayLike<number>): { mean: number; error: number } {
  const array = Array.from(values);
  const mean = array.reduce((sum, x) => sum + x, 0) / array.length;
  const variance = array.reduce((sum, x) => sum + (x - mean) ** 2, 0) / array.length;
  return { mean, error: Math.sqrt(variance / array.length) };
}

function assertMean(values: ArrayLike<number>, expected: number): void {
  const { mean, error } = meanAndError(values);
  assert.ok(
    Math.abs(mean - expected) < STANDARD_ERRORS * error,
    `got ${mean} ± ${error}, expected ${expected}`,
  );
}

/** One sample for each of ROWS rows. */
function noiseFor(q: Distribution): ReturnType<typeof uniformPair> {
  return uniformPair(NOISE, { rows: ROWS, dimensions: q.noiseDimensions, samples: 1 });
}

backendTest("klMonteCarlo() estimates kl() of every pair, and its gradient in df", async () => {
  const make: ((df: tf.Tensor, loc: tf.Tensor) => [q: Distribution, p: Distribution])[] = [
    (df, loc) => [StudentT({ df, loc, scale: 2 }), StudentT({ df: 9, loc: 0, scale: 1 })],
    (df, loc) => [StudentT({ df, loc, scale: 0.5 }), Normal({ loc: 0, scale: 2 })],
    (df, loc) => [Normal({ loc, scale: 2 }), StudentT({ df, loc: 0, scale: 1 })],
    (df, loc) => [
      MultivariateStudentT({ df: tf.squeeze(df, [1]), loc, scale: tf.tensor1d(SCALE) }),
      MultivariateStudentT({ df: 20, loc: tf.zeros([3]), scale: 1 }),
    ],
    (df, loc) => [
      Normal({ loc, scale: tf.tensor1d(SCALE) }),
      MultivariateStudentT({ df: tf.squeeze(df, [1]), loc: tf.zeros([3]), scale: 1 }),
    ],
  ];
  for (const pair of make) {
    const [estimate, slope, exact, exactSlope] = await read(() => {
      const [df, loc] = [tf.fill([ROWS, 1], 6), tf.tile(tf.tensor2d([LOC]), [ROWS, 1])];
      const estimate = (df: tf.Tensor) => {
        const [q, p] = pair(df, loc);
        return klMonteCarlo(q, p, noiseFor(q));
      };
      const first = tf.tensor2d([LOC]);
      const exact = (df: tf.Tensor) => {
        const [q, p] = pair(df, first);
        return kl(q, p);
      };
      // per row: elementwise pairs have three values
      const perRow = (values: tf.Tensor) => values.rank === 2 ? tf.sum(values, 1) : values;
      return [
        perRow(estimate(df)),
        tf.grad((df) => tf.sum(estimate(df)))(df),
        tf.sum(exact(tf.fill([1, 1], 6))),
        tf.grad((df) => tf.sum(exact(df)))(tf.fill([1, 1], 6)),
      ];
    });
    assertMean(estimate, exact[0]);
    assertMean(slope, exactSlope[0]);
  }
});

backendTest(
  "klMonteCarlo() of multivariate from independent t is the sum of entropies less the joint one",
  async () => {
    // q's marginals are p's factors, so that the divergence is the total correlation.
    const [df, d] = [4, 3];
    const [joint, independent] = await read(() => {
      const q = MultivariateStudentT({ df, loc: tf.zeros([ROWS, d]), scale: 1 });
      const p = StudentT({ df, loc: 0, scale: 1 });
      const flipped = StudentT({ df, loc: tf.zeros([ROWS, d]), scale: 1 });
      return [
        klMonteCarlo(q, p, noiseFor(q)),
        klMonteCarlo(flipped, MultivariateStudentT({ df, loc: tf.zeros([d]), scale: 1 }), noiseFor(flipped)),
      ];
    });
    const correlation = d * studentT.entropy({ df }) - multivariate.entropy({ df, scale: [1, 1, 1] });
    assertMean(joint, correlation);
    const { mean, error } = meanAndError(independent);
    assert.ok(mean > STANDARD_ERRORS * error);
  },
);

backendTest("klMonteCarlo() is the mean over its axis of samples", async () => {
  const [all, ...each] = await read(() => {
    const q = StudentT({ df: 3, loc: tf.tensor2d([[0, 1], [2, -3]]), scale: 2 });
    const p = StudentT({ df: 3, loc: 0, scale: 1 });
    const shape = { rows: 2, dimensions: q.noiseDimensions };
    const all = klMonteCarlo(q, p, uniformPair(NOISE, { ...shape, samples: 4 }));
    assert.deepEqual(all.shape, [2, 2]);
    const draws = [0, 1, 2, 3].map((draw) => uniformPair({ ...NOISE, draw }, { ...shape, samples: 1 }));
    return [all, ...draws.map((noise) => klMonteCarlo(q, p, noise))];
  });
  all.forEach((value, i) => {
    const mean = each.reduce((sum, sample) => sum + sample[i] / each.length, 0);
    assert.ok(Math.abs(value - mean) < 1e-6 * Math.max(1, Math.abs(mean))); // a few roundings
  });
});

backendTest("uniformPair() with samples gives each its own draw, from the key's on", async () => {
  const shape = { rows: Uint32Array.of(3, 8), dimensions: 2 };
  const [u, v] = await read(() => {
    const noise = uniformPair({ ...NOISE, draw: 5 }, { ...shape, samples: 2 });
    assert.deepEqual([noise.u.shape, noise.v.shape], [[2, 2, 2], [2, 2, 2]]);
    return [noise.u, noise.v];
  });
  const expected = [5, 6].map((draw) => uniformPairs({ ...NOISE, draw }, shape));
  assert.deepEqual(Array.from(u), expected.flatMap(({ u }) => Array.from(u)));
  assert.deepEqual(Array.from(v), expected.flatMap(({ v }) => Array.from(v)));
});

Deno.test("klMonteCarlo() and uniformPair() say what is wrong with noise and samples", () => {
  tf.tidy(() => {
    const q = MultivariateStudentT({ df: 5, loc: tf.zeros([4, 3]), scale: 1 });
    assert.throws(() => klMonteCarlo(q, q, uniformPair(NOISE, { rows: 4, dimensions: 2 })), {
      name: "TypeError",
      message:
        "Cannot compute klMonteCarlo(q, p): noise must have an axis of samples before q's [4, 3], got [4, 2]",
    });
    assert.throws(() => uniformPair(NOISE, { rows: 4, dimensions: 2, samples: 0 }), {
      name: "RangeError",
      message: "Cannot draw noise: samples must be an integer >= 1, got 0",
    });
  });
});
