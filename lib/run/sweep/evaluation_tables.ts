/**
 * The evaluations of a sweep as tables for people.
 *
 * @module
 */

import type { MeanInterval } from "../../math/mean_interval.ts";
import { settingText } from "./columns.ts";
import type {
  EvaluatedConfiguration,
  EvaluatedResult,
  SeedsMetric,
  SweepEvaluations,
} from "./evaluations.ts";

/** A table of text. */
export interface EvaluationTable {
  /** What it is of. */
  readonly title: string;
  /** Names of the columns that say what a row is of. */
  readonly labels: readonly string[];
  /** Names of the others. */
  readonly metrics: readonly string[];
  readonly rows: readonly {
    /** One for each label. */
    readonly labels: readonly string[];
    /** How many cells the row is over. */
    readonly cells: string;
    /** One for each metric: `mean ± half width`; empty where there is none. */
    readonly values: readonly string[];
  }[];
}

/** Longer arrays are in the files alone. */
const MOST_VALUES = 8;

/**
 * Lays evaluations out: a table of the models and one of what is generated, a row for each configuration and, in the
 * second, each source of latents. Arrays of more than eight numbers are left out.
 *
 * @param evaluations of a sweep
 * @returns tables that have rows and metrics
 */
export function evaluationTables({ keys, configurations }: SweepEvaluations): readonly EvaluationTable[] {
  const rows = configurations.flatMap((configuration) =>
    configuration.results.map((result) => ({ configuration, result }))
  );
  const [models, examples] = [false, true].map((generated) =>
    rows.filter(({ result }) => (result.latents !== undefined) === generated)
  );
  return [
    evaluationTable(models, { title: "Models", keys }),
    evaluationTable(examples, { title: "New examples", keys, latents: true }),
  ].filter(({ rows, metrics }) => rows.length > 0 && metrics.length > 0);
}

interface Row {
  readonly configuration: EvaluatedConfiguration;
  readonly result: EvaluatedResult;
}

function evaluationTable(
  rows: readonly Row[],
  { title, keys, latents = false }: {
    readonly title: string;
    readonly keys: readonly string[];
    readonly latents?: boolean;
  },
): EvaluationTable {
  const all = rows.flatMap(({ result }) => Object.entries(result.metrics));
  const long = new Set(
    all.filter(([, { value }]) => [value].flat().length > MOST_VALUES).map(([name]) => name),
  );
  const metrics = [...new Set(all.map(([name]) => name))].filter((name) => !long.has(name));
  return {
    title,
    labels: [...keys, ...(latents ? ["latents"] : [])],
    metrics,
    rows: rows.map(({ configuration: { settings, cells }, result }) => ({
      labels: [
        ...keys.map((key) => key in settings ? settingText(settings[key]) : "–"),
        ...(latents ? [`${result.latents}`] : []),
      ],
      cells: String(cells.length),
      values: metrics.map((name) => metricText(result.metrics[name])),
    })),
  };
}

function metricText(metric: SeedsMetric | undefined): string {
  return metric === undefined ? "" : [metric.value].flat().map(intervalText).join(", ");
}

/** Of a mean without an interval. */
const DIGITS = 4;

/** Half widths of equal values are rounding errors of their mean: no more than this share of it. */
const ROUNDING = 1e-9;

/** Decimals that anybody reads. */
const MOST_DECIMALS = 12;

/**
 * A mean and its interval: the half width with two digits and the mean with as many decimals; a single value, and equal
 * ones, with four digits.
 *
 * @param interval mean and half width
 * @returns such as `-91.20 ± 0.35`
 */
export function intervalText({ mean, halfWidth }: MeanInterval): string {
  if (halfWidth === undefined || halfWidth <= ROUNDING * Math.abs(mean)) {
    return String(Number(mean.toPrecision(DIGITS)));
  }
  const decimals = Math.min(MOST_DECIMALS, Math.max(0, 1 - Math.floor(Math.log10(halfWidth))));
  return `${mean.toFixed(decimals)} ± ${halfWidth.toFixed(decimals)}`;
}
