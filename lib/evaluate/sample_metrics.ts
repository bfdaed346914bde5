/**
 * How much generated examples are like real ones.
 *
 * @module
 */

import type { Split } from "../data/dataset.ts";
import type { Engine } from "../engine/engine.ts";
import { asNumbers } from "./as_numbers.ts";
import { metricOf, type Metrics } from "./metric.ts";
import { PERMUTATIONS, quadraticMmd } from "./mmd.ts";

/**
 * The maximum mean discrepancy between decoded draws and as many test examples, fewer where there are fewer.
 *
 * @param engine the trained model
 * @param options the test set, the `latents` of new examples, and the seed of the p-value
 * @returns `mmd` and `mmdPValue`; nothing of fewer than two examples, or where one is not finite
 */
export async function sampleMetrics(
  engine: Engine,
  { split, latents, seed }: {
    readonly split: Split;
    readonly latents: Float32Array;
    readonly seed: number;
  },
): Promise<Metrics> {
  const dimensions = split.values.length / split.count;
  const x = await engine.decode(latents);
  const count = x.length / dimensions;
  const y = asNumbers(split.values.subarray(0, count * dimensions));
  const real = y.length / dimensions;
  if (count < 2 || real < 2 || !x.every(Number.isFinite)) return {};
  const { value, standardError, pValue, bandwidth } = quadraticMmd({ x, y }, {
    dimensions,
    permutations: PERMUTATIONS,
    seed,
  });
  const sets = `${count} new examples, each the mean of p(x|z), and the first ${real} test examples`;
  return {
    mmd: metricOf({ value, standardError }, {
      unit: "squared maximum mean discrepancy",
      definition: `between ${sets}, unbiased, over all pairs; kernel exp(−|x − y|²/(2 h²)), h = ` +
        `${bandwidth.toPrecision(4)}, the median distance`,
    }),
    mmdPValue: {
      value: pValue!,
      unit: "probability",
      definition:
        `of an MMD² at least as large if the two sets had one distribution, from ${PERMUTATIONS} exchanges of ` +
        "examples between them",
    },
  };
}
