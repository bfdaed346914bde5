import assert from "node:assert/strict";
import betainc from "@stdlib/math-base-special-betainc";
import * as normal from "../../lib/math/normal.ts";
import * as studentT from "../../lib/math/student_t.ts";
import { near, relative } from "./closeness.ts";
import extremes from "./fixtures/extremes.json" with { type: "json" };
import oracle from "./fixtures/student_t.json" with { type: "json" };
import { kolmogorov, KOLMOGOROV_LIMIT, moments } from "./statistics.ts";

/** logProb, entropy, expectedLog1pSquare: relative to max(1, |reference|); the largest error seen is 5e-15. */
const LOG_TOLERANCE = 2e-14;

/** cdf, relative: exp() of a log density near -640 magnifies its last digit; the largest error seen is 1.5e-13. */
const CDF_TOLERANCE = 1e-12;

/** polarSample, relative: exp() of 160 at df 0.1; the largest error seen is 3e-14. */
const POLAR_TOLERANCE = 1e-13;

const STANDARD_ERRORS = 5;

Deno.test("studentT.logProb() matches mpmath for df from 0.1 to 1e8, tails to 1e300", () => {
  for (const [x, df, loc, scale, expected] of [...oracle.logProb, ...extremes.logProb]) {
    near(studentT.logProb(x, { df, loc, scale }), expected, LOG_TOLERANCE);
  }
});

Deno.test("studentT.logProb() is that of loc 0 and scale 1 by default, -Infinity at infinity, NaN at NaN", () => {
  assert.equal(studentT.logProb(2, { df: 3 }), studentT.logProb(2, { df: 3, loc: 0, scale: 1 }));
  assert.equal(studentT.logProb(-Infinity, { df: 3 }), -Infinity);
  assert.ok(Number.isNaN(studentT.logProb(NaN, { df: 3 })));
});

Deno.test("studentT.entropy() matches mpmath for df from 0.1 to 1e8", () => {
  for (const [df, scales, expected] of oracle.entropy as [number, number[], number][]) {
    near(sum(scales.map((scale) => studentT.entropy({ df, scale }))), expected, LOG_TOLERANCE);
  }
  for (const [df, scale, expected] of extremes.entropy) {
    near(studentT.entropy({ df, scale }), expected, LOG_TOLERANCE);
  }
});

Deno.test("studentT.expectedLog1pSquare() matches mpmath", () => {
  for (const [df, dimension, expected] of oracle.expectedLog1pSquare) {
    near(studentT.expectedLog1pSquare(df, dimension), expected, LOG_TOLERANCE);
  }
});

Deno.test("studentT.cdf() matches mpmath in both tails, relatively, down to 1e-280", () => {
  for (const [x, df, below, above] of oracle.cdf) {
    relative(studentT.cdf(x, { df }), below, CDF_TOLERANCE);
    relative(studentT.cdf(-x, { df }), above, CDF_TOLERANCE);
  }
  for (const [x, df, expected] of extremes.cdf) relative(studentT.cdf(x, { df }), expected, CDF_TOLERANCE);
});

Deno.test("studentT.cdf() agrees with the incomplete beta function on both sides of its switch", () => {
  const STDLIB_TOLERANCE = 1e-12; // what @stdlib's betainc itself reaches at df 300
  for (const df of [0.3, 1, 2, 7, 300]) {
    const switchPoint = Math.sqrt(Math.min(df, 2));
    for (const t of [0.2, 0.999, 1, 1.001, 1.5, 4].map((factor) => factor * switchPoint)) {
      const expected = 0.5 * betainc(df / (df + t * t), df / 2, 0.5);
      relative(studentT.cdf(5 - 2 * t, { df, loc: 5, scale: 2 }), expected, STDLIB_TOLERANCE);
    }
  }
});

Deno.test("studentT.cdf() is 0, 1/2 and 1 at its ends and center", () => {
  for (const df of [0.1, 1, 1e8]) {
    assert.deepEqual([-Infinity, 0, Infinity].map((x) => studentT.cdf(x, { df })), [0, 0.5, 1]);
  }
  assert.ok(Number.isNaN(studentT.cdf(NaN, { df: 1 })));
});

