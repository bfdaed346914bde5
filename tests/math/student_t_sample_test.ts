import assert from "node:assert/strict";
import { generator } from "../../lib/math/philox.ts";
import * as studentT from "../../lib/math/student_t.ts";
import { relative } from "./closeness.ts";
import oracle from "./fixtures/student_t_tails.json" with { type: "json" };

/** Relative; the largest error seen is 1.2e-14. */
const TOLERANCE = 5e-14;

const STANDARD_ERRORS = 5;

Deno.test("studentT.dfGradient() matches mpmath for df from 0.1 to 1e8, in every tail", () => {
  for (const [t, df, expected] of oracle.dfGradient) {
    relative(studentT.dfGradient(t, df), expected, TOLERANCE);
    assert.equal(studentT.dfGradient(-t, df), -studentT.dfGradient(t, df));
  }
});

Deno.test("studentT.dfGradient() is the quantile's derivative at fixed probability", () => {
  const STEP = 1e-4; // leaves an error of order STEP^2, relative to df
  for (const df of [0.3, 1, 4, 60, 2e3]) {
    for (const p of [1e-12, 0.02, 0.3, 0.49]) {
      const [below, above] = [-1, 1].map((sign) => studentT.quantile(p, { df: df * (1 + sign * STEP) }));
      const gradient = studentT.dfGradient(studentT.quantile(p, { df }), df);
      relative(gradient, (above - below) / (2 * STEP * df), 1e-4);
    }
  }
});

Deno.test("studentT.dfGradient() with df → ∞ is -t (t^2 + 1)/(4 df^2), and 0 at 0", () => {
  for (const t of [-5, 0.01, 1, 4]) {
    relative(studentT.dfGradient(t, 1e8), -t * (t * t + 1) / (4 * 1e16), 1e-6); // the next term is t^2/df of it
  }
  assert.ok(studentT.dfGradient(0, 3) === 0);
});

Deno.test("studentT.dfGradient() has the sign of -t and stays finite for |t| from 1e-300 to 1e290", () => {
  for (const df of [1e-3, 0.1, 1, 1e4, 1e12]) {
    for (const t of [1e-280, 1e-9, 1, 1e9, 1e160, 1e290]) {
      const gradient = studentT.dfGradient(t, df);
      assert.ok(gradient < 0 && gradient > -Infinity, `${gradient} at t ${t}, df ${df}`);
    }
  }
});

Deno.test("studentT.dfGradient() and polarSample() move any expectation alike", () => {
  // Of E[f(T)], f = ln(1 + T^2), f' = 2 T/(1 + T^2): one estimate from either derivative at the same draws.
  const n = 20_000, df = 3;
  const random = generator({ seed: 1, stream: "evaluation" });
  const differences = Float64Array.from({ length: n }, () => {
    const { value, dDf } = studentT.polarSample({ u: random(), v: random() }, df);
    return 2 * value / (1 + value ** 2) * (dDf - studentT.dfGradient(value, df));
  });
  const mean = differences.reduce((total, x) => total + x) / n;
  const variance = differences.reduce((total, x) => total + (x - mean) ** 2, 0) / n;
  assert.ok(variance > 1e-6, "the two are different random variables");
  assert.ok(Math.abs(mean) < STANDARD_ERRORS * Math.sqrt(variance / n), `${mean}`);
});

Deno.test("studentT.dfGradient() rejects what is outside its domain", () => {
  assert.throws(() => studentT.dfGradient(1, 0), {
    name: "RangeError",
    message: "Cannot compute StudentT dfGradient: df must be finite and > 0, got 0",
  });
  assert.throws(() => studentT.dfGradient(Infinity, 1), /t must be finite, got Infinity/);
});
