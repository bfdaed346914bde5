import assert from "node:assert/strict";
import betainc from "@stdlib/math-base-special-betainc";
import * as multivariate from "../../lib/math/multivariate_student_t.ts";
import * as normal from "../../lib/math/normal.ts";
import { uniformPairs } from "../../lib/math/philox.ts";
import * as studentT from "../../lib/math/student_t.ts";
import { near, relative } from "./closeness.ts";
import oracle from "./fixtures/multivariate_student_t.json" with { type: "json" };
import { kolmogorov, KOLMOGOROV_LIMIT } from "./statistics.ts";

/** Relative to max(1, |reference|); the largest error seen is 5e-15. */
const TOLERANCE = 2e-14;

/** A few units in the last place. */
const ROUNDING = 1e-14;

const ROWS = 5000;

const key = { seed: 0, stream: "generation" } as const;

Deno.test("multivariateStudentT.logProb() matches mpmath in 2 to 8 dimensions", () => {
  for (
    const [df, x, loc, scale, expected] of oracle.logProb as [number, number[], number[], number[], number][]
  ) {
    near(multivariate.logProb(x, { df, loc, scale }), expected, TOLERANCE);
  }
});

Deno.test("multivariateStudentT.entropy() matches mpmath in 2 to 8 dimensions", () => {
  for (const [df, scale, expected] of oracle.entropy as [number, number[], number][]) {
    near(multivariate.entropy({ df, scale }), expected, TOLERANCE);
  }
});

Deno.test("multivariateStudentT in one dimension is studentT", () => {
  for (const df of [0.3, 4, 1e7]) {
    const params = { df, loc: 2, scale: 0.1 }, arrays = { df, loc: [2], scale: [0.1] };
    for (const x of [1.9, 2, 50]) {
      near(multivariate.logProb([x], arrays), studentT.logProb(x, params), ROUNDING);
    }
    near(multivariate.entropy(arrays), studentT.entropy(params), ROUNDING);
    assert.deepEqual(
      multivariate.sample(key, { rows: 5, dimensions: 1, ...arrays }),
      studentT.sample(key, { rows: 5, dimensions: 1, ...params }),
    );
  }
});

Deno.test("multivariateStudentT.logProb() with df → ∞ is the sum of normal ones, also in 512 dimensions", () => {
  for (const size of [3, 512]) {
    const x = Array.from({ length: size }, (_, i) => Math.sin(i));
    const sum = x.reduce((total, xi) => total + normal.logProb(xi), 0);
    // The correction is of order size^2/df.
    near(multivariate.logProb(x, { df: 1e12 }), sum, 1e-8);
    near(multivariate.entropy({ df: 1e12, scale: x.map(() => 1) }), size * normal.entropy(), 1e-8);
  }
});

Deno.test("multivariateStudentT.sample(): each coordinate passes a Kolmogorov test", () => {
  for (const [step, df] of [0.5, 3, 1e6].entries()) {
    const loc = [1, -2, 0, 4, 0.1], scale = [1, 0.5, 10, 2, 1e-3];
    const draws = multivariate.sample({ ...key, step }, { rows: ROWS, dimensions: 5, df, loc, scale });
    for (let i = 0; i < 5; i++) {
      const column = draws.filter((_, at) => at % 5 === i);
      const statistic = kolmogorov(column, (x) => studentT.cdf(x, { df, loc: loc[i], scale: scale[i] }));
      assert.ok(statistic < KOLMOGOROV_LIMIT, `df ${df}, coordinate ${i}: ${statistic}`);
    }
  }
});

Deno.test("multivariateStudentT.sample(): |z|^2/d passes a Kolmogorov test against F(d, df), d from 1 to 9", () => {
  for (const [step, df] of [0.5, 3, 40, 1e6].entries()) {
    for (const dimensions of [1, 2, 3, 4, 9]) {
      const radii = squaredRadii(standard({ step, df, dimensions }), dimensions);
      const statistic = kolmogorov(
        radii,
        (square) =>
          square > df
            ? 1 - betainc(df / (df + square), df / 2, dimensions / 2)
            : betainc(square / (df + square), dimensions / 2, df / 2),
      );
      assert.ok(statistic < KOLMOGOROV_LIMIT, `df ${df}, ${dimensions} dimensions: ${statistic}`);
    }
  }
});

Deno.test("multivariateStudentT.sample(): a coordinate given those before it is t of df + i", () => {
  // Conditionally its scale is sqrt((df + R^2)/(df + i)), R^2 the squared radius of the first i coordinates.
  const dimensions = 6;
  for (const [step, df] of [0.5, 3, 40].entries()) {
    const draws = standard({ step, df, dimensions });
    for (let i = 1; i < dimensions; i++) {
      const ratios = Array.from({ length: ROWS }, (_, row) => {
        const before = draws.subarray(row * dimensions, row * dimensions + i);
        const [square] = squaredRadii(before, i);
        return draws[row * dimensions + i] / Math.sqrt((df + square) / (df + i));
      });
      const statistic = kolmogorov(ratios, (x) => studentT.cdf(x, { df: df + i }));
      assert.ok(statistic < KOLMOGOROV_LIMIT, `df ${df}, coordinate ${i}: ${statistic}`);
    }
  }
});

