/**
 * How draws of a model are distributed far out, beside the data that it was meant for.
 *
 * @module
 */

import { type Estimate, type Metric, metricOf, metricOfSeveral, type Metrics } from "./metric.ts";
import { linearTimeMmd, PERMUTATIONS } from "./mmd.ts";
import { quantileDifference } from "./quantile.ts";
import { tailOf, type TailOptions, tailRatio } from "./tail_ratio.ts";

/** Rows, `[rows, dimensions]` row-major. */
export interface TailSamples {
  /** Of the model, x ~ p(x|z). */
  readonly draws: Float32Array;
  /** Test examples. */
  readonly data: Float32Array;
}

/** What far out means, and what decides the p-value. */
export interface TailMetricsOptions {
  /** Columns of a row. */
  readonly dimensions: number;
  /** Beyond this norm tails are counted. */
  readonly radius: number;
  /** Decides the exchanges of the p-value. */
  readonly seed: number;
}

const QUANTILES = [0.001, 0.01, 0.99, 0.999];

/**
 * Compares draws of a model with test examples: how many are far out, quantiles at both ends, and the distributions as
 * a whole.
 *
 * @param samples of both, one row each at least
 * @param options what far out means, and the seed of the p-value
 * @returns `tailRatio`, `tailRatioBelow` and `tailRatioAbove`; `quantileError`, four for each column; `linearMmd` and
 *   `linearMmdPValue` where all draws are finite and both sets have two rows
 */
export function tailMetrics(
  { draws, data }: TailSamples,
  { dimensions, radius, seed }: TailMetricsOptions,
): Metrics {
  const [count, real] = [draws, data].map(({ length }) => length / dimensions);
  const norm = dimensions === 1 ? "|x|" : "the norm of x";
  const ratio = (side?: TailOptions["side"]): Metric => {
    const options = { dimensions, radius, side };
    const [ours, theirs] = [tailOf(draws, options), tailOf(data, options)];
    const where = side === undefined
      ? ""
      : ` and ${dimensions === 1 ? "x" : "its first number"} ${side === "below" ? "<" : ">"} 0`;
    return metricOf(tailRatio(ours, theirs), {
      unit: "times the test set's",
      definition:
        `the part of ${count} draws x ~ p(x|z) with ${norm} > ${radius}${where} (${ours.beyond} of ` +
        `them) over that of the ${real} test examples (${theirs.beyond} of them)`,
    });
  };
  return {
    tailRatio: ratio(),
    tailRatioBelow: ratio("below"),
    tailRatioAbove: ratio("above"),
    quantileError: metricOfSeveral(
      Array.from(
        { length: dimensions },
        (_, column) => quantileErrors({ draws, data }, { dimensions, column }),
      ).flat(),
      {
        unit: "data units",
        definition: `the ${QUANTILES.map((p) => 100 * p).join(", ")} % quantiles of ${count} draws ` +
          `x ~ p(x|z) less those of the ${real} test examples${
            dimensions === 1 ? "" : ", these four of each column in turn"
          }`,
      },
    ),
    ...(draws.every(Number.isFinite) && Math.min(count, real) >= 2 &&
      mmdMetrics({ draws, data }, { dimensions, seed })),
  };
}

/** Of one column, which alone is copied: images have many. */
function quantileErrors(
  { draws, data }: TailSamples,
  { dimensions, column }: { readonly dimensions: number; readonly column: number },
): Estimate[] {
  const sorted = (values: Float32Array) =>
    Float64Array.from({ length: values.length / dimensions }, (_, row) => values[row * dimensions + column])
      .sort();
  const both = [sorted(draws), sorted(data)] as const;
  return QUANTILES.map((p) => quantileDifference(both, p));
}

function mmdMetrics(
  { draws, data }: TailSamples,
  { dimensions, seed }: Omit<TailMetricsOptions, "radius">,
): Metrics {
  const { value, standardError, pValue, bandwidth } = linearTimeMmd({ x: draws, y: data }, {
    dimensions,
    permutations: PERMUTATIONS,
    seed,
  });
  const pairs = Math.floor(Math.min(draws.length, data.length) / dimensions / 2);
  return {
    linearMmd: metricOf({ value, standardError }, {
      unit: "squared maximum mean discrepancy",
      definition:
        `between draws x ~ p(x|z) and the first test examples, unbiased, over ${pairs} pairs of each; kernel ` +
        `exp(−|x − y|²/(2 h²)), h = ${bandwidth.toPrecision(4)}, the median distance`,
    }),
    linearMmdPValue: {
      value: pValue!,
      unit: "probability",
      definition:
        `of an MMD² at least as large if the two sets had one distribution, from ${PERMUTATIONS} exchanges ` +
        "inside the pairs",
    },
  };
}
