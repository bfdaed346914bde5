import assert from "node:assert/strict";
import {
  fc,
  generateLatents,
  latentQuantiles,
  type Model,
  type StudentTLatent,
} from "../../lib/model/mod.ts";

const LATENT: StudentTLatent = { family: "student-t", size: 2, df: { fixed: 4 }, kl: "exact" };
const MODEL: Model = fc({ input: [2, 4], latent: LATENT, likelihood: { kind: "gaussian", scale: 0.3 } });
const ELBO = { kind: "elbo", beta: 1 } as const;
const DRAWS = 20_000;

/** That a part of so many draws is off by this many standard errors has a probability of 1e-6. */
const STANDARD_ERRORS = 5;

const CASES: Readonly<Record<string, Model>> = {
  "independent t": MODEL,
  "joint t": { ...MODEL, latent: { ...LATENT, joint: true } },
  "t with a prior of its own": { ...MODEL, latent: { ...LATENT, priorDf: 2.5 } },
  "t tied to learned df": {
    ...MODEL,
    latent: { ...LATENT, df: { learned: "per-dimension" }, priorDf: "tied" },
  },
  "Gaussian": { ...MODEL, latent: { family: "gaussian", size: 2, kl: "closed" } },
  "alternative prior of t3": { ...MODEL, latent: { ...LATENT, joint: true } },
};

for (const [name, model] of Object.entries(CASES)) {
  Deno.test(`latentQuantiles() of ${name} have their part of what is generated below them`, () => {
    const options = {
      objective: name.includes("t3") ? { kind: "t3" } as const : ELBO,
      learnedDf: [2.5, 40],
    };
    const probabilities = [0.01, 0.3, 0.5, 0.9];
    const draws = generateLatents(model, { ...options, count: DRAWS, seed: 3 });
    latentQuantiles(model, { ...options, probabilities }).forEach((quantile, i) => {
      const [dimension, p] = [Math.floor(i / 4), probabilities[i % 4]];
      const below = draws.filter((z, j) => j % 2 === dimension && z <= quantile).length;
      const standardError = Math.sqrt(p * (1 - p) / DRAWS);
      assert.ok(Math.abs(below / DRAWS - p) < STANDARD_ERRORS * standardError, `${dimension} ${p} ${below}`);
    });
  });
}

Deno.test("latentQuantiles() refuses what generateLatents() refuses", () => {
  const { model: tied, ...options } = {
    model: CASES["t tied to learned df"],
    probabilities: [0.5],
    objective: ELBO,
  };
  assert.throws(() => latentQuantiles(tied, options), /^RangeError: .* learned df must be given/);
  assert.throws(
    () => latentQuantiles(tied, { ...options, objective: { kind: "t3" } }),
    /^RangeError: Cannot train model fc/,
  );
});
