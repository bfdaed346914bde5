/**
 * What was measured of a run: evaluation.json for numbers, evaluation.safetensors for what figures are drawn from.
 *
 * @module
 */

import { join } from "node:path";
import { writeAtomic } from "./atomic.ts";
import type { CheckpointName } from "./checkpoint.ts";
import { readJson, writeJson } from "./json.ts";
import { decode, encode, type StoredTensor } from "./safetensors.ts";
import type { RunFolder } from "./status.ts";

/** A number, or one per latent dimension, with what it means. */
export interface StoredMetric {
  readonly value: number | readonly number[];
  readonly unit: string;
  readonly definition: string;
}

/** What evaluation.json holds. */
export interface EvaluationRecord {
  readonly dataset: string;
  readonly split: "test";
  readonly examples: number;
  readonly checkpoint: CheckpointName;
  /** Optimiser steps behind the checkpoint. */
  readonly step: number;
  readonly metrics: Readonly<Record<string, StoredMetric>>;
}

/** Arrays by name. */
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
 * @throws {SyntaxError} if a file is corrupt, naming it
 */
export async function readEvaluation(
  run: RunFolder,
): Promise<{ readonly record: EvaluationRecord; readonly arrays: StoredArrays } | undefined> {
  try {
    const record = await readJson(recordPath(run)) as EvaluationRecord;
    const path = arraysPath(run);
    return { record, arrays: decode(await Deno.readFile(path), path).tensors };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function recordPath({ path }: RunFolder): string {
  return join(path, "evaluation.json");
}

function arraysPath({ path }: RunFolder): string {
  return join(path, "evaluation.safetensors");
}
