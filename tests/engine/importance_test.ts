import assert from "node:assert/strict";
import { importanceWeighted } from "../../lib/engine/importance.ts";

/** Rounding of a few float64 operations. */
const TOLERANCE = 1e-12;

/** Estimates from the log weights of each example's draws, two examples at a time, in two columns of the divergence. */
function estimate(logWeights: readonly (readonly number[])[]) {
  const [examples, samples] = [logWeights.length, logWeights[0].length];
  return importanceWeighted({ examples, batchSize: 2, samples }, async function* (start, end) {
    const weights = logWeights.slice(start, end);
    for (let draw = 0; draw < samples; draw++) {
      await Promise.resolve();
      yield {
        reconstruction: Float32Array.from(weights, (of) => -of[draw] - 3),
        kl: Float32Array.from(weights.flatMap(() => [1, 2])),
      };
    }
  });
}

function assertClose(actual: Float64Array, expected: readonly number[]): void {
  actual.forEach((value, i) => {
    assert.ok(value === expected[i] || Math.abs(value - expected[i]) < TOLERANCE, `${value} ${expected[i]}`);
  });
}

Deno.test("importanceWeighted() averages weights, counts their effective number, and overflows nowhere", async () => {
  const { logLikelihood, effectiveSampleSize } = await estimate([
    [0, 0, 0, 0], // equal weights
    [5000, -5000, 5000, -5000], // two of four
    [-4000, -4000 + 1, -4000, -4000], // growing, then not
  ]);
  const e = Math.E;
  assertClose(logLikelihood, [0, 5000 + Math.log(0.5), -4000 + Math.log((3 + e) / 4)]);
  assertClose(effectiveSampleSize, [4, 2, (3 + e) ** 2 / (3 + e ** 2)]);
});

Deno.test("importanceWeighted() takes weights of 0, and tells a NaN", async () => {
  const { logLikelihood, effectiveSampleSize } = await estimate([
    [-Infinity, 2, -Infinity, 2],
    [-Infinity, -Infinity, -Infinity, -Infinity],
    [1, NaN, 2, 3],
  ]);
  assertClose(logLikelihood.slice(0, 2), [2 + Math.log(0.5), -Infinity]);
  assertClose(effectiveSampleSize.slice(0, 2), [2, 0]);
  assert.ok(Number.isNaN(logLikelihood[2]));
});
