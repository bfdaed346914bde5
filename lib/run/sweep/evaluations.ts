/**
 * What the cells of a sweep were measured to be, over their seeds.
 *
 * @module
 */

import type { Outliers } from "../../data/outliers.ts";
import { type MeanInterval, meanInterval } from "../../math/mean_interval.ts";
import type { CheckpointName } from "../checkpoint.ts";
import {
  type AskedMeasures,
  type EvaluationRecord,
  readEvaluationRecord,
  type StoredMetric,
} from "../evaluation.ts";
import { canonicalJson, type JsonValue } from "../json.ts";
import { cellPaths, type SweepFolder } from "./directory.ts";
import { groupBySettings } from "./ranking.ts";
import { settingsOf } from "./summary.ts";
import type { Cell } from "./sweep.ts";

/** What is to be measured of every cell, and how. */
export interface WantedEvaluation {
  /** What to measure besides what always is. */
  readonly options: AskedMeasures;
  /** Whose parameters; without it the best of cells that have a validation set, else the last. */
  readonly checkpoint?: CheckpointName;
  /** What replaces a share of the test examples. */
  readonly outliers?: Outliers;
}

/** What was measured of a sweep. */
export interface SweepEvaluations extends WantedEvaluation {
  /** What the sweep varies beside the seed, in order. */
  readonly keys: readonly string[];
  /** In order of their first cells. */
  readonly configurations: readonly EvaluatedConfiguration[];
}

/** A cell that has been measured. */
export interface EvaluatedCell {
  /** The cell's. */
  readonly name: string;
  /** Every key that the sweep varies and the cell has. */
  readonly settings: Readonly<Record<string, JsonValue>>;
  /** What was measured. */
  readonly record: EvaluationRecord;
}

/** What was measured of cells that differ in nothing but their seed. */
export interface EvaluatedConfiguration {
  /** What they have in common of what the sweep varies. */
  readonly settings: Readonly<Record<string, JsonValue>>;
  /** Their names. */
  readonly cells: readonly string[];
  /** Of the model itself first, then of what is generated from each source of latents. */
  readonly results: readonly EvaluatedResult[];
}

/** Metrics that belong together. */
export interface EvaluatedResult {
  /** The source of the latents that was generated from; absent of the model itself. */
  readonly latents?: string;
  /** By name. */
  readonly metrics: Readonly<Record<string, SeedsMetric>>;
}

/** A metric over several cells. */
export interface SeedsMetric {
  /** Of what, in words. */
  readonly unit: string;
  /** What was measured, and how, as of the first cell. */
  readonly definition: string;
  /** Of one number, or of each of several. */
  readonly value: MeanInterval | readonly MeanInterval[];
}

/**
 * Reads a cell's evaluation if it is the one that is wanted.
 *
 * @param folder the sweep's
 * @param cell a cell that is done
 * @param wanted what it is to be of
 * @returns the cell with its record; undefined if it has not been measured, or otherwise, or its file is corrupt
 */
export async function readEvaluatedCell(
  folder: SweepFolder,
  cell: Cell,
  wanted: WantedEvaluation,
): Promise<EvaluatedCell | undefined> {
  const record = await readEvaluationRecord({ path: cellPaths(folder, cell).run }).catch((error) => {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  });
  if (record === undefined || !isWanted(record, { cell, wanted })) return undefined;
  return { name: cell.name, settings: settingsOf(cell, folder.sweep.keys), record };
}

function isWanted(
  { options = {}, checkpoint, outliers }: EvaluationRecord,
  { cell, wanted }: { readonly cell: Cell; readonly wanted: WantedEvaluation },
): boolean {
  const usual = cell.config.validation > 0 ? "best" : "last";
  return checkpoint === (wanted.checkpoint ?? usual) &&
    canonicalJson([options, outliers ?? null]) === canonicalJson([wanted.options, wanted.outliers ?? null]);
}

/**
 * Groups cells over their seeds and takes the mean of every metric, with its 95 % confidence interval.
 *
 * A metric that some cells lack, because it was not finite, is over those that have it.
 *
 * @param cells all measured in the same way
 * @returns configurations in order of their first cells
 *
 * @example
 * ```ts
 * import { overSeeds } from "./evaluations.ts";
 * import assert from "node:assert/strict";
 *
 * const cell = (seed: number, elbo: number) => ({
 *   name: `000${seed}-c0ffee00`,
 *   settings: { "latent.df": 5, seed },
 *   record: {
 *     dataset: "glyphs",
 *     split: "test",
 *     examples: 1000,
 *     checkpoint: "last",
 *     step: 10,
 *     metrics: { elbo: { value: elbo, unit: "nats per example", definition: "" } },
 *   } as const,
 * });
 * const [{ settings, results: [{ metrics }] }] = overSeeds([cell(0, -90), cell(1, -92)]);
 * assert.deepEqual(settings, { "latent.df": 5 });
 * assert.equal((metrics.elbo.value as { mean: number }).mean, -91);
 * ```
 */
export function overSeeds(cells: readonly EvaluatedCell[]): readonly EvaluatedConfiguration[] {
  return groupBySettings(cells).map(({ settings, members }) => {
    const generation = members.flatMap(({ record }) => record.generation ?? []);
    const sources = Map.groupBy(generation, ({ latents }) => latents);
    return {
      settings,
      cells: members.map(({ name }) => name),
      results: [
        { metrics: meanMetrics(members.map(({ record }) => record.metrics)) },
        ...[...sources].map(([latents, entries]) => ({
          latents,
          metrics: meanMetrics(entries.map(({ metrics }) => metrics)),
        })),
      ],
    };
  });
}

function meanMetrics(
  all: readonly Readonly<Record<string, StoredMetric>>[],
): Readonly<Record<string, SeedsMetric>> {
  const metrics = Map.groupBy(all.flatMap(Object.entries<StoredMetric>), ([name]) => name);
  return Object.fromEntries(
    [...metrics].map(([name, entries]) => [name, meanMetric(entries.map(([, metric]) => metric))]),
  );
}

function meanMetric(cells: readonly StoredMetric[]): SeedsMetric {
  const [{ unit, definition, value }] = cells;
  const numbers = cells.map(({ value }) => [value].flat());
  const intervals = numbers[0].map((_, i) => meanInterval(numbers.map((values) => values[i])));
  return { unit, definition, value: typeof value === "number" ? intervals[0] : intervals };
}
