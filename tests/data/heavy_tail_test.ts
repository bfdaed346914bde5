import assert from "node:assert/strict";
import { heavyTail1d, heavyTail2d } from "../../lib/data/heavy_tail.ts";
import { loadDataset } from "../../lib/data/load.ts";
import { cdf, logProb, sample, survival } from "../../lib/math/student_t.ts";
import * as multivariateStudentT from "../../lib/math/multivariate_student_t.ts";
import { uniformPairs } from "../../lib/math/philox.ts";
import { kolmogorov, KOLMOGOROV_LIMIT, moments } from "../math/statistics.ts";

/** Standard errors that a statistic may be off: exceeded once in 16,000 of them. */
const STANDARD_ERRORS = 4;

function assertShare(share: number, p: number, n: number): void {
  const bound = STANDARD_ERRORS * Math.sqrt(p * (1 - p) / n);
  assert.ok(Math.abs(share - p) <= bound, `${share} is not within ${bound} of ${p}`);
}

/** 0.6 · t₅(−2, 1) + 0.4 · t₅(2, 1). */
const mixtureCdf = (x: number) => 0.6 * cdf(x, { df: 5, loc: -2 }) + 0.4 * cdf(x, { df: 5, loc: 2 });

Deno.test("heavyTail1d() has the mixture's distribution function, mean and variance", async () => {
  const { train, validation, test } = await heavyTail1d({ examples: 20_000 });
  for (const { values } of [train, validation!, test]) {
    assert.ok(kolmogorov(values, mixtureCdf) < KOLMOGOROV_LIMIT);
  }
  const n = test.count;
  const { mean, square } = moments(test.values, -0.4);
  const variance = 5 / 3 + 4 - 0.16;
  assert.ok(Math.abs(mean + 0.4) < STANDARD_ERRORS * Math.sqrt(variance / n), `${mean}`);
  // E(x + 0.4)⁴ with E T² = 5/3 and E T⁴ = 25 of t₅, about the means −1.6 and 2.4 that the parts have from −0.4.
  const fourth = 0.6 * (25 + 10 * 1.6 ** 2 + 1.6 ** 4) + 0.4 * (25 + 10 * 2.4 ** 2 + 2.4 ** 4);
  assert.ok(
    Math.abs(square - variance) < STANDARD_ERRORS * Math.sqrt((fourth - variance ** 2) / n),
    `${square}`,
  );
});

Deno.test("heavyTail1d() has the mixture's far quantiles and tail counts", async () => {
  const { values, count } = (await heavyTail1d()).test;
  assert.equal(count, 500_000);
  for (const p of [0.001, 0.01, 0.99, 0.999]) {
    const quantile = values.toSorted()[Math.floor(p * count)];
    assertShare(mixtureCdf(quantile), p, count);
  }
  const tail = 0.6 * (cdf(-6, { df: 5, loc: -2 }) + survival(6, { df: 5, loc: -2 })) +
    0.4 * (cdf(-6, { df: 5, loc: 2 }) + survival(6, { df: 5, loc: 2 }));
  assertShare(values.filter((x) => Math.abs(x) > 6).length / count, tail, count);
});

/** Means of f over u ~ 0.7 · t₅(−2, 2) + 0.3 · t₅(2, 2), by the trapezoid rule over u = sinh y. */
function meanOverCurve(f: (u: number) => number): number {
  const step = 0.005;
  let sum = 0;
  for (let y = -9; y <= 9; y += step) {
    const u = Math.sinh(y);
    const density = 0.7 * Math.exp(logProb(u, { df: 5, loc: -2, scale: 2 })) +
      0.3 * Math.exp(logProb(u, { df: 5, loc: 2, scale: 2 }));
    sum += density * f(u) * Math.cosh(y) * step;
  }
  return sum;
}

Deno.test("heavyTail2d() has the means, variances and covariance of its definition", async () => {
  const { values, count } = (await heavyTail2d({ examples: 80_000 })).test;
  const wave = (u: number) => 2 * Math.sin(Math.PI * u / 4);
  const noise = 6 / 4; // the variance of each coordinate of √(6/χ²₆) · ε
  const meanX = -0.8, meanWave = meanOverCurve(wave);
  assert.ok(Math.abs(meanOverCurve((u) => u) - meanX) < 1e-5, "the quadrature is exact enough");
  const expected = {
    x: meanX,
    y: meanX + meanWave,
    xx: 4 * 5 / 3 + 4 - 0.64 + noise,
    // y − x is the wave and two noises.
    dd: meanOverCurve((u) => (wave(u) - meanWave) ** 2) + 2 * noise,
    xd: meanOverCurve((u) => (u - meanX) * (wave(u) - meanWave)) - noise,
  };
  const rows = Array.from({ length: count }, (_, i) => {
    const [x, y] = values.subarray(2 * i, 2 * i + 2);
    const [dx, dd] = [x - meanX, y - x - meanWave];
    return { x, y, xx: dx * dx, dd: dd * dd, xd: dx * dd };
  });
  for (const name of ["x", "y", "xx", "dd", "xd"] as const) {
    const { mean, square } = moments(rows.map((row) => row[name]), expected[name]);
    const bound = STANDARD_ERRORS * Math.sqrt(square / count);
    assert.ok(Math.abs(mean - expected[name]) < bound, `${name}: ${mean}, not ${expected[name]} ± ${bound}`);
  }
});

