import assert from "node:assert/strict";
import { klNormal, powerDivergence } from "../../lib/math/divergence.ts";
import * as multivariate from "../../lib/math/multivariate_student_t.ts";
import { near, relative } from "./closeness.ts";
import oracle from "./fixtures/t3.json" with { type: "json" };

/** Relative to max(1, |reference|); the largest error seen is 3e-15. */
const TOLERANCE = 2e-14;

Deno.test("powerDivergence() matches mpmath in 1 to 8 dimensions", () => {
  const rows = oracle.powerDivergence as [number, number[], number[], number[], number[], number][];
  for (const [df, loc, scale, pLoc, pScale, expected] of rows) {
    near(powerDivergence({ df, loc, scale }, { loc: pLoc, scale: pScale }), expected, TOLERANCE);
  }
});

Deno.test("powerDivergence() is its definition's integral in one dimension", () => {
  const df = 5, powerGamma = -2 / (df + 1);
  const q = { df, loc: [0.5], scale: [0.7] }, p = { df, loc: [-1], scale: [1.2] };
  // The trapezoid rule over x = sinh y, whose integrands fall like e^(-4 y) or faster.
  const integral = (f: (x: number) => number) => {
    let sum = 0;
    for (let y = -12; y <= 12; y += 1 / 32) sum += f(Math.sinh(y)) * Math.cosh(y) / 32;
    return sum;
  };
  const density = (x: number, params: typeof q) => Math.exp(multivariate.logProb([x], params));
  const norm = (params: typeof q) =>
    integral((x) => density(x, params) ** (1 + powerGamma)) ** (1 / (1 + powerGamma));
  const cross = integral((x) => density(x, q) * density(x, p) ** powerGamma) / norm(p) ** powerGamma;
  near(powerDivergence(q, p), (norm(q) - cross) / powerGamma, 1e-9); // what the rule's cut at |y| = 12 leaves
});

Deno.test("powerDivergence() is 0 at equality, and keeps its digits beside it", () => {
  const loc = [1, -2], scale = [0.3, 4];
  for (const df of [2.1, 5, 1e8]) {
    assert.ok(powerDivergence({ df, loc, scale }, { loc, scale }) === 0);
    const at = (change: number) => powerDivergence({ df, scale: [Math.exp(change)] });
    relative(at(1e-6), 4 * at(0.5e-6), 1e-5); // quadratic, the cubic term being of order 1e-6 of it
    assert.ok(at(1e-6) > 0 && at(-1e-6) > 0);
  }
});

Deno.test("powerDivergence() with df → ∞ is klNormal()", () => {
  const posterior = { loc: [1, -0.5, 0], scale: [0.3, 1, 2.5] };
  near(powerDivergence({ df: 1e8, ...posterior }), klNormal(posterior), 1e-6); // the correction falls as 1/df
});

Deno.test("powerDivergence() takes loc 0 and scale 1 where they are left out, on either side", () => {
  const full = powerDivergence({ df: 4, loc: [0, 0], scale: [2, 3] }, { loc: [1, 2], scale: [1, 1] });
  assert.equal(powerDivergence({ df: 4, scale: [2, 3] }, { loc: [1, 2] }), full);
  const reverse = powerDivergence({ df: 4, loc: [0, 0], scale: [1, 1] }, { loc: [1, 2], scale: [1, 1] });
  assert.equal(powerDivergence({ df: 4 }, { loc: [1, 2] }), reverse);
});

Deno.test("powerDivergence() rejects values and shapes outside its domain", () => {
  for (const df of [2, 0, NaN, Infinity]) {
    assert.throws(() => powerDivergence({ df, loc: [0] }), {
      name: "RangeError",
      message: `Cannot compute powerDivergence: df must be finite and > 2, got ${df}`,
    });
  }
  assert.throws(() => powerDivergence({ df: 3, loc: [0] }, { scale: [-1] }), /scale\[0\] must be .*, got -1/);
  assert.throws(() => powerDivergence({ df: 3, loc: [0] }, { loc: [1, 2] }), {
    name: "TypeError",
    message: /p loc \[2\]/,
  });
});
