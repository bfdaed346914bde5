import assert from "node:assert/strict";
import type { Engine } from "../../lib/engine/engine.ts";
import { latentSource } from "../../lib/evaluate/latent_source.ts";
import { affineRows } from "../../lib/math/cholesky.ts";
import * as multivariateStudentT from "../../lib/math/multivariate_student_t.ts";
import * as studentT from "../../lib/math/student_t.ts";
import {
  defaultLatentSource,
  fc,
  generateLatents,
  LATENT_SOURCES,
  type LatentSourceName,
  latentSourcesOf,
  type Model,
  needsTraining,
  type Objective,
  type StudentTLatent,
} from "../../lib/model/mod.ts";
import { kolmogorov, KOLMOGOROV_LIMIT } from "../math/statistics.ts";

const LATENT: StudentTLatent = { family: "student-t", size: 2, joint: true, df: { fixed: 5 }, kl: "exact" };
const MODEL: Model = fc({
  input: [3],
  hidden: [4],
  latent: LATENT,
  likelihood: { kind: "gaussian", scale: 0.1 },
});
const ELBO: Objective = { kind: "elbo", beta: 1 };
const T3: Objective = { kind: "t3" };
const TRAIN = { values: new Float32Array(3 * 30_000), count: 30_000 };

/** Kolmogorov's limit, doubled for the fit's own error beside the draws'. */
const FITTED_LIMIT = 2 * KOLMOGOROV_LIMIT;

/** A t of 4 degrees of freedom, as the encoder of the known engine has it over the training set. */
const DF = 4, LOC = Float64Array.of(3, -4), LOWER = Float64Array.of(2, 0, -1, 0.5);

/** Rows that the known engine was asked for, call by call. */
const asked: Uint32Array[] = [];

/** An engine whose aggregate posterior is known: row i has always the same z. */
const known = {
  sampleLatent: (_: unknown, rows: Uint32Array) => {
    asked.push(rows);
    const standard = multivariateStudentT.sample({ seed: 3, stream: "latent" }, {
      rows,
      dimensions: 2,
      df: DF,
    });
    return Promise.resolve(Float32Array.from(affineRows(standard, { loc: LOC, lower: LOWER })));
  },
  learnedDf: () => Promise.resolve(undefined),
} as Partial<Engine> as Engine;

const sourceOf = (name: LatentSourceName, options: { objective?: Objective; seed?: number } = {}) =>
  latentSource(known, { name, model: MODEL, objective: ELBO, train: TRAIN, seed: 0, ...options });

Deno.test("defaultLatentSource() is the alternative prior after t3, which alone has one", () => {
  assert.deepEqual([ELBO, T3].map(defaultLatentSource), ["prior", "alternative-prior"]);
  assert.deepEqual(latentSourcesOf(T3), LATENT_SOURCES);
  assert.deepEqual(latentSourcesOf(ELBO), ["prior", "ex-post-t", "ex-post-mixture", "posterior"]);
});

Deno.test("latentSource() draws from prior and alternative prior as generateLatents() does, without training data", async () => {
  for (const objective of [ELBO, T3]) {
    for (const name of ["prior", "alternative-prior"] as const) {
      if (name === "alternative-prior" && objective === ELBO) continue;
      assert.ok(!needsTraining(name));
      const source = await latentSource(known, { name, model: MODEL, objective, seed: 0 });
      const at = { count: 50, seed: 7 };
      assert.deepEqual(source.sample(at), generateLatents(MODEL, { ...at, objective, from: name }));
      if (name === defaultLatentSource(objective)) {
        assert.deepEqual(source.sample(at), generateLatents(MODEL, { ...at, objective }));
      }
    }
  }
});

