import assert from "node:assert/strict";
import { klNormal, klNormalStudentT, klStudentT, klStudentTNormal } from "../../lib/math/divergence.ts";
import * as studentT from "../../lib/math/student_t.ts";
import { near } from "./closeness.ts";
import mixed from "./fixtures/kl_mixed.json" with { type: "json" };

/** Relative to max(1, KL); the largest error seen is 5e-15. */
const TOLERANCE = 5e-14;

type MixedRow = [number, number, number[], number[], number, number, number | null];
const ROWS = mixed.joint as MixedRow[];

Deno.test("klNormalStudentT() matches mpmath for a joint prior in 1 to 8 dimensions", () => {
  for (const [, priorDf, loc, scale, , expected] of ROWS) {
    near(klNormalStudentT({ loc, scale }, { df: priorDf }), expected, TOLERANCE);
  }
});

Deno.test("klStudentTNormal() matches mpmath for a joint posterior, and is Infinity for df <= 2", () => {
  for (const [df, , loc, scale, , , expected] of ROWS) {
    const kl = klStudentTNormal({ df, loc, scale, joint: true });
    assert.equal(kl === Infinity, df <= 2);
    if (expected !== null) near(kl, expected, TOLERANCE);
  }
});

Deno.test("klStudentTNormal() adds up over independent coordinates, and differs from joint ones", () => {
  const loc = [1, -0.5], scale = [0.4, 2], df = 4;
  const sum = loc.reduce(
    (total, _, i) => total + klStudentTNormal({ df, loc: [loc[i]], scale: [scale[i]], joint: true }),
    0,
  );
  near(klStudentTNormal({ df, loc, scale }), sum, TOLERANCE);
  const entropies = scale.reduce((total, s) => total + studentT.entropy({ df, scale: s }), 0);
  const crossEntropy = loc.reduce(
    (total, l, i) => total + 0.5 * (scale[i] ** 2 * 2 + l * l),
    Math.log(2 * Math.PI),
  );
  near(sum, crossEntropy - entropies, TOLERANCE);
  assert.ok(Math.abs(klStudentTNormal({ df, loc, scale, joint: true }) - sum) > 0.01);
});

Deno.test("klStudentT() with either df → ∞ is klNormalStudentT() and klStudentTNormal()", () => {
  const LIMIT = 1e-6; // the correction falls as 1/df
  const loc = [0.3, -2], scale = [0.5, 1.5];
  near(
    klStudentT({ df: 1e9, loc, scale, joint: true }, { df: 3 }),
    klNormalStudentT({ loc, scale }, { df: 3 }),
    LIMIT,
  );
  for (const joint of [false, true]) {
    const posterior = { df: 7, loc, scale, joint };
    near(klStudentT(posterior, { df: 1e9 }), klStudentTNormal(posterior), LIMIT);
  }
});

Deno.test("klNormalStudentT() and klStudentTNormal() with df → ∞ are klNormal()", () => {
  const LIMIT = 1e-6; // the correction falls as 1/df and is at most 30/df here
  const loc = [0.3, -2], scale = [0.5, 1.5];
  const gaussian = klNormal({ loc, scale });
  near(klNormalStudentT({ loc, scale }, { df: 1e8 }), gaussian, LIMIT);
  near(klStudentTNormal({ df: 1e8, loc, scale }), gaussian, LIMIT);
  near(klStudentTNormal({ df: 1e8, loc, scale, joint: true }), gaussian, LIMIT);
});

Deno.test("klNormalStudentT() is finite and positive for df 0.1 to 1e8, scale 1e-6 to 1e6, loc to 1e4", () => {
  for (const df of [0.1, 3, 1e8]) {
    for (const scale of [1e-6, 0.5, 1e6]) {
      for (const loc of [0, -1, 1e4]) {
        const kl = klNormalStudentT({ loc: [loc, 0], scale: [scale, 1] }, { df });
        assert.ok(kl > 0 && kl < Infinity, `${kl} at df ${df}, scale ${scale}, loc ${loc}`);
      }
    }
  }
});

Deno.test("klNormalStudentT() and klStudentTNormal() reject values and shapes outside their domain", () => {
  assert.throws(() => klNormalStudentT({ loc: [0] }, { df: 0 }), {
    name: "RangeError",
    message: "Cannot compute klNormalStudentT: df must be finite and > 0, got 0",
  });
  assert.throws(() => klNormalStudentT({ loc: [0], scale: [0] }, { df: 1 }), /scale\[0\] must be .*, got 0/);
  assert.throws(() => klStudentTNormal({ df: NaN, loc: [0] }), {
    name: "RangeError",
    message: "Cannot compute klStudentTNormal: df must be finite and > 0, got NaN",
  });
  assert.throws(() => klStudentTNormal({ df: 3, loc: [0], scale: [1, 1] }), TypeError);
});