Deno.test("studentT.polarSample() and its df-derivative match mpmath for df from 0.1 to 1e8", () => {
  for (const [df, u, v, value, dDf] of [...oracle.polarSample, ...extremes.polarSample]) {
    const actual = studentT.polarSample({ u, v }, df);
    relative(actual.value, value, POLAR_TOLERANCE);
    relative(actual.dDf, dDf, POLAR_TOLERANCE);
  }
});

Deno.test("studentT.polarSample() derivative joins smoothly where its series ends, and is 0 at u = 1", () => {
  const u = Math.exp(-0.75); // x = 0.5 at df 3
  const [below, above] = [3 + 1e-9, 3 - 1e-9].map((df) => studentT.polarSample({ u, v: 0 }, df).dDf);
  relative(below, above, 1e-8); // it moves by about 1e-9 itself
  assert.deepEqual(studentT.polarSample({ u: 1, v: 0 }, 3), { value: 0, dDf: 0 });
});

Deno.test("studentT.sample() passes a Kolmogorov test for df from 0.5 to 1e6", () => {
  for (const [step, df] of [0.5, 1, 2, 5, 30, 1e6].entries()) {
    const params = { df, loc: 1, scale: 0.3 };
    const draws = studentT.sample(
      { seed: 0, stream: "generation", step },
      { rows: 5000, dimensions: 2, ...params },
    );
    const statistic = kolmogorov(draws, (x) => studentT.cdf(x, params));
    assert.ok(statistic < KOLMOGOROV_LIMIT, `df ${df}: ${statistic}`);
  }
});

Deno.test("studentT.sample() has mean loc and variance scale^2 df/(df - 2)", () => {
  const df = 12, loc = -1, scale = 2, rows = 50_000;
  const draws = studentT.sample({ seed: 3, stream: "generation" }, { rows, dimensions: 1, df, loc, scale });
  const variance = scale ** 2 * df / (df - 2);
  const excessKurtosis = 6 / (df - 4);
  const { mean, square } = moments(draws, loc);
  assert.ok(Math.abs(mean - loc) < STANDARD_ERRORS * Math.sqrt(variance / rows));
  assert.ok(Math.abs(square / variance - 1) < STANDARD_ERRORS * Math.sqrt((2 + excessKurtosis) / rows));
});

Deno.test("studentT with df → ∞ becomes the normal: density, entropy, cdf and draws", () => {
  const df = 1e8;
  const LIMIT = 2e-6; // the leading correction is of order t^4/(4 df), at most 1.6e-6 for |t| <= 5
  const params = { loc: 0.5, scale: 2 };
  for (const x of [-9, -1, 0.5, 3, 10]) {
    assert.ok(Math.abs(studentT.logProb(x, { df, ...params }) - normal.logProb(x, params)) < LIMIT);
    relative(studentT.cdf(x, { df, ...params }), normal.cdf(x, params), LIMIT);
  }
  assert.ok(Math.abs(studentT.entropy({ df, ...params }) - normal.entropy(params)) < LIMIT);
  const key = { seed: 0, stream: "generation" } as const, shape = { rows: 500, dimensions: 2, ...params };
  const gaussian = normal.sample(key, shape);
  studentT.sample(key, { ...shape, df }).forEach((x, i) => assert.ok(Math.abs(x - gaussian[i]) < LIMIT));
});

Deno.test("studentT functions reject parameters outside their domain", () => {
  for (const df of [0, -1, NaN, Infinity]) {
    assert.throws(() => studentT.logProb(0, { df }), {
      name: "RangeError",
      message: `Cannot compute StudentT logProb: df must be finite and > 0, got ${df}`,
    });
    assert.throws(() => studentT.entropy({ df }), RangeError);
    assert.throws(() => studentT.cdf(0, { df }), RangeError);
    assert.throws(() => studentT.expectedLog1pSquare(df, 1), RangeError);
    assert.throws(() => studentT.polarSample({ u: 0.5, v: 0.5 }, df), RangeError);
  }
  assert.throws(() => studentT.logProb(0, { df: 1, scale: 0 }), /scale must be finite and > 0, got 0/);
  assert.throws(() => studentT.logProb(0, { df: 1, loc: Infinity }), /loc must be finite, got Infinity/);
  assert.throws(() => studentT.expectedLog1pSquare(1, 0), /dimension must be finite and > 0, got 0/);
  assert.throws(() => studentT.polarSample({ u: 0, v: 0.5 }, 3), /u must be in \(0, 1\], got 0/);
});

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
