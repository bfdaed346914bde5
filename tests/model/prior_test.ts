import assert from "node:assert/strict";
import { samplePrior } from "../../lib/model/prior.ts";
import type { Latent } from "../../lib/model/record.ts";

/** Ten standard errors of a mean of 20,000 draws with variance below 2: 10·√2/√20000. */
const MEAN_TOLERANCE = 0.1;

Deno.test("samplePrior() draws with generationDf where there is one, and cannot do without for amortised df", () => {
  const at = { count: 50, seed: 3 };
  const fixed = (df: number): Latent => ({ family: "student-t", size: 2, df: { fixed: df }, kl: "exact" });
  const amortised: Latent = { ...fixed(1), df: { amortised: true }, priorDf: "tied" } as Latent;
  assert.deepEqual(samplePrior({ ...fixed(9), generationDf: 4 } as Latent, at), samplePrior(fixed(4), at));
  assert.deepEqual(samplePrior({ ...amortised, generationDf: 4 } as Latent, at), samplePrior(fixed(4), at));
  assert.notDeepEqual(samplePrior(fixed(9), at), samplePrior(fixed(4), at));
  assert.throws(() => samplePrior(amortised, at), {
    name: "RangeError",
    message: /Cannot sample the prior: latent\.generationDf must be given/,
  });
});

for (const family of ["gaussian", "student-t"] as const) {
  Deno.test(`samplePrior() of ${family} has the prior's moments and tails`, () => {
    const latent = family === "gaussian"
      ? { family, size: 2, kl: "closed" } as const
      : { family, size: 2, df: { fixed: 5 }, kl: "exact" } as const;
    const z = samplePrior(latent, { count: 10_000, seed: 1 });
    assert.equal(z.length, 20_000);
    const mean = z.reduce((sum, value) => sum + value, 0) / z.length;
    assert.ok(Math.abs(mean) < MEAN_TOLERANCE, `mean ${mean}`);
    // P(|z| > 4): 6.3e-5 for the normal, 0.0103 for t with 5 degrees of freedom.
    const tail = z.filter((value) => Math.abs(value) > 4).length / z.length;
    if (family === "gaussian") assert.ok(tail < 5e-4, `tail ${tail}`);
    else assert.ok(tail > 0.007 && tail < 0.014, `tail ${tail}`);
    assert.deepEqual(samplePrior(latent, { count: 3, seed: 1 }), z.slice(0, 6));
  });
}
