import assert from "node:assert/strict";
import { fitGaussianMixture } from "../../lib/evaluate/fit_gaussian_mixture.ts";
import { fitStudentT, MOST_DF } from "../../lib/evaluate/fit_student_t.ts";
import { affineRows } from "../../lib/math/cholesky.ts";
import { logProb, sample } from "../../lib/math/multivariate_student_t.ts";
import * as normal from "../../lib/math/normal.ts";
import { near } from "../math/closeness.ts";

/** The same sums in another order. */
const ROUNDING = 1e-12;

const LOWER = Float64Array.of(2, 0, -1, 0.5), LOC = Float64Array.of(3, -4);

for (const df of [1, 3, 10]) {
  Deno.test(`fitStudentT() finds loc, scale and df ${df} of the t that draws come from`, () => {
    const standard = sample({ seed: 1, stream: "data" }, { rows: 20_000, dimensions: 2, df });
    const fitted = fitStudentT(affineRows(standard, { lower: LOWER, loc: LOC }), { dimensions: 2 });
    // 20,000 draws leave 1 to 3 % of df, and about 1 % of the rest, as a standard error.
    assert.ok(Math.abs(Math.log(fitted.df / df)) < 0.12, `df ${fitted.df}`);
    LOC.forEach((loc, i) => assert.ok(Math.abs(fitted.loc[i] - loc) < 0.1, `loc ${fitted.loc}`));
    LOWER.forEach((part, i) => assert.ok(Math.abs(fitted.lower[i] - part) < 0.1, `lower ${fitted.lower}`));
  });
}

Deno.test("fitStudentT() is where no other df, loc or scale is more likely", () => {
  const draws = sample({ seed: 2, stream: "data" }, {
    rows: 500,
    dimensions: 1,
    df: 3,
    loc: [1],
    scale: [2],
  });
  const { df, loc, lower, logLikelihood } = fitStudentT(draws, { dimensions: 1 });
  const mean = (params: { df: number; loc: number; scale: number }) =>
    draws.reduce(
      (sum, x) => sum + logProb([x], { df: params.df, loc: [params.loc], scale: [params.scale] }),
      0,
    ) / 500;
  const best = { df, loc: loc[0], scale: lower[0] };
  near(mean(best), logLikelihood, ROUNDING);
  for (const change of [0.98, 1.02]) {
    assert.ok(mean({ ...best, df: df * change }) < logLikelihood);
    assert.ok(mean({ ...best, loc: loc[0] + change - 1 }) < logLikelihood);
    assert.ok(mean({ ...best, scale: lower[0] * change }) < logLikelihood);
  }
});

Deno.test("fitStudentT() of lighter tails than a normal's has the largest df", () => {
  const uniform = Float64Array.from({ length: 500 }, (_, i) => i);
  assert.equal(fitStudentT(uniform, { dimensions: 1 }).df, MOST_DF);
});

Deno.test("fitStudentT() draws what it fits again", () => {
  const draws = sample({ seed: 3, stream: "data" }, { rows: 5000, dimensions: 2, df: 4 });
  const first = fitStudentT(affineRows(draws, { lower: LOWER, loc: LOC }), { dimensions: 2 });
  const again = fitStudentT(first.sample({ seed: 4, stream: "data" }, { rows: 20_000 }), { dimensions: 2 });
  assert.ok(Math.abs(Math.log(again.df / first.df)) < 0.12, `${again.df} after ${first.df}`);
  first.lower.forEach((part, i) => assert.ok(Math.abs(again.lower[i] - part) < 0.1, `${again.lower}`));
});

Deno.test("logProb() of a fitted t has the determinant of its scale", () => {
  // The map of draws by L moves every log density by −ln |L|.
  const standard = sample({ seed: 5, stream: "data" }, { rows: 1000, dimensions: 2, df: 5 });
  const moved = affineRows(standard, { lower: LOWER, loc: LOC });
  const plain = fitStudentT(standard, { dimensions: 2 }), mapped = fitStudentT(moved, { dimensions: 2 });
  near(mapped.logLikelihood, plain.logLikelihood - Math.log(2 * 0.5), 1e-6); // EM ends a little early
});

