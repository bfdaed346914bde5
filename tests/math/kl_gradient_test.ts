import assert from "node:assert/strict";
import { klStudentT, klStudentTGradient, type StudentTCoordinates } from "../../lib/math/divergence.ts";
import { gradientNear, near } from "./closeness.ts";
import oracle from "./fixtures/kl_gradient.json" with { type: "json" };
import mixed from "./fixtures/kl_mixed.json" with { type: "json" };

/** Relative to max(1, KL); the largest error seen is 2e-14. */
const TOLERANCE = 1e-13;

/** Relative to max(0.01, |gradient|), so that a rounding error of 1e-15 is 1e-13; the largest error seen is 2e-13. */
const GRADIENT_TOLERANCE = 2e-12;

Deno.test("klStudentT() with a prior of another df matches mpmath, joint in 1 to 8 dimensions", () => {
  for (const [df, priorDf, loc, scale, expected] of mixed.joint as MixedRow[]) {
    near(klStudentT({ df, loc, scale, joint: true }, { df: priorDf }), expected, TOLERANCE);
    if (loc.length === 1) near(klStudentT({ df, loc, scale }, { df: priorDf }), expected, TOLERANCE);
  }
});

Deno.test("klStudentTGradient() with a prior of another df matches mpmath for df from 0.1 to 1e8, scale 1e-6 to 1e6", () => {
  for (const [df, priorDf, loc, scale, ...expected] of mixed.univariate) {
    const gradient = klStudentTGradient({ df, loc: [loc], scale: [scale] }, { df: priorDf });
    near(gradient.value, expected[0], TOLERANCE);
    gradientNear(gradient.loc[0], expected[1], GRADIENT_TOLERANCE);
    gradientNear(gradient.scale[0], expected[2], GRADIENT_TOLERANCE);
    gradientNear(number(gradient.df), expected[3], GRADIENT_TOLERANCE);
    gradientNear(number(gradient.priorDf), expected[4], GRADIENT_TOLERANCE);
  }
});

Deno.test("klStudentTGradient() matches mpmath in one dimension, df being the prior's too", () => {
  for (const [df, loc, scale, dLoc, dScale, dDf] of oracle.univariate) {
    const gradient = klStudentTGradient({ df, loc: [loc], scale: [scale] });
    gradientNear(gradient.loc[0], dLoc, GRADIENT_TOLERANCE);
    gradientNear(gradient.scale[0], dScale, GRADIENT_TOLERANCE);
    gradientNear(number(gradient.df), dDf, GRADIENT_TOLERANCE);
    assert.equal(gradient.priorDf, undefined);
  }
});

Deno.test("klStudentTGradient() matches mpmath in 2, 3 and 8 joint dimensions", () => {
  for (const [df, loc, scale, dLoc, dScale, dDf] of oracle.joint as GradientRow[]) {
    const gradient = klStudentTGradient({ df, loc, scale, joint: true });
    dLoc.forEach((expected, i) => gradientNear(gradient.loc[i], expected, GRADIENT_TOLERANCE));
    dScale.forEach((expected, i) => gradientNear(gradient.scale[i], expected, GRADIENT_TOLERANCE));
    gradientNear(number(gradient.df), dDf, GRADIENT_TOLERANCE);
  }
});

Deno.test("klStudentTGradient() agrees with central differences, independent and joint", () => {
  const STEP = 1e-5, LIMIT = 1e-7; // the differences' error: STEP^2 and rounding over STEP
  const loc = [0.5, -2, 0], scale = [0.3, 1.2, 4], df = 3, priorDf = 7;
  const slope = (kl: (change: number) => number) => (kl(STEP) - kl(-STEP)) / (2 * STEP);
  for (const joint of [false, true]) {
    const gradient = klStudentTGradient({ df, loc, scale, joint }, { df: priorDf });
    assert.equal(gradient.value, klStudentT({ df, loc, scale, joint }, { df: priorDf }));
    const moved = (change: Partial<StudentTCoordinates>, prior = priorDf) =>
      klStudentT({ df, loc, scale, joint, ...change }, { df: prior });
    for (let i = 0; i < 3; i++) {
      near(gradient.loc[i], slope((h) => moved({ loc: loc.with(i, loc[i] + h) })), LIMIT);
      near(gradient.scale[i], slope((h) => moved({ scale: scale.with(i, scale[i] + h) })), LIMIT);
    }
    near(number(gradient.df), slope((h) => moved({ df: df + h })), LIMIT);
    near(number(gradient.priorDf), slope((h) => moved({}, priorDf + h)), LIMIT);
    const total = number(klStudentTGradient({ df, loc, scale, joint }).df);
    near(total, slope((h) => klStudentT({ df: df + h, loc, scale, joint })), LIMIT);
  }
});

