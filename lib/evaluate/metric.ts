/**
 * What an evaluation tells.
 *
 * @module
 */

/** A number, or several of one kind, such as one for each latent dimension, with what it means. */
export interface Metric {
  /** How much. */
  readonly value: number | readonly number[];
  /** Of what, in words: `nats per example`. */
  readonly unit: string;
  /** What was measured, and how. */
  readonly definition: string;
  /** How far `value` would move with other examples, one standard deviation; absent where that is not known. */
  readonly standardError?: number | readonly number[];
}

/** A number with its standard error. */
export interface Estimate {
  /** How much. */
  readonly value: number;
  /** The standard deviation that `value` has over repetitions; NaN of too few draws. */
  readonly standardError: number;
}

/** Metrics by name. */
export type Metrics = Readonly<Record<string, Metric>>;

/** Unit and definition. */
export type MetricWords = Pick<Metric, "unit" | "definition">;

/**
 * A metric of one number.
 *
 * @param estimate the number
 * @param words unit and definition
 * @returns the metric; without a standard error where that is not finite
 */
export function metricOf({ value, standardError }: Estimate, words: MetricWords): Metric {
  return { value, ...words, ...(Number.isFinite(standardError) && { standardError }) };
}

/**
 * A metric of several numbers.
 *
 * @param estimates one for each latent dimension, or in an order that the definition tells
 * @param words unit and definition
 * @returns the metric; without standard errors where one is not finite
 */
export function metricOfSeveral(estimates: readonly Estimate[], words: MetricWords): Metric {
  const standardError = estimates.map(({ standardError }) => standardError);
  return {
    value: estimates.map(({ value }) => value),
    ...words,
    ...(standardError.every(Number.isFinite) && { standardError }),
  };
}

/**
 * Leaves out what is not finite, as a diagnostic of a degenerate model may be: JSON cannot say that.
 *
 * @param metrics by name
 * @returns those of which every number is finite
 */
export function finiteMetrics(metrics: Metrics): Metrics {
  return Object.fromEntries(
    Object.entries(metrics).filter(([, { value }]) => [value].flat().every(Number.isFinite)),
  );
}
