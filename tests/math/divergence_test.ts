import assert from "node:assert/strict";
import { klNormal, klStudentT } from "../../lib/math/divergence.ts";
import * as studentT from "../../lib/math/student_t.ts";
import { near } from "./closeness.ts";
import extremes from "./fixtures/extremes.json" with { type: "json" };
import oracle from "./fixtures/kl.json" with { type: "json" };

/** Relative to max(1, KL); the largest error seen is 2e-14. */
const TOLERANCE = 1e-13;

const STANDARD_ERRORS = 5;

const GRID = [0.5, 1, 3, 30, 1e3].flatMap((df) =>
  [0, 0.3, 2, 15].flatMap((loc) => [1e-3, 0.2, 1, 1.7, 50].map((scale) => ({ df, loc, scale })))
);

Deno.test("klStudentT() matches mpmath in one dimension for df from 0.5 to 1e3", () => {
  for (const [df, loc, scale, expected] of oracle.univariate) {
    near(klStudentT({ df, loc: [loc], scale: [scale] }), expected, TOLERANCE);
  }
});

Deno.test("klStudentT() matches mpmath for df 0.1 to 1e8, scale 1e-6 to 1e6, loc to 1e4", () => {
  for (const [df, loc, scale, expected] of extremes.kl) {
    near(klStudentT({ df, loc: [loc], scale: [scale] }), expected, TOLERANCE);
  }
});

Deno.test("klStudentT() matches mpmath in 2, 3 and 8 dimensions, independent and joint", () => {
  const cases = oracle.multivariate as [number, number[], number[], number, number][];
  for (const [df, loc, scale, joint, independent] of cases) {
    near(klStudentT({ df, loc, scale }), independent, TOLERANCE);
    near(klStudentT({ df, loc, scale, joint: true }), joint, TOLERANCE);
  }
});

Deno.test("klStudentT() at df 1 is ln(((1 + scale)^2 + loc^2) / (4 scale))", () => {
  for (const { loc, scale } of GRID) {
    near(
      klStudentT({ df: 1, loc: [loc], scale: [scale] }),
      Math.log(((1 + scale) ** 2 + loc ** 2) / (4 * scale)),
      TOLERANCE,
    );
  }
});

Deno.test("klStudentT() at df 3 agrees with the closed E ln(1 + z^2/3)", () => {
  for (const { loc, scale } of GRID) {
    const square = (1 + scale) ** 2 + loc ** 2 / 3;
    const expectation = Math.log(square) - 2 * scale * (1 + scale) / square;
    const closed = -Math.log(scale) + 2 * (expectation - studentT.expectedLog1pSquare(3, 1));
    near(klStudentT({ df: 3, loc: [loc], scale: [scale] }), closed, TOLERANCE);
  }
});

Deno.test("klStudentT() with df → ∞ is klNormal()", () => {
  const loc = [-2, 0, 0.7], scale = [0.1, 1, 3];
  const LIMIT = 1e-6; // the correction falls as 1/df and is at most 70/df here
  const gaussian = klNormal({ loc, scale });
  for (const joint of [false, true]) {
    assert.ok(Math.abs(klStudentT({ df: 1e8, loc, scale, joint }) - gaussian) < LIMIT);
  }
});

Deno.test("klStudentT() is the mean of log q - log p over draws from q", () => {
  const n = 20_000;
  for (
    const [step, { df, loc, scale }] of [
      { df: 2.5, loc: 1, scale: 0.4 },
      { df: 5, loc: -0.5, scale: 2 },
      { df: 50, loc: 0.2, scale: 1.1 },
    ].entries()
  ) {
    const draws = studentT.sample(
      { seed: 0, stream: "evaluation", step },
      { rows: n, dimensions: 1, df, loc, scale },
    );
    const ratios = Array.from(
      draws,
      (z) => studentT.logProb(z, { df, loc, scale }) - studentT.logProb(z, { df }),
    );
    const mean = ratios.reduce((a, b) => a + b) / n;
    const variance = ratios.reduce((a, b) => a + (b - mean) ** 2, 0) / n;
    const exact = klStudentT({ df, loc: [loc], scale: [scale] });
    assert.ok(Math.abs(mean - exact) < STANDARD_ERRORS * Math.sqrt(variance / n), `${mean} is not ${exact}`);
  }
});

Deno.test("klStudentT() is zero at the prior, positive elsewhere and even in loc", () => {
  for (const { df, loc, scale } of GRID) {
    const kl = klStudentT({ df, loc: [loc], scale: [scale] });
    if (loc === 0 && scale === 1) assert.ok(Math.abs(kl) < TOLERANCE);
    else assert.ok(kl > TOLERANCE, `KL ${kl} at df ${df}, loc ${loc}, scale ${scale}`);
    assert.equal(klStudentT({ df, loc: [-loc], scale: [scale] }), kl);
  }
});

Deno.test("klStudentT() adds up over independent coordinates, each with its own df", () => {
  const df = [1, 4, 200], loc = [0.1, -3, 2], scale = [0.5, 1.5, 1];
  const sum = df.reduce((total, d, i) => total + klStudentT({ df: d, loc: [loc[i]], scale: [scale[i]] }), 0);
  near(klStudentT({ df, loc, scale: Float32Array.from(scale) }), sum, TOLERANCE);
});

Deno.test("klStudentT() stays finite for many narrow joint coordinates", () => {
  const size = 64;
  const kl = klStudentT({ df: 1, loc: Array(size).fill(0.01), scale: Array(size).fill(1e-6), joint: true });
  assert.ok(kl > 0 && Number.isFinite(kl));
});

Deno.test("klStudentT() and klNormal() take loc 0 and scale 1 where they are left out", () => {
  assert.equal(klStudentT({ df: 4, scale: [2, 3] }), klStudentT({ df: 4, loc: [0, 0], scale: [2, 3] }));
  assert.equal(
    klStudentT({ df: [4, 5], loc: [2, 3] }),
    klStudentT({ df: [4, 5], loc: [2, 3], scale: [1, 1] }),
  );
  assert.equal(klNormal({ loc: [2, 3] }), 6.5);
  assert.equal(klNormal({ loc: [0], scale: [2] }), 1.5 - Math.LN2);
});

Deno.test("klStudentT() and klNormal() reject values and shapes outside their domain", () => {
  for (const df of [0, -1, NaN, Infinity, [3, 0]]) {
    const value = typeof df === "number" ? df : 0;
    assert.throws(() => klStudentT({ df, loc: [0, 0], scale: [1, 1] }), {
      name: "RangeError",
      message: `Cannot compute klStudentT: df must be finite and > 0, got ${value}`,
    });
  }
  assert.throws(() => klStudentT({ df: 3, loc: [0, NaN], scale: [1, 1] }), {
    name: "RangeError",
    message: "Cannot compute klStudentT: loc[1] must be finite, got NaN",
  });
  assert.throws(() => klNormal({ loc: [0], scale: [-2] }), {
    name: "RangeError",
    message: "Cannot compute klNormal: scale[0] must be finite and > 0, got -2",
  });
  assert.throws(() => klNormal({ loc: [0, 1], scale: [1] }), {
    name: "TypeError",
    message: /loc \[2\], scale \[1\]/,
  });
  assert.throws(() => klStudentT({ df: [3], loc: [0, 1] }), { name: "TypeError", message: /df \[1\]/ });
  assert.throws(() => klStudentT({ df: [3], loc: [0], joint: true }), TypeError);
});
