import assert from "node:assert/strict";
import * as normal from "../../lib/math/normal.ts";
import * as studentT from "../../lib/math/student_t.ts";
import {
  fc,
  generateLatents,
  learnedScale,
  type Likelihood,
  type Model,
  type Objective,
  sampleLikelihood,
  type StudentTLatent,
} from "../../lib/model/mod.ts";
import { near, relative } from "../math/closeness.ts";
import { kolmogorov, KOLMOGOROV_LIMIT, moments } from "../math/statistics.ts";

const ELBO: Objective = { kind: "elbo", beta: 1 };
const T3: Objective = { kind: "t3" };
const LATENT: StudentTLatent = { family: "student-t", size: 2, joint: true, df: { fixed: 5 }, kl: "exact" };
const COUNT = 20_000;

const modelOf = (likelihood: Likelihood): Model =>
  fc({ input: [3], hidden: [4], latent: LATENT, likelihood });

/** Rows that all have the mean −1, 0, 2, and the latents 3, 4. */
const AT = {
  mean: Float32Array.from({ length: 3 * COUNT }, (_, i) => [-1, 0, 2][i % 3]),
  latents: Float32Array.from({ length: 2 * COUNT }, (_, i) => [3, 4][i % 2]),
  seed: 1,
};

/** What is around the mean. */
const noiseOf = (draws: Float32Array) => Float64Array.from(draws, (x, i) => x - AT.mean[i]);

/** Each column of noise in turn. */
function columns(noise: Float64Array): Float64Array[] {
  return [0, 1, 2].map((column) => noise.filter((_, i) => i % 3 === column));
}

Deno.test("sampleLikelihood() of a Bernoulli draws 0 and 1 with its probabilities", () => {
  const p = [0, 0.2, 1];
  const mean = Float32Array.from(AT.mean, (_, i) => p[i % 3]);
  const draws = sampleLikelihood(modelOf({ kind: "bernoulli" }), { ...AT, objective: ELBO, mean });
  assert.ok(draws.every((x) => x === 0 || x === 1));
  const [never, some, always] = columns(Float64Array.from(draws)).map((column) => moments(column).mean);
  assert.deepEqual([never, always], [0, 1]);
  // A standard error is 0.0028.
  assert.ok(Math.abs(some - 0.2) < 0.014, `${some}`);
});

Deno.test("sampleLikelihood() of a Gaussian passes a Kolmogorov test in every element", () => {
  const draws = sampleLikelihood(modelOf({ kind: "gaussian", scale: 0.5 }), { ...AT, objective: ELBO });
  for (const column of columns(noiseOf(draws))) {
    assert.ok(kolmogorov(column, (x) => normal.cdf(x, { scale: 0.5 })) < KOLMOGOROV_LIMIT);
    relative(moments(column).square, 0.25, 0.05); // five standard errors
  }
});

Deno.test("sampleLikelihood() of a t draws elements that are independent t", () => {
  const draws = sampleLikelihood(modelOf({ kind: "student-t", df: 3, scale: 2 }), { ...AT, objective: ELBO });
  const all = columns(noiseOf(draws));
  for (const column of all) {
    assert.ok(kolmogorov(column, (x) => studentT.cdf(x, { df: 3, scale: 2 })) < KOLMOGOROV_LIMIT);
  }
  // P(|x| > 2 q) is 0.1 of each; of two elements together 0.01, and 0.030 were they one joint t.
  const q = 2 * studentT.quantile(0.95, { df: 3 });
  const both = all[0].filter((x, i) => Math.abs(x) > q && Math.abs(all[1][i]) > q).length / COUNT;
  assert.ok(Math.abs(both - 0.01) < 0.0036, `${both}`); // five standard errors
});

