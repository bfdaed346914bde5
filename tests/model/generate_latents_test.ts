import assert from "node:assert/strict";
import { t3Prior } from "../../lib/math/divergence.ts";
import { fc, generateLatents, type Model, samplePrior, type StudentTLatent } from "../../lib/model/mod.ts";

const LATENT: StudentTLatent = { family: "student-t", size: 3, joint: true, df: { fixed: 5 }, kl: "exact" };
const MODEL: Model = fc({ input: [2, 4], latent: LATENT, likelihood: { kind: "gaussian", scale: 0.3 } });
const AT = { count: 40, seed: 2 };
const T3 = { kind: "t3" } as const;

Deno.test("generateLatents() draws from the prior for lower bounds", () => {
  for (const objective of [{ kind: "elbo", beta: 2 }, { kind: "iwae", samples: 5 }] as const) {
    assert.deepEqual(generateLatents(MODEL, { ...AT, objective }), samplePrior(LATENT, AT));
    const latent: StudentTLatent = {
      ...LATENT,
      joint: false,
      df: { learned: "per-dimension" },
      priorDf: "tied",
    };
    const learnedDf = [3, 4, 5];
    assert.deepEqual(
      generateLatents({ ...MODEL, latent }, { ...AT, objective, learnedDf }),
      samplePrior(latent, { ...AT, learnedDf }),
    );
  }
});

Deno.test("generateLatents() draws from t3's alternative prior, of 8 df more for 8 elements and of its scale", () => {
  const { df, scale } = t3Prior({ dataSize: 8, df: 5, reconstructionScale: 0.3 });
  assert.equal(df, 13);
  const standard = samplePrior({ ...LATENT, df: { fixed: df } }, AT);
  const drawn = generateLatents(MODEL, { ...AT, objective: T3 });
  // Both are rounded to float32 once.
  drawn.forEach((z, i) => assert.ok(Math.abs(z - scale * standard[i]) <= 2 ** -22 * Math.abs(z)));
});

Deno.test("generateLatents() draws from the prior after t3 where it is asked to", () => {
  assert.deepEqual(generateLatents(MODEL, { ...AT, objective: T3, from: "prior" }), samplePrior(LATENT, AT));
  assert.deepEqual(
    generateLatents(MODEL, { ...AT, objective: T3, from: "alternative-prior" }),
    generateLatents(MODEL, { ...AT, objective: T3 }),
  );
});

Deno.test("generateLatents() has no alternative prior but for t3", () => {
  const objective = { kind: "elbo", beta: 1 } as const;
  assert.throws(
    () => generateLatents(MODEL, { ...AT, objective, from: "alternative-prior" }),
    /^RangeError: Cannot draw latents from the alternative prior: the objective must be t3, got elbo/,
  );
});

Deno.test("generateLatents() refuses t3 of another model", () => {
  assert.throws(
    () => generateLatents({ ...MODEL, likelihood: { kind: "bernoulli" } }, { ...AT, objective: T3 }),
    /^RangeError: Cannot train model fc: likelihood\.kind must be gaussian for the objective t3/,
  );
});
