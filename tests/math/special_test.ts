import assert from "node:assert/strict";
import {
  cosTwoPi,
  digamma,
  digammaDifference,
  digammaLessLog,
  expm1Residual,
  lgamma,
  lgammaDifference,
  lgammaExcess,
  log1pSquare,
  requireVariance,
  sinTwoPi,
} from "../../lib/math/special.ts";
import { near, relative } from "./closeness.ts";

/** A few units in the last place, relative to max(1, |expected|). */
const ROUNDING = 2e-15;

/** Subtracting two values near ln Gamma(16) = 28 costs their last digit. */
const SUBTRACTION = 1e-14;

const EULER = 0.5772156649015329;

Deno.test("lgamma() and digamma() have their known values", () => {
  near(lgamma(0.5), 0.5 * Math.log(Math.PI), ROUNDING);
  near(lgamma(5), Math.log(24), ROUNDING);
  near(digamma(1), -EULER, ROUNDING);
  near(digamma(0.5), -EULER - 2 * Math.LN2, ROUNDING);
});

Deno.test("lgammaDifference() over an integer is the logarithm of the product", () => {
  for (const x of [0.05, 0.7, 3, 15.9, 16, 17.3, 250, 1e4, 5e7]) {
    near(lgammaDifference(x, 1), Math.log(x), SUBTRACTION);
    near(lgammaDifference(x, 3), Math.log(x) + Math.log(x + 1) + Math.log(x + 2), SUBTRACTION);
    assert.ok(Math.abs(lgammaDifference(x, 0)) === 0);
  }
});

Deno.test("lgammaDifference() over a half, doubled, adds up to a whole step", () => {
  for (const x of [0.05, 1, 15.7, 16.2, 300, 1e6, 5e7, 5e11]) {
    near(lgammaDifference(x, 0.5) + lgammaDifference(x + 0.5, 0.5), Math.log(x), SUBTRACTION);
  }
});

Deno.test("lgammaDifference() and digammaDifference() join smoothly where the series takes over", () => {
  for (const a of [0.5, 4, 1536]) {
    near(lgammaDifference(16, a), lgamma(16 + a) - lgamma(16), SUBTRACTION);
    near(digammaDifference(16, a), digamma(16 + a) - digamma(16), ROUNDING);
  }
});

Deno.test("digammaDifference() times x keeps its digits: over one it is 1", () => {
  for (const x of [0.05, 0.7, 3, 15.9, 16, 17.3, 250, 1e4, 5e7]) {
    near(x * digammaDifference(x, 1), 1, SUBTRACTION);
    near(x * digammaDifference(x, 2), 1 + x / (x + 1), SUBTRACTION);
  }
});

Deno.test("log1pSquare() does not overflow", () => {
  near(log1pSquare(1e-9), 1e-18, 1e-33);
  near(log1pSquare(-3), Math.log(10), ROUNDING);
  near(log1pSquare(1e10), Math.log1p(1e20), ROUNDING);
  near(log1pSquare(-1e300), 600 * Math.LN10, ROUNDING);
  near(log1pSquare(1e170), 340 * Math.LN10, ROUNDING);
});

Deno.test("cosTwoPi() is exact at the quarters and keeps its digits beside its zeros", () => {
  assert.deepEqual([0, 0.25, 0.5, 0.75, 1].map((v) => cosTwoPi(v) + 0), [1, 0, -1, 0, 1]);
  const beside = 2 ** -40;
  for (const sign of [1, -1]) {
    const value = cosTwoPi(0.25 + sign * beside);
    assert.ok(Math.abs(value / (-sign * 2 * Math.PI * beside) - 1) < ROUNDING);
  }
  for (let v = 0; v < 1; v += 1 / 64) near(cosTwoPi(v), Math.cos(2 * Math.PI * v), ROUNDING);
});

Deno.test("sinTwoPi() is exact at the quarters and keeps its digits beside its zeros", () => {
  assert.deepEqual([0, 0.25, 0.5, 0.75, 1].map((v) => sinTwoPi(v) + 0), [0, 1, 0, -1, 0]);
  for (const beside of [2 ** -40, -(2 ** -40)]) {
    relative(sinTwoPi(beside), 2 * Math.PI * beside, ROUNDING);
    relative(sinTwoPi(0.5 + beside), -2 * Math.PI * beside, ROUNDING);
  }
  for (let v = -1; v < 2; v += 1 / 64) near(sinTwoPi(v), Math.sin(2 * Math.PI * v), ROUNDING);
});

Deno.test("lgammaExcess() is lgammaDifference() less a ln x, and falls to 0 as a (a - 1)/(2 x)", () => {
  for (const x of [0.05, 3, 15.9, 16, 250]) {
    for (const a of [0, 0.5, 4]) {
      near(lgammaExcess(x, a), lgammaDifference(x, a) - a * Math.log(x), SUBTRACTION);
    }
  }
  for (const a of [0.5, 4]) near(1e8 * lgammaExcess(1e8, a), a * (a - 1) / 2, 1e-6); // 1e8 times its rounding
});

Deno.test("digammaLessLog() is the difference, also where it is small", () => {
  for (const [x, z] of [[0.01, 3], [2, 1e-300], [15.9, 16], [16, 1e-200], [40, 7], [1e3, 1e6]]) {
    near(digammaLessLog(x, z), digamma(x) - Math.log(z), SUBTRACTION);
  }
  relative(digammaLessLog(1e10, 1e10), -5e-11, 1e-10); // -1/(2 x) - 1/(12 x^2)
  relative(digammaLessLog(1e10, 1e10 - 1), 5e-11, 1e-9); // ln(1 - 1/x) = -1/x - 1/(2 x^2)
});

Deno.test("expm1Residual() keeps its digits near 0, and joins smoothly where its series ends", () => {
  for (const x of [1e-9, -1e-5]) {
    relative(expm1Residual(x), x * x / 2 * (1 + x / 3), Math.max(x * x, ROUNDING));
  }
  for (const x of [0.5, -0.5]) {
    relative(expm1Residual(x), Math.expm1(x) - x, ROUNDING);
    relative(expm1Residual(x * (1 - 2 ** -53)), expm1Residual(x), ROUNDING);
  }
  assert.ok(expm1Residual(0) === 0);
  assert.deepEqual([-Infinity, 1e3].map(expm1Residual), [Infinity, Infinity]);
});

Deno.test("requireVariance() asks for df > 2", () => {
  requireVariance(2.001, { action: "test" });
  for (const df of [2, -1, NaN, Infinity]) {
    assert.throws(() => requireVariance(df, { action: "test" }), {
      name: "RangeError",
      message: `Cannot test: df must be finite and > 2, got ${df}`,
    });
  }
});
