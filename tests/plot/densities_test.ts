import assert from "node:assert/strict";
import { densities } from "../../lib/plot/mod.ts";

/** Figures store five significant digits. */
const STORED = 1e-4;

const NAMES = ["t, df 1", "t, df 2", "t, df 5", "t, df 30", "normal"];

function lines(xaxis: string): { name: string; at: (x: number) => number }[] {
  return densities().data.filter((trace) => trace.xaxis === xaxis).map(({ name, x, y }) => ({
    name: String(name),
    at: (value) => (y as number[])[(x as number[]).indexOf(value)],
  }));
}

Deno.test("densities() is as high at 0 as closed forms say, and the logarithm beside it", () => {
  const peaks = [
    1 / Math.PI,
    1 / Math.sqrt(8),
    8 / (3 * Math.PI * Math.sqrt(5)),
    // Gamma(31/2) / (Gamma(15) sqrt(30 pi)), and Gamma(31/2) / Gamma(15) = 15 binomial(30, 15) sqrt(pi) / 2^30.
    15 * 155117520 / 2 ** 30 / Math.sqrt(30),
    1 / Math.sqrt(2 * Math.PI),
  ];
  const [density, logDensity] = [lines("x"), lines("x2")];
  for (const set of [density, logDensity]) assert.deepEqual(set.map(({ name }) => name), NAMES);
  peaks.forEach((peak, i) => {
    assert.ok(Math.abs(density[i].at(0) - peak) < STORED, `${NAMES[i]}: ${density[i].at(0)}, not ${peak}`);
    assert.ok(Math.abs(logDensity[i].at(0) - Math.log(peak)) < STORED, NAMES[i]);
  });
});

Deno.test("densities() has heavier tails the fewer degrees of freedom there are", () => {
  const tails = lines("x2").map(({ at }) => at(-10));
  assert.deepEqual(tails, tails.toSorted((a, b) => b - a));
  // The Cauchy density at 10, and the normal's: 1 / (101 pi), exp(-50) / sqrt(2 pi).
  assert.ok(Math.abs(tails[0] + Math.log(101 * Math.PI)) < STORED);
  assert.ok(Math.abs(tails[4] + 50 + 0.5 * Math.log(2 * Math.PI)) < 50 * STORED);
});
