/**
 * What was measured of a run: evaluation.json for numbers, evaluation.safetensors for what figures are drawn from.
 *
 * @module
 */

import { join } from "node:path";
import * as v from "valibot";
import { writeAtomic } from "./atomic.ts";
import { OUTLIER_KINDS, type Outliers } from "../data/outliers.ts";
import type { CheckpointName } from "./checkpoint.ts";
import { writeJson } from "./json.ts";
import { advised, ifThere, missing, readRecord } from "./record_file.ts";
import { decode, encode, type StoredTensor } from "./safetensors.ts";
import type { RunFolder } from "./status.ts";

export type { CheckpointName, RunFolder, StoredTensor };

/** A number, or several of one kind, such as one for each latent dimension, with what it means. */
export interface StoredMetric {
  /** How much. */
  readonly value: number | readonly number[];
  /** Of what, in words: `nats per example`. */
  readonly unit: string;
  /** What was measured, and how. */
  readonly definition: string;
  /** How far `value` would move with other examples, one standard deviation; absent where that is not known. */
  readonly standardError?: number | readonly number[];
}

/** What was measured of new examples whose latents come from one source. */
export interface StoredGeneration {
  /** The source's name: `prior`. */
  readonly latents: string;
  /** The same in one line for people. */
  readonly definition: string;
  /** By name. */
  readonly metrics: Readonly<Record<string, StoredMetric>>;
}

/** What was to be measured besides what always is; absent where it was not asked for. */
export interface AskedMeasures {
  /** Draws of the log-likelihood. */
  readonly iwae?: number;
  /** A data set to tell the test set from, as typed. */
  readonly against?: string;
  /** Examples of each of MMD's two samples. */
  readonly mmd?: number;
  /** The norm beyond which tails were measured. */
  readonly tails?: number;
  /** Draws that they were measured of. */
  readonly draws?: number;
  /** Sources of the latents of new examples, as typed. */
  readonly latents?: readonly string[];
}

/** What evaluation.json holds. */
export interface EvaluationRecord {
  /** The data set's name. */
  readonly dataset: string;
  /** The part of it that was measured on. */
  readonly split: "test";
  /** What has replaced a share of the examples; absent where nothing has. */
  readonly outliers?: Outliers;
  /** How many examples that is. */
  readonly examples: number;
  /** Whose parameters were measured. */
  readonly checkpoint: CheckpointName;
  /** Optimiser steps behind the checkpoint. */
  readonly step: number;
  /** What was asked for; absent in files of earlier versions. */
  readonly options?: AskedMeasures;
  /** By name. */
  readonly metrics: Readonly<Record<string, StoredMetric>>;
  /** Of new examples, by the source of their latents; absent where nothing of them was asked for. */
  readonly generation?: readonly StoredGeneration[];
}

const AMOUNT = v.union([v.number(), v.array(v.number())]);

const METRICS = v.record(
  v.string(),
  v.object({
    value: AMOUNT,
    unit: v.string(),
    definition: v.string(),
    standardError: v.optional(AMOUNT),
  }),
);

/** The schema of {@linkcode AskedMeasures}. */
export const MEASURES = v.object({
  iwae: v.optional(v.number()),
  against: v.optional(v.string()),
  mmd: v.optional(v.number()),
  tails: v.optional(v.number()),
  draws: v.optional(v.number()),
  latents: v.optional(v.array(v.string())),
});

/** The schema of outliers of the test set. */
export const OUTLIERS = v.object({
  fraction: v.number(),
  kind: v.picklist(OUTLIER_KINDS),
  dataset: v.optional(v.string()),
});

const RECORD = v.object({
  dataset: v.string(),
  split: v.literal("test"),
  outliers: v.optional(OUTLIERS),
  examples: v.number(),
  checkpoint: v.picklist(["last", "best"]),
  step: v.number(),
  options: v.optional(MEASURES),
  metrics: METRICS,
  generation: v.optional(
    v.array(v.object({ latents: v.string(), definition: v.string(), metrics: METRICS })),
  ),
});

/**
 * Arrays by name: `samples`, `inputs`, `reconstructions`, `loc` and, where there are classes, `labels`; of images
 * `inputLabels`, `traversals/<name>`, `manifold` and `interpolations`; where tails were measured, `survival/<name>` and
 * `latentSurvival/<name>`.
 */
export type StoredArrays = ReadonlyMap<string, StoredTensor>;

/**
 * Stores an evaluation in place of the one before it.
 *
 * @param run the run's folder
 * @param evaluation the numbers, and the arrays for figures
 */
export async function writeEvaluation(
  run: RunFolder,
  { record, arrays }: { readonly record: EvaluationRecord; readonly arrays: StoredArrays },
): Promise<void> {
  // The numbers last: whoever sees them finds their arrays.
  await writeAtomic(arraysPath(run), encode(arrays, { step: String(record.step) }));
  await writeJson(recordPath(run), record);
}

/**
 * Reads a run's evaluation.
 *
 * @param run the run's folder
 * @returns numbers and arrays; undefined if the run has not been evaluated
 * @throws {SyntaxError} if a file is corrupt or missing beside the other, naming it
 */
export async function readEvaluation(
  run: RunFolder,
): Promise<{ readonly record: EvaluationRecord; readonly arrays: StoredArrays } | undefined> {
  const record = await readEvaluationRecord(run);
  if (record === undefined) return undefined;
  const path = arraysPath(run);
  return await advised(again(run), async () => {
    const bytes = await ifThere(Deno.readFile(path)) ?? missing(path);
    return { record, arrays: decode(bytes, path).tensors };
  });
}

/**
 * Reads the numbers of a run's evaluation.
 *
 * @param run the run's folder
 * @returns undefined if the run has not been evaluated
 * @throws {SyntaxError} if the file is corrupt, naming it
 */
export async function readEvaluationRecord(run: RunFolder): Promise<EvaluationRecord | undefined> {
  return await advised(again(run), () => readRecord(recordPath(run), RECORD));
}

function again({ path }: RunFolder): string {
  return `run \`deno task evaluate ${path}\` again`;
}

function recordPath({ path }: RunFolder): string {
  return join(path, "evaluation.json");
}

function arraysPath({ path }: RunFolder): string {
  return join(path, "evaluation.safetensors");
}
