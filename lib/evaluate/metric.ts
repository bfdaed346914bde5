/**
 * What an evaluation tells.
 *
 * @module
 */

/** A number, or one per latent dimension, with what it means. */
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

/**
 * A metric of one number for each latent dimension.
 *
 * @param estimates one for each dimension
 * @param words unit and definition
 * @returns the metric; without a standard error where one is not finite
 */
export function metricOf(
  estimates: Estimate | readonly Estimate[],
  words: Pick<Metric, "unit" | "definition">,
): Metric {
  const all = Array.isArray(estimates) ? estimates as readonly Estimate[] : undefined;
  const value = all ? all.map(({ value }) => value) : (estimates as Estimate).value;
  const standardError = all
    ? all.map(({ standardError }) => standardError)
    : (estimates as Estimate).standardError;
  const known = [standardError].flat().every(Number.isFinite);
  return { value, ...words, ...(known && { standardError }) };
}
