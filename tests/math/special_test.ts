import assert from "node:assert/strict";
import {
  cosTwoPi,
  digamma,
  digammaDifference,
  lgamma,
  lgammaDifference,
  log1pSquare,
} from "../../lib/math/special.ts";

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

function near(actual: number, expected: number, tolerance: number): void {
  const error = Math.abs(actual - expected) / Math.max(1, Math.abs(expected));
  assert.ok(error <= tolerance, `${actual} is not ${expected}: error ${error}`);
}
