import assert from "node:assert/strict";
import { digamma, lgamma } from "../../lib/math/special.ts";
import { divergence } from "../../lib/plot/mod.ts";

/** Figures store five significant digits. */
const STORED = 1e-4;

const D = 8;

/** A panel's lines by name, and its df. */
function panel(suffix: "" | "2"): { df: number[]; line: (name: string) => number[] } {
  const traces = divergence().data.filter((trace) => trace.xaxis === `x${suffix}`);
  const line = (name: string) => traces.find((trace) => trace.name === name)!.y as number[];
  return { df: traces[0].x as number[], line };
}

/**
 * E ln(1 + scale² |T|²/df) for a joint t, by the midpoint rule: |T|²/df = e^y is beta prime distributed, with density
 * e^(y d/2) (1 + e^y)^(-(df + d)/2) / B(d/2, df/2) in y.
 */
function expectedLog(df: number, scale: number): number {
  const logBeta = lgamma(D / 2) + lgamma(df / 2) - lgamma((D + df) / 2);
  const step = 0.01;
  let sum = 0;
  for (let y = -40 + step / 2; y < 40; y += step) {
    const density = Math.exp(y * D / 2 - 0.5 * (df + D) * Math.log1p(Math.exp(y)) - logBeta);
    sum += density * Math.log1p(scale ** 2 * Math.exp(y)) * step;
  }
  return sum;
}

Deno.test("divergence() at loc 0 and scale 2 is what direct integration gives, with either factor", () => {
  const { df, line } = panel("2");
  for (const i of [40, 80, 120]) {
    const excess = expectedLog(df[i], 2) - (digamma((df[i] + D) / 2) - digamma(df[i] / 2));
    const expected = (factor: number) => -D * Math.log(2) + factor * excess;
    const joint = expected((df[i] + D) / 2);
    assert.ok(Math.abs(line("joint")[i] - joint) < STORED * joint, `${line("joint")[i]}, not ${joint}`);
    const literal = expected((df[i] + 1) / 2);
    assert.ok(Math.abs(line("(df + 1)/2 for a joint t")[i] - literal) < STORED * D, `not ${literal}`);
  }
});

Deno.test("divergence() is positive but for the wrong factor, and becomes the Gaussian limit", () => {
  for (const suffix of ["", "2"] as const) {
    const { line } = panel(suffix);
    const limit = line("Gaussian limit");
    for (const name of ["joint", "independent"]) {
      const nats = line(name);
      assert.ok(nats.every((value) => value > 0), name);
      const gaps = nats.map((value, i) => Math.abs(value - limit[i]));
      assert.deepEqual(gaps, gaps.toSorted((a, b) => b - a), `${name} comes closer with every df`);
      assert.ok(gaps.at(-1)! < 0.03 * limit[0], `${name} is off by ${gaps.at(-1)}`);
    }
  }
  assert.ok(panel("2").line("(df + 1)/2 for a joint t")[0] < -4);
});
