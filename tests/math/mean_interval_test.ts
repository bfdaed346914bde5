import assert from "node:assert/strict";
import { meanInterval } from "../../lib/math/mean_interval.ts";
import { normals } from "../../lib/math/philox.ts";

/** Of numbers that are rounded once or twice. */
const ROUNDING = 1e-12;

Deno.test("meanInterval() has Student's t quantiles of printed tables as factors", () => {
  // Quantiles of 0.975 and 0.995 as in any table of the t distribution, here to 12 digits (mpmath 1.3).
  const cases: readonly [number[], number, number][] = [
    [[0, 2], 0.95, 12.7062047361747],
    [[-1, 0, 1], 0.95, 4.30265272974946 / Math.sqrt(3)],
    [[-1, 0, 1], 0.99, 9.92484320091829 / Math.sqrt(3)],
    [[1, 1, 1, 1, 1, -1, -1, -1, -1, -1], 0.95, 2.26215716279820 * Math.sqrt(10 / 9 / 10)],
  ];
  for (const [values, level, halfWidth] of cases) {
    const interval = meanInterval(values, level);
    assert.ok(Math.abs(interval.halfWidth! / halfWidth - 1) < ROUNDING, `${interval.halfWidth} ${halfWidth}`);
  }
});

Deno.test("meanInterval() of one value has no interval, and of equal values one of width 0", () => {
  assert.deepEqual(meanInterval([7]), { mean: 7, count: 1 });
  assert.deepEqual(meanInterval([7, 7, 7]), { mean: 7, halfWidth: 0, count: 3 });
});

Deno.test("meanInterval() covers the mean of normal draws as often as its level says", () => {
  const trials = 4000;
  for (const [size, level] of [[2, 0.95], [3, 0.9], [10, 0.5]]) {
    const draws = normals({ seed: 5, stream: "data", step: size }, { rows: trials, dimensions: size });
    let covered = 0;
    for (let i = 0; i < trials; i++) {
      const { mean, halfWidth } = meanInterval([...draws.subarray(i * size, (i + 1) * size)], level);
      if (Math.abs(mean) <= halfWidth!) covered++;
    }
    // Four standard errors of a proportion.
    const bound = 4 * Math.sqrt(level * (1 - level) / trials);
    assert.ok(Math.abs(covered / trials - level) < bound, `n ${size}: ${covered / trials} for ${level}`);
  }
});

Deno.test("meanInterval() refuses no values and levels that are no probability", () => {
  assert.throws(
    () => meanInterval([]),
    /^RangeError: Cannot compute a mean: there must be at least one value/,
  );
  for (const level of [0, 1, NaN]) {
    assert.throws(() => meanInterval([1], level), /^RangeError: .*level must be in \(0, 1\), got/);
  }
});