/** 0.7 N(−2, 0.5²) and 0.3 N(3, 1), and a second column that is their sum with noise. */
function mixed(rows: number): Float64Array {
  const noise = normal.sample({ seed: 7, stream: "data" }, { rows, dimensions: 2 });
  return noise.map((z, i) => {
    const row = Math.floor(i / 2);
    const first = row % 10 < 7 ? -2 + 0.5 * noise[2 * row] : 3 + noise[2 * row];
    return i % 2 === 0 ? first : first + 0.1 * z;
  });
}

Deno.test("fitGaussianMixture() finds the Gaussians that draws come from", () => {
  for (const seed of [0, 1, 2]) {
    const { components: [heavy, light] } = fitGaussianMixture(mixed(10_000), {
      dimensions: 2,
      components: 2,
      seed,
    });
    // Standard errors are about 1 % of each.
    const expected = [[heavy.weight, 0.7], [heavy.loc[0], -2], [heavy.loc[1], -2], [light.loc[0], 3]];
    const lower = [[heavy.lower[0], 0.5], [heavy.lower[2], 0.5], [heavy.lower[3], 0.1], [light.lower[0], 1]];
    for (const [found, known] of [...expected, ...lower]) {
      assert.ok(Math.abs(found - known) < 0.06, `${found} instead of ${known} with seed ${seed}`);
    }
  }
});

Deno.test("fitGaussianMixture() of one component is the sample's mean and covariance", () => {
  const { components, logLikelihood, logProb } = fitGaussianMixture([1, 2, 3, 6], {
    dimensions: 1,
    components: 1,
  });
  assert.deepEqual(Array.from(components[0].loc), [3]);
  near(components[0].lower[0], Math.sqrt(3.5), 1e-8); // raised by 1e-9 of itself
  near(logProb([4])[0], normal.logProb(4, { loc: 3, scale: Math.sqrt(3.5) }), 1e-8);
  near(logLikelihood, -0.5 * Math.log(2 * Math.PI * 3.5) - 0.5, 1e-8);
});

Deno.test("fitGaussianMixture() has a density that integrates to 1, and draws from it", () => {
  const fitted = fitGaussianMixture(mixed(2000).filter((_, i) => i % 2 === 0), {
    dimensions: 1,
    components: 3,
  });
  const step = 0.01;
  const grid = Float64Array.from({ length: 4000 }, (_, i) => -20 + step * i);
  near(fitted.logProb(grid).reduce((sum, density) => sum + step * Math.exp(density), 0), 1, 1e-9);
  const draws = fitted.sample({ seed: 0, stream: "generation" }, { rows: 20_000 });
  const negative = draws.filter((x) => x < 0).length / 20_000;
  assert.ok(Math.abs(negative - 0.7) < 0.03, `${negative} of the draws are below 0`);
});

Deno.test("fitGaussianMixture() is more likely with more components, and copes with equal rows", () => {
  const draws = mixed(1000);
  const [one, two] = [1, 2].map((components) =>
    fitGaussianMixture(draws, { dimensions: 2, components }).logLikelihood
  );
  assert.ok(two > one + 0.5, `${two} after ${one}`);
  const flat = fitGaussianMixture(new Float64Array(40).fill(2), { dimensions: 1, components: 2 });
  assert.ok(Number.isFinite(flat.logLikelihood));
});

Deno.test("fits refuse too few rows, broken rows and numbers that are none", () => {
  assert.throws(() => fitStudentT([1, 2, 3, 4], { dimensions: 2 }), /at least 3 rows, got 2/);
  assert.throws(() => fitStudentT([1, 2, 3], { dimensions: 2 }), /rows of 2 numbers, got 3/);
  assert.throws(() => fitStudentT([1, NaN, 3], { dimensions: 1 }), /finite, got NaN at 1/);
  assert.throws(
    () => fitGaussianMixture([1, 2, 3], { dimensions: 1, components: 2 }),
    /at least 4 rows, got 3/,
  );
  assert.throws(() => fitGaussianMixture([1, 2], { dimensions: 1, components: 0 }), /integer > 0, got 0/);
});