Deno.test("multivariateStudentT.sample(): any projection on a unit vector is t of df", () => {
  const dimensions = 5, df = 2.5;
  const draws = standard({ step: 0, df, dimensions });
  for (const vector of [[1, 1, 1, 1, 1], [1, 0, -1, 0, 0], [0.1, -3, 0, 2, 1]]) {
    const size = Math.hypot(...vector);
    const projections = Array.from(
      { length: ROWS },
      (_, row) => vector.reduce((sum, v, i) => sum + v / size * draws[row * dimensions + i], 0),
    );
    assert.ok(kolmogorov(projections, (x) => studentT.cdf(x, { df })) < KOLMOGOROV_LIMIT);
  }
});

Deno.test("multivariateStudentT.sample() has variance scale^2 df/(df - 2) and no correlation", () => {
  const df = 12, rows = 40_000, scale = [2, 1, 0.5];
  const draws = multivariate.sample(key, { rows, dimensions: 3, df, scale });
  const STANDARD_ERRORS = 5, kurtosis = 3 + 6 / (df - 4);
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j <= i; j++) {
      let product = 0;
      for (let row = 0; row < rows; row++) product += draws[3 * row + i] * draws[3 * row + j];
      const covariance = product / rows / (scale[i] * scale[j] * df / (df - 2));
      const variance = i === j ? kurtosis - 1 : kurtosis / 3; // E z_i^2 z_j^2 is a third of E z_i^4
      assert.ok(Math.abs(covariance - (i === j ? 1 : 0)) < STANDARD_ERRORS * Math.sqrt(variance / rows));
    }
  }
});

Deno.test("multivariateStudentT.sample() takes one Philox block for each pair, whatever comes after it", () => {
  const shape = { rows: Uint32Array.of(7), df: 3 };
  const five = multivariate.sample(key, { ...shape, dimensions: 5 });
  const four = multivariate.sample(key, { ...shape, dimensions: 4 });
  assert.deepEqual(four, five.slice(0, 4));
  const { u, v } = uniformPairs(key, { rows: Uint32Array.of(7), dimensions: 3 });
  assert.deepEqual(five, multivariate.polarSample({ u, v }, { df: 3, dimensions: 5 }));
});

Deno.test("multivariateStudentT.polarSample() chains radius and scale of the conditional distributions", () => {
  const u = [0.3, 1e-3, 0.8], v = [0.1, 0.4, 0.7], df = 2.5;
  const draw = multivariate.polarSample({ u, v }, { df, dimensions: 6 });
  let square = 0;
  for (let i = 0; i < 3; i++) {
    const scale = Math.sqrt((df + square) / (df + 2 * i));
    const { value: cosine } = studentT.polarSample({ u: u[i], v: v[i] }, df + 2 * i);
    const { value: sine } = studentT.polarSample({ u: u[i], v: v[i] - 0.25 }, df + 2 * i);
    relative(draw[2 * i], scale * cosine, ROUNDING);
    relative(draw[2 * i + 1], scale * sine, ROUNDING);
    square += draw[2 * i] ** 2 + draw[2 * i + 1] ** 2;
  }
});

Deno.test("multivariateStudentT.polarSample() with df → ∞ is Box–Muller", () => {
  const u = [0.3, 1e-3], v = [0.1, 0.4];
  const LIMIT = 1e-6; // the correction is of order (ln u)^2/df
  multivariate.polarSample({ u, v }, { df: 1e8, dimensions: 4 }).forEach((t, i) => {
    const turn = 2 * Math.PI * v[i >> 1];
    near(t, Math.sqrt(-2 * Math.log(u[i >> 1])) * (i % 2 === 0 ? Math.cos(turn) : Math.sin(turn)), LIMIT);
  });
});

Deno.test("multivariateStudentT functions reject values and shapes outside their domain", () => {
  for (const df of [0, -1, NaN, Infinity]) {
    assert.throws(() => multivariate.logProb([0], { df }), {
      name: "RangeError",
      message: `Cannot compute MultivariateStudentT logProb: df must be finite and > 0, got ${df}`,
    });
    assert.throws(() => multivariate.entropy({ df, scale: [1] }), RangeError);
    assert.throws(() => multivariate.sample(key, { rows: 1, dimensions: 2, df }), RangeError);
  }
  assert.throws(() => multivariate.entropy({ df: 1, scale: [1, -2] }), {
    name: "RangeError",
    message: "Cannot compute MultivariateStudentT entropy: scale[1] must be finite and > 0, got -2",
  });
  assert.throws(() => multivariate.logProb([0, 0, 0], { df: 1, loc: [0, 0] }), {
    name: "TypeError",
    message:
      "Cannot compute MultivariateStudentT logProb: loc and x must have one length, got loc [2], x [3]",
  });
  assert.throws(() => multivariate.sample(key, { rows: 1, dimensions: 3, df: 1, loc: [0, 0] }), TypeError);
  assert.throws(() => multivariate.polarSample({ u: [0.5], v: [0.5] }, { df: 1, dimensions: 3 }), {
    name: "TypeError",
    message: /3 dimensions take u and v \[2\], got \[1\] and \[1\]/,
  });
  assert.throws(
    () => multivariate.polarSample({ u: [0], v: [0.5] }, { df: 1, dimensions: 2 }),
    /u must be in/,
  );
});

function standard({ step, df, dimensions }: { step: number; df: number; dimensions: number }): Float64Array {
  return multivariate.sample({ ...key, step }, { rows: ROWS, dimensions, df });
}

function squaredRadii(draws: Float64Array, dimensions: number): Float64Array {
  return Float64Array.from(
    { length: draws.length / dimensions },
    (_, row) => draws.subarray(row * dimensions, (row + 1) * dimensions).reduce((sum, z) => sum + z * z, 0),
  );
}
