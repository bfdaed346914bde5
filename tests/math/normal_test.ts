import assert from "node:assert/strict";
import * as normal from "../../lib/math/normal.ts";
import extremes from "./fixtures/extremes.json" with { type: "json" };
import { kolmogorov, KOLMOGOROV_LIMIT, moments } from "./statistics.ts";

/** A few units in the last place. */
const ROUNDING = 1e-15;

/** exp(-x^2/2) at x = 37 magnifies the last digit of x^2/2 = 684 that much. */
const TAIL_ROUNDING = 1e-13;

const STANDARD_ERRORS = 5;

Deno.test("normal.logProb() and normal.entropy() have their known values", () => {
  const atCenter = -0.5 * Math.log(2 * Math.PI);
  assert.ok(Math.abs(normal.logProb(0) - atCenter) < ROUNDING);
  assert.ok(Math.abs(normal.logProb(7, { loc: 3, scale: 2 }) - (atCenter - Math.LN2 - 2)) < 4 * ROUNDING);
  assert.ok(Math.abs(normal.entropy({ loc: 3, scale: 2 }) - (0.5 - atCenter + Math.LN2)) < 4 * ROUNDING);
});

Deno.test("normal.cdf() matches mpmath's erfc to -37, and its complement", () => {
  for (const [x, expected] of extremes.normalCdf) {
    assert.ok(Math.abs(normal.cdf(x) / expected - 1) < TAIL_ROUNDING, `cdf(${x})`);
    assert.ok(Math.abs(normal.cdf(-x) - (1 - expected)) < ROUNDING);
    assert.ok(Math.abs(normal.cdf(2 * x + 5, { loc: 5, scale: 2 }) / expected - 1) < TAIL_ROUNDING);
  }
  assert.deepEqual([normal.cdf(-Infinity), normal.cdf(Infinity)], [0, 1]);
  assert.ok(Number.isNaN(normal.cdf(NaN)));
});

Deno.test("normal.quantile() undoes mpmath's erfc to -37, and is symmetric", () => {
  for (const [x, p] of extremes.normalCdf) {
    assert.ok(Math.abs(normal.quantile(p) - x) < 4 * ROUNDING * Math.max(1, -x), `quantile(${p})`);
    assert.ok(Math.abs(normal.quantile(p, { loc: 5, scale: 2 }) - (5 + 2 * x)) < 1e-14 * Math.max(1, -x));
  }
  for (const p of [0.0625, 0.25]) assert.equal(normal.quantile(1 - p), -normal.quantile(p));
  assert.deepEqual([0, 0.5, 1].map((p) => normal.quantile(p, { loc: 3 })), [-Infinity, 3, Infinity]);
  assert.ok(Math.abs(normal.quantile(Number.MIN_VALUE) + 38.4674056) < 1e-6); // of the least double, mpmath's erfc
});

Deno.test("normal.sample() passes a Kolmogorov test and has its mean and variance", () => {
  const params = { loc: -2, scale: 3 };
  const draws = normal.sample({ seed: 0, stream: "generation" }, { rows: 10_000, dimensions: 2, ...params });
  const { mean, square } = moments(draws, params.loc);
  assert.ok(kolmogorov(draws, (x) => normal.cdf(x, params)) < KOLMOGOROV_LIMIT);
  assert.ok(Math.abs(mean - params.loc) < STANDARD_ERRORS * params.scale / Math.sqrt(draws.length));
  assert.ok(Math.abs(square / params.scale ** 2 - 1) < STANDARD_ERRORS * Math.sqrt(2 / draws.length));
});

Deno.test("normal functions reject parameters outside their domain", () => {
  assert.throws(() => normal.logProb(0, { scale: 0 }), {
    name: "RangeError",
    message: "Cannot compute Normal logProb: scale must be finite and > 0, got 0",
  });
  assert.throws(() => normal.entropy({ loc: NaN }), {
    name: "RangeError",
    message: "Cannot compute Normal entropy: loc must be finite, got NaN",
  });
  assert.throws(() => normal.cdf(0, { scale: -1 }), RangeError);
  assert.throws(() => normal.quantile(1.5), {
    name: "RangeError",
    message: "Cannot compute Normal quantile: p must be in [0, 1], got 1.5",
  });
});