Deno.test("latentSource() says what it draws from", async () => {
  const words: readonly (readonly [LatentSourceName, Objective, RegExp])[] = [
    ["prior", T3, /^z ~ p\(z\), which is one multivariate t, with 5 degrees of freedom$/],
    [
      "alternative-prior",
      T3,
      /^z ~ the alternative prior of t3, a multivariate t of 8 degrees of freedom and scale \d/,
    ],
    ["ex-post-t", ELBO, /multivariate t of [34]\.\d+ degrees .* 20000 of 30000 training examples$/],
    [
      "ex-post-mixture",
      ELBO,
      /mixture of \d+ Gaussians, fitted to one z ~ q\(z\|x\) for each of 20000 of 30000/,
    ],
    [
      "posterior",
      ELBO,
      /drawn at random from one z ~ q\(z\|x\) for each of 30000 of 30000 training examples$/,
    ],
  ];
  for (const [name, objective, definition] of words) {
    const source = await sourceOf(name, { objective });
    assert.equal(source.name, name);
    assert.match(source.definition, definition);
  }
  const model: Model = { ...MODEL, latent: { ...LATENT, generationDf: 3 } };
  const { definition } = await latentSource(known, { name: "prior", model, objective: ELBO, seed: 0 });
  assert.match(definition, /with 5 degrees of freedom, but drawn with 3 degrees of freedom$/);
});

Deno.test("latentSource() of an ex-post t gives the t back that the training latents come from", async () => {
  const z = (await sourceOf("ex-post-t")).sample({ count: 20_000, seed: 1 });
  assert.equal(z.length, 40_000);
  // Each coordinate is a t; 20,000 examples leave 1 % of its loc and scale.
  const first = z.filter((_, i) => i % 2 === 0), second = z.filter((_, i) => i % 2 === 1);
  const scale = Math.hypot(LOWER[2], LOWER[3]);
  assert.ok(kolmogorov(first, (x) => studentT.cdf(x, { df: DF, loc: LOC[0], scale: 2 })) < FITTED_LIMIT);
  assert.ok(kolmogorov(second, (x) => studentT.cdf(x, { df: DF, loc: LOC[1], scale })) < FITTED_LIMIT);
});

/** Of 100 draws that are expected, with the fit's own error: of a t little more than 10 %, of a mixture that of 20 examples. */
const TAIL_FACTORS = [["ex-post-t", 1.4], ["ex-post-mixture", 2]] as const;

for (const [name, factor] of TAIL_FACTORS) {
  Deno.test(`latentSource() of ${name} has the tails beyond the 99.9 % quantile of the training latents`, async () => {
    const z = (await sourceOf(name)).sample({ count: 100_000, seed: 2 });
    const far = 2 * studentT.quantile(0.9995, { df: DF });
    const beyond = z.filter((x, i) => i % 2 === 0 && Math.abs(x - LOC[0]) > far).length;
    assert.ok(beyond > 100 / factor && beyond < 100 * factor, `${beyond} draws beyond`);
  });
}

Deno.test("latentSource() of the posterior draws rows of the training latents, none twice while there are others", async () => {
  const all = await known.sampleLatent(TRAIN.values, Uint32Array.from({ length: TRAIN.count }, (_, i) => i));
  const rowsOf = (z: Float32Array) =>
    Array.from({ length: z.length / 2 }, (_, i) => `${z.subarray(2 * i, 2 * i + 2)}`);
  const trained = new Set(rowsOf(all));
  const source = await sourceOf("posterior");
  const once = rowsOf(source.sample({ count: 30_000, seed: 5 }));
  assert.deepEqual(new Set(once), trained);
  assert.notDeepEqual(once, rowsOf(all));
  const more = rowsOf(source.sample({ count: 30_010, seed: 5 }));
  assert.deepEqual(more, [...once, ...once.slice(0, 10)]);
  assert.notDeepEqual(rowsOf(source.sample({ count: 10, seed: 6 })), once.slice(0, 10));
});

Deno.test("latentSource() chooses training examples by its seed, each once", async () => {
  asked.length = 0;
  for (const seed of [0, 0, 1]) await sourceOf("ex-post-t", { seed });
  assert.deepEqual(asked[0], asked[1]);
  assert.notDeepEqual(asked[0], asked[2]);
  for (const rows of asked) assert.equal(new Set(rows).size, 20_000);
});

Deno.test("latentSource() refuses an alternative prior that is none, and fits without training examples", async () => {
  await assert.rejects(
    sourceOf("alternative-prior"),
    /^RangeError: Cannot draw latents from alternative-prior: the objective must be t3, got elbo; use prior, /,
  );
  for (const name of LATENT_SOURCES.filter(needsTraining)) {
    await assert.rejects(
      latentSource(known, { name, model: MODEL, objective: ELBO, seed: 0 }),
      new RegExp(`^RangeError: Cannot draw latents from ${name}: there must be training examples, got none`),
    );
  }
});