/**
 * Points made in another way: the noise is a bivariate t of 6 degrees of freedom, which Philox's latent stream gives.
 * Cells of one unit, those far out together.
 */
function otherPoints(count: number): Float64Array {
  const t = sample({ seed: 1, stream: "latent" }, { rows: count, dimensions: 1, df: 5 });
  const { u: component } = uniformPairs({ seed: 1, stream: "latent", step: 1 }, {
    rows: count,
    dimensions: 1,
  });
  const noise = multivariateStudentT.sample({ seed: 1, stream: "latent", step: 2 }, {
    rows: count,
    dimensions: 2,
    df: 6,
  });
  return noise.map((e, i) => {
    const row = i >> 1;
    const u = (component[row] < 0.7 ? -2 : 2) + 2 * t[row];
    return i % 2 === 0 ? u + e : u + 2 * Math.sin(Math.PI * u / 4) + e;
  });
}

Deno.test("heavyTail2d() is distributed as points with a bivariate t's noise are, tails too", async () => {
  const count = 200_000;
  const drawn = (await heavyTail2d({ examples: 80_000 })).test.values, other = otherPoints(count);
  assert.equal(drawn.length, other.length);
  const histogram = (values: ArrayLike<number>) => {
    const cells = new Map<string, number>();
    for (let i = 0; i < 2 * count; i += 2) {
      // The distance from the diagonal has hardly more than the noise in it.
      const cell = [values[i], values[i + 1] - values[i]].map((x) => Math.max(-9, Math.min(8, Math.floor(x))))
        .join();
      cells.set(cell, (cells.get(cell) ?? 0) + 1);
    }
    return cells;
  };
  const [a, b] = [histogram(drawn), histogram(other)];
  let chiSquare = 0, cells = 0;
  for (const cell of new Set([...a.keys(), ...b.keys()])) {
    const [m, n] = [a.get(cell) ?? 0, b.get(cell) ?? 0];
    if (m + n < 20) continue;
    chiSquare += (m - n) ** 2 / (m + n);
    cells++;
  }
  assert.ok(chiSquare < cells + STANDARD_ERRORS * Math.sqrt(2 * cells), `${chiSquare} over ${cells} cells`);
  for (const radius of [5, 10, 20]) {
    const beyond = (values: ArrayLike<number>) => {
      let found = 0;
      for (let i = 0; i < 2 * count; i += 2) if (Math.hypot(values[i], values[i + 1]) > radius) found++;
      return found;
    };
    const [m, n] = [beyond(drawn), beyond(other)];
    assert.ok(Math.abs(m - n) < STANDARD_ERRORS * Math.sqrt(m + n), `${m} and ${n} beyond ${radius}`);
  }
});

for (const [name, draw] of [["heavyTail1d", heavyTail1d], ["heavyTail2d", heavyTail2d]] as const) {
  Deno.test(`${name}() gives the same bytes at every call, and fewer examples are the first of more`, async () => {
    const [few, more] = await Promise.all([draw({ examples: 100 }), draw({ examples: 1000 })]);
    assert.deepEqual(await draw({ examples: 100 }), few);
    for (const part of ["train", "validation", "test"] as const) {
      assert.deepEqual(few[part]!.values, more[part]!.values.subarray(0, few[part]!.values.length));
    }
    assert.notDeepEqual(few.train.values, few.validation!.values);
    assert.deepEqual([few.train.count, few.validation!.count, few.test.count], [100, 100, 250]);
    for (const examples of [0, 1.5, NaN]) {
      await assert.rejects(async () => await draw({ examples }), { name: "RangeError", message: /got/ });
    }
  });
}

Deno.test("loadDataset() takes validation examples from the set that a data set has for them", async () => {
  const load = (validation?: number) => loadDataset("heavy-tail-1d", { examples: 100, validation });
  const own = (await heavyTail1d({ examples: 100 })).validation!;
  assert.equal((await load()).validation, undefined);
  const { train, validation } = await load(40);
  assert.equal(train.count, 100);
  assert.deepEqual(validation, { values: own.values.slice(0, 40), count: 40 });
  assert.equal((await load(100)).validation!.count, 100);
  await assert.rejects(load(101), { name: "RangeError", message: /from 0 to 100, got 101/ });
});

Deno.test("loadDataset() refuses unbounded numbers for a Bernoulli", async () => {
  await assert.rejects(loadDataset("heavy-tail-2d", { likelihood: "bernoulli" }), {
    name: "RangeError",
    message: /likelihood must be gaussian or student-t/,
  });
});