Deno.test("klStudentTGradient() gives one derivative for each df of an array, their sum for one number", () => {
  const loc = [1, -1], scale = [0.5, 2];
  const each = klStudentTGradient({ df: [3, 3], loc, scale }, { df: [5, 5] });
  const shared = klStudentTGradient({ df: 3, loc, scale }, { df: 5 });
  const alone = loc.map((_, i) => klStudentTGradient({ df: 3, loc: [loc[i]], scale: [scale[i]] }, { df: 5 }));
  assert.deepEqual(each.df, Float64Array.from(alone, ({ df }) => number(df)));
  assert.deepEqual(each.priorDf, Float64Array.from(alone, ({ priorDf }) => number(priorDf)));
  assert.equal(shared.df, number(alone[0].df) + number(alone[1].df));
  assert.equal(shared.priorDf, number(alone[0].priorDf) + number(alone[1].priorDf));
  assert.deepEqual([...each.loc, ...each.scale], [...shared.loc, ...shared.scale]);
  assert.ok(klStudentTGradient({ df: [3, 4], loc, scale }).df instanceof Float64Array);
});

Deno.test("klStudentT() takes one prior df for each independent coordinate", () => {
  const loc = [1, -1], scale = [0.5, 2];
  const sum = klStudentT({ df: 3, loc: [1], scale: [0.5] }, { df: 4 }) +
    klStudentT({ df: 3, loc: [-1], scale: [2] }, { df: 50 });
  near(klStudentT({ df: 3, loc, scale }, { df: [4, 50] }), sum, TOLERANCE);
});

Deno.test("klStudentT() with the posterior's df given for the prior is klStudentT() without", () => {
  for (const df of [0.3, 5, 1e6]) {
    for (const joint of [false, true]) {
      const posterior = { df, loc: [1, 0, -3], scale: [0.1, 1, 2], joint };
      assert.equal(klStudentT(posterior, { df }), klStudentT(posterior));
    }
  }
});

Deno.test("klStudentT() is continuous in the prior's df at the posterior's and at twice it", () => {
  for (const df of [0.2, 3, 1e7]) {
    for (const factor of [1, 2]) {
      const [below, above] = [1 - 1e-12, 1 + 1e-12].map((nudge) =>
        klStudentT({ df, loc: [0.3, 1], scale: [0.9, 1.4], joint: true }, { df: factor * df * nudge })
      );
      near(below, above, 1e-11);
    }
  }
});

Deno.test("klStudentTGradient() is finite, with loc's sign, for df 0.1 to 1e8, scale 1e-6 to 1e6, loc to 1e4", () => {
  for (const df of [0.1, 2, 1e8]) {
    for (const prior of [undefined, { df: 0.1 }, { df: 30 }, { df: 1e8 }]) {
      for (const scale of [1e-6, 1, 1e6]) {
        for (const loc of [-1e4, -1e-6, 0, 1, 1e4]) {
          const gradient = klStudentTGradient(
            { df, loc: [loc, 0.5], scale: [scale, 0.7], joint: true },
            prior,
          );
          const { value, df: dDf, priorDf = 0 } = gradient;
          const all = [value, ...gradient.loc, ...gradient.scale, number(dDf), number(priorDf)];
          const at = `df ${df}, prior ${prior?.df}, scale ${scale}, loc ${loc}`;
          assert.ok(all.every(Number.isFinite), `${all} at ${at}`);
          assert.ok(value > 0, `${value} at ${at}`);
          assert.equal(Math.sign(gradient.loc[0]), Math.sign(loc), at);
        }
      }
    }
  }
});

Deno.test("klStudentTGradient() at equality is 0, but for rounding", () => {
  for (const df of [0.1, 1, 30, 1e8]) {
    const { value, loc, scale, df: dDf } = klStudentTGradient({
      df,
      loc: [0, 0],
      scale: [1, 1],
      joint: true,
    });
    for (const part of [value, ...loc, ...scale, number(dDf)]) {
      assert.ok(Math.abs(part) < TOLERANCE, `${part}`);
    }
  }
});

Deno.test("klStudentT() and its gradient reject priors outside their domain", () => {
  assert.throws(() => klStudentT({ df: 3, loc: [0] }, { df: 0 }), {
    name: "RangeError",
    message: "Cannot compute klStudentT: prior df must be finite and > 0, got 0",
  });
  assert.throws(() => klStudentTGradient({ df: 3, loc: [0, 0] }, { df: [1, -2] }), {
    name: "RangeError",
    message: "Cannot compute klStudentTGradient: prior df must be finite and > 0, got -2",
  });
  assert.throws(() => klStudentT({ df: 3, loc: [0] }, { df: [1, 2] }), {
    name: "TypeError",
    message: /prior df \[2\]/,
  });
  assert.throws(() => klStudentT({ df: 3, loc: [0], joint: true }, { df: [1] }), TypeError);
});

/** df, prior df, loc, scale and three divergences. */
type MixedRow = [number, number, number[], number[], number, number, number | null];

/** df, loc, scale and the derivatives in loc, scale and df. */
type GradientRow = [number, number[], number[], number[], number[], number];

function number(value: number | Float64Array | undefined): number {
  assert.ok(typeof value === "number");
  return value;
}
