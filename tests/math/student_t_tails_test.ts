import assert from "node:assert/strict";
import * as normal from "../../lib/math/normal.ts";
import * as studentT from "../../lib/math/student_t.ts";
import { near, relative } from "./closeness.ts";
import student from "./fixtures/student_t.json" with { type: "json" };
import oracle from "./fixtures/student_t_tails.json" with { type: "json" };

/** survival, relative: exp() of a log density near -690 magnifies its last digit; the largest error seen is 2e-13. */
const TAIL_TOLERANCE = 1e-12;

/** Logarithms, relative; the largest error seen is 6e-15, where the tail's two forms meet. */
const LOG_TOLERANCE = 2e-14;

/** Quantiles, relative: exp() of ln t near 530 magnifies its last digit; the largest error seen is 4e-13. */
const QUANTILE_TOLERANCE = 2e-12;

const UPPER_TAIL = oracle.logSurvival.filter(([, , logSurvival]) => logSurvival > -690);

Deno.test("studentT.survival() matches mpmath in both tails, relatively, down to 1e-299", () => {
  for (const [x, df, below, above] of student.cdf) {
    relative(studentT.survival(x, { df }), above, TAIL_TOLERANCE);
    relative(studentT.survival(-x, { df }), below, TAIL_TOLERANCE);
  }
  for (const [t, df, logSurvival] of UPPER_TAIL) {
    relative(studentT.survival(t, { df }), Math.exp(logSurvival), TAIL_TOLERANCE);
  }
});

Deno.test("studentT.logSurvival() and logCdf() match mpmath for df from 0.1 to 1e8, beyond underflow", () => {
  for (const [t, df, expected] of oracle.logSurvival) {
    relative(studentT.logSurvival(t, { df }), expected, LOG_TOLERANCE);
    relative(studentT.logCdf(3 - 2 * t, { df, loc: 3, scale: 2 }), expected, LOG_TOLERANCE + 2e-15 / t);
  }
});

Deno.test("studentT.logCdf() keeps the digits of what is missing to probability 1", () => {
  for (const [t, df, logSurvival] of UPPER_TAIL) {
    const expected = Math.log1p(-Math.exp(logSurvival));
    relative(studentT.logCdf(t, { df }), expected, TAIL_TOLERANCE);
    relative(studentT.logSurvival(-t, { df }), expected, TAIL_TOLERANCE);
  }
});

Deno.test("studentT tails at infinity, the center and NaN", () => {
  for (const df of [0.1, 1, 1e8]) {
    assert.deepEqual([-Infinity, 0, Infinity].map((x) => studentT.survival(x, { df })), [1, 0.5, 0]);
    assert.deepEqual([-Infinity, Infinity].map((x) => Math.abs(studentT.logCdf(x, { df }))), [Infinity, 0]);
    assert.deepEqual([-Infinity, Infinity].map((x) => Math.abs(studentT.logSurvival(x, { df }))), [
      0,
      Infinity,
    ]);
    near(studentT.logCdf(0, { df }), -Math.LN2, LOG_TOLERANCE);
    assert.ok(Number.isNaN(studentT.survival(NaN, { df })));
    assert.ok(Number.isNaN(studentT.logCdf(NaN, { df })));
    assert.ok(Number.isNaN(studentT.logSurvival(NaN, { df })));
  }
});

Deno.test("studentT tails stay finite at the largest number", () => {
  const df = 0.1, t = Number.MAX_VALUE;
  const atTenth = studentT.logSurvival(t / 10, { df });
  near(studentT.logSurvival(t, { df }), atTenth - df * Math.LN10, LOG_TOLERANCE);
});

Deno.test("studentT.quantile() matches mpmath for df from 0.1 to 1e8, p from 1e-300 to beside 1/2", () => {
  for (const [p, df, expected] of oracle.quantile) {
    relative(studentT.quantile(p, { df }), expected, QUANTILE_TOLERANCE);
    relative(studentT.quantile(p, { df, scale: 1e-3 }), expected * 1e-3, QUANTILE_TOLERANCE);
  }
});

Deno.test("studentT.quantile() at df 1 and 2 is in closed form, at its ends infinite, and odd about 1/2", () => {
  for (const p of [1e-200, 1e-9, 0.01, 0.2, 0.4999]) {
    relative(studentT.quantile(p, { df: 1 }), -1 / Math.tan(Math.PI * p), QUANTILE_TOLERANCE);
    relative(studentT.quantile(p, { df: 2 }), (2 * p - 1) / Math.sqrt(2 * p * (1 - p)), QUANTILE_TOLERANCE);
  }
  for (const df of [0.01, 3, 1e8]) {
    assert.deepEqual([0, 0.5, 1].map((p) => studentT.quantile(p, { df, loc: 2 })), [-Infinity, 2, Infinity]);
    for (const p of [0.25, 0.375, 0.46875]) {
      assert.equal(studentT.quantile(1 - p, { df }), -studentT.quantile(p, { df }));
    }
  }
});

Deno.test("studentT.quantile() is ±Infinity where it overflows, and finite just before", () => {
  assert.deepEqual([1e-40, 1 - 2 ** -53].map((p) => studentT.quantile(p, { df: 0.01 })), [
    -Infinity,
    Infinity,
  ]);
  const df = 0.1;
  const last = studentT.logSurvival(Number.MAX_VALUE, { df });
  assert.equal(studentT.quantile(Math.exp(last) * (1 - 1e-6), { df }), -Infinity);
  const before = studentT.quantile(Math.exp(last) * (1 + 1e-6), { df });
  relative(studentT.logCdf(before, { df }), last + 1e-6, 1e-12);
});

Deno.test("studentT tails and quantile with df → ∞ become the normal's", () => {
  const df = 1e8;
  const LIMIT = 4e-6; // the leading correction of a log tail is t^4/(4 df), 4e-6 at |t| = 6
  for (const t of [-6, -2, -0.1, 0.4, 3, 6]) {
    const p = normal.cdf(t);
    near(studentT.logCdf(t, { df }), Math.log(p), LIMIT);
    near(studentT.logSurvival(-t, { df }), Math.log(p), LIMIT);
    near(studentT.quantile(p, { df }), t, LIMIT);
  }
});

Deno.test("studentT tails and quantile reject what is outside their domain", () => {
  for (const p of [-0.1, 1.1, NaN]) {
    assert.throws(() => studentT.quantile(p, { df: 3 }), {
      name: "RangeError",
      message: `Cannot compute StudentT quantile: p must be in [0, 1], got ${p}`,
    });
  }
  assert.throws(() => studentT.quantile(0, { df: -1 }), {
    name: "RangeError",
    message: "Cannot compute StudentT quantile: df must be finite and > 0, got -1",
  });
  assert.throws(() => studentT.survival(0, { df: 0 }), /compute StudentT survival: df must be .*, got 0/);
  assert.throws(
    () => studentT.logCdf(0, { df: 1, scale: -1 }),
    /compute StudentT logCdf: scale must .*, got -1/,
  );
  assert.throws(
    () => studentT.logSurvival(0, { df: 1, loc: NaN }),
    /StudentT logSurvival: loc must .*, got NaN/,
  );
});