Deno.test("sampleLikelihood() of t3 draws one joint t whose scale grows with |z|", () => {
  const model = modelOf({ kind: "gaussian", scale: 0.3 });
  const latents = Float32Array.from(AT.latents, (z, i) => i < COUNT ? 0 : z);
  const noise = noiseOf(sampleLikelihood(model, { ...AT, objective: T3, latents }));
  // nu = 5 and m = 2: |z|² is 0 in the first half of the rows, and 25 in the second.
  const halves = [noise.subarray(0, noise.length / 2), noise.subarray(noise.length / 2)];
  for (const [half, square] of [[halves[0], 0], [halves[1], 25]] as const) {
    const params = { df: 7, scale: 0.3 * Math.sqrt((5 + square) / 7) };
    for (const column of columns(half)) {
      assert.ok(kolmogorov(column, (x) => studentT.cdf(x, params)) < KOLMOGOROV_LIMIT);
    }
  }
  // (r²/n)/scale² is F(3, 7): P(F > 4.347) = 0.05.
  const scale = 0.3 * Math.sqrt(5 / 7);
  let beyond = 0;
  for (let i = 0; i < halves[0].length; i += 3) {
    const [a, b, c] = halves[0].subarray(i, i + 3);
    if ((a * a + b * b + c * c) / 3 > 4.347 * scale * scale) beyond++;
  }
  assert.ok(Math.abs(beyond / (COUNT / 2) - 0.05) < 0.0065, `${beyond}`); // three standard errors
});

Deno.test("sampleLikelihood() has noise of its own, the same for the same seed", () => {
  const model = modelOf({ kind: "gaussian", scale: 1 });
  const latents = generateLatents({ ...model, latent: { family: "gaussian", size: 2, kl: "closed" } }, {
    objective: ELBO,
    count: COUNT,
    seed: 1,
  });
  const at = { objective: ELBO, latents, mean: new Float32Array(3 * COUNT), seed: 1 };
  const draws = sampleLikelihood(model, at);
  assert.deepEqual(sampleLikelihood(model, at), draws);
  assert.notDeepEqual(sampleLikelihood(model, { ...at, seed: 2 }), draws);
  const [noise] = columns(Float64Array.from(draws));
  const product = noise.reduce((sum, x, row) => sum + x * latents[2 * row], 0) / COUNT;
  assert.ok(Math.abs(product) < 5 / Math.sqrt(COUNT), `latents and noise have correlation ${product}`);
});

Deno.test("sampleLikelihood() takes the learned scale, and learnedScale() has it", () => {
  const learned = modelOf({ kind: "gaussian", scale: "learned" });
  const tensors = new Map([["likelihood/scale", { data: Float32Array.of(0) }]]);
  const scale = learnedScale(learned, { tensors })!;
  near(scale, 1e-3 + Math.log(2), 1e-15);
  assert.deepEqual(
    sampleLikelihood(learned, { ...AT, objective: ELBO, scale }),
    sampleLikelihood(modelOf({ kind: "gaussian", scale }), { ...AT, objective: ELBO }),
  );
  assert.equal(learnedScale(modelOf({ kind: "gaussian", scale: 2 }), { tensors }), undefined);
  assert.equal(learnedScale(modelOf({ kind: "bernoulli" }), { tensors }), undefined);
  assert.throws(() => learnedScale(learned, { tensors: new Map() }), /no tensor likelihood\/scale/);
});

Deno.test("sampleLikelihood() refuses what is no likelihood", () => {
  const learned = modelOf({ kind: "student-t", df: 4, scale: "learned" });
  assert.throws(() => sampleLikelihood(learned, { ...AT, objective: ELBO }), {
    name: "RangeError",
    message: /its learned scale must be given, got nothing; take it from learnedScale\(\)/,
  });
  assert.throws(
    () => sampleLikelihood(learned, { ...AT, objective: ELBO, scale: NaN }),
    /must be finite and > 0, got NaN/,
  );
  assert.throws(
    () => sampleLikelihood(learned, { ...AT, objective: T3 }),
    /likelihood\.kind must be gaussian/,
  );
  assert.throws(
    () => sampleLikelihood(learned, { ...AT, objective: ELBO, mean: new Float32Array(4), scale: 1 }),
    /^TypeError: .* rows of 3 and 2 numbers, got 4 and 40000/,
  );
});
