/**
 * How the latents of a data set are distributed, beside what new examples are generated from.
 *
 * @module
 */

import type { Latent } from "../model/record.ts";
import { columns } from "./mean.ts";
import { type Metric, metricOfSeveral, type Metrics } from "./metric.ts";
import { quantile, quantileDifference } from "./quantile.ts";
import { tailIndex } from "./tail_index.ts";

/** Draws of fewer examples have no tail to speak of. */
const LEAST_EXAMPLES = 100;

/** Latents, `[rows, latentSize]` row-major, as many of each. */
export interface AggregateDraws {
  /** One z ~ q(z|x) for each example. */
  readonly posterior: Float32Array;
  /** What new examples are decoded from. */
  readonly prior: Float32Array;
}

const QUANTILES = { lowerQuantileDifference: 0.01, medianDifference: 0.5, upperQuantileDifference: 0.99 };

/**
 * Compares the aggregate posterior, the mean of q(z|x) over the data, with what new examples are generated from, dimension
 * by dimension.
 *
 * Both are draws of equal number, so that Hill's estimate is off by the same in both where tails are alike.
 *
 * @param draws of both
 * @param latent the latent space
 * @returns `tailIndex`, `priorTailIndex` and differences of quantiles, each of one number for each dimension; nothing of
 *   fewer than 100 examples
 */
export function aggregatePosteriorMetrics({ posterior, prior }: AggregateDraws, { size }: Latent): Metrics {
  const count = posterior.length / size;
  if (count < LEAST_EXAMPLES) return {};
  const sorted = (draws: Float32Array) => columns(draws, size).map((column) => column.sort());
  const [ours, theirs] = [sorted(posterior), sorted(prior)];
  const largest = Math.floor(Math.sqrt(count));
  const tailMetric = (draws: readonly Float64Array[], of: string): Metric =>
    metricOfSeveral(
      draws.map((column) => {
        const { value: center } = quantile(column, 0.5);
        return tailIndex(column.map((z) => z - center), { largest });
      }),
      {
        unit: "the a of P(|z| > r) ~ r^−a",
        definition:
          `Hill's estimate from the ${largest} draws farthest from the median of ${count} ${of}, in each latent dimension; ` +
          "a t's far tail has a = df, a normal has none, for which this is a large number",
      },
    );
  const quantileMetric = (p: number): Metric =>
    metricOfSeveral(
      ours.map((column, i) => quantileDifference([column, theirs[i]], p)),
      {
        unit: "latent units",
        definition:
          `the ${100 * p} % quantile of one z ~ q(z|x) per example less that of as many draws that new ` +
          "examples are generated from, in each latent dimension",
      },
    );
  return {
    tailIndex: tailMetric(ours, "z ~ q(z|x), one per example"),
    priorTailIndex: tailMetric(theirs, "draws that new examples are generated from"),
    ...Object.fromEntries(Object.entries(QUANTILES).map(([name, p]) => [name, quantileMetric(p)])),
  };
}
