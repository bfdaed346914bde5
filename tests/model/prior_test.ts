import assert from "node:assert/strict";
import { samplePrior } from "../../lib/model/prior.ts";
import type { Latent, StudentTLatent } from "../../lib/model/record.ts";

/** Ten standard errors of a mean of 20,000 draws with variance below 2: 10·√2/√20000. */
const MEAN_TOLERANCE = 0.1;

/** How many draws these tests compare, and what decides them. */
const AT = { count: 50, seed: 3 };

const latentOf = (df: StudentTLatent["df"], more: Partial<StudentTLatent> = {}): StudentTLatent => ({
  family: "student-t",
  size: 2,
  df,
  kl: "exact",
  ...more,
});
const fixed = (df: number, more: Partial<StudentTLatent> = {}) => latentOf({ fixed: df }, more);

const DF_OF_DRAWS: readonly (readonly [what: string, latent: StudentTLatent, df: number])[] = [
  ["the df of fixed ones tied to it", fixed(4, { priorDf: "tied" }), 4],
  ["a prior's own df beside fixed ones", fixed(9, { priorDf: 4 }), 4],
  ["a prior's own df beside learned ones", latentOf({ learned: "per-dimension" }, { priorDf: 4 }), 4],
  ["5 df beside learned ones, if nothing is said", latentOf({ learned: "global" }), 5],
  ["5 df beside amortised ones, if nothing is said", latentOf({ amortised: true }), 5],
  ["generationDf where there is one", fixed(9, { generationDf: 4 }), 4],
  [
    "generationDf beside amortised ones",
    latentOf({ amortised: true }, { priorDf: "tied", generationDf: 4 }),
    4,
  ],
];

for (const joint of [false, true]) {
  for (const [what, latent, df] of DF_OF_DRAWS) {
    Deno.test(`samplePrior() of ${joint ? "a joint" : "an independent"} t draws with ${what}`, () => {
      assert.deepEqual(samplePrior({ ...latent, joint }, AT), samplePrior(fixed(df, { joint }), AT));
      assert.notDeepEqual(samplePrior(fixed(9, { joint }), AT), samplePrior(fixed(4, { joint }), AT));
    });
  }
}

Deno.test("samplePrior() draws each dimension with the learned df it is tied to", () => {
  const tied = (learned: "global" | "per-dimension", joint?: boolean) =>
    latentOf({ learned }, { priorDf: "tied", joint });
  const of = (latent: Latent, learnedDf?: ArrayLike<number>) => samplePrior(latent, { ...AT, learnedDf });
  assert.deepEqual(of(tied("global"), [4]), of(fixed(4)));
  assert.deepEqual(of(tied("global", true), [4]), of(fixed(4, { joint: true })));
  const each = of(tied("per-dimension"), Float32Array.of(4, 9));
  const [low, high] = [of(fixed(4)), of(fixed(9))];
  assert.deepEqual(each, low.map((value, i) => i % 2 === 0 ? value : high[i]));
});

Deno.test("samplePrior() cannot do without the df that a prior is tied to", () => {
  for (const learned of ["global", "per-dimension"] as const) {
    assert.throws(() => samplePrior(latentOf({ learned }, { priorDf: "tied" }), AT), {
      name: "RangeError",
      message: /Cannot sample the prior: the learned df must be given .*engine\.learnedDf\(\)/,
    });
  }
  assert.throws(() => samplePrior(latentOf({ amortised: true }, { priorDf: "tied" }), AT), {
    name: "RangeError",
    message: /Cannot sample the prior: latent\.generationDf must be given/,
  });
});

Deno.test("samplePrior() of a joint t draws coordinates that are extreme together", () => {
  const draws = { count: 20_000, seed: 0 };
  const both = (joint: boolean) => {
    const z = samplePrior(fixed(3, { joint }), draws);
    const extreme = Array.from(
      { length: draws.count },
      (_, row) => Math.abs(z[2 * row]) > 4 && Math.abs(z[2 * row + 1]) > 4,
    );
    return extreme.filter(Boolean).length;
  };
  // Of 20,000 pairs 15.7 are expected where coordinates are independent, P(|z| > 4) being 0.028, and 145.9 where they
  // are joint, by quadrature over the mixing variable; both bounds are five standard deviations.
  assert.ok(Math.abs(both(false) - 15.7) < 20, `${both(false)}`);
  assert.ok(Math.abs(both(true) - 145.9) < 60, `${both(true)}`);
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
