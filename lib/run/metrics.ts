/**
 * The log of a run: one line of JSON for each epoch.
 *
 * @module
 */

import { join } from "node:path";
import * as v from "valibot";
import { writeAtomic } from "./atomic.ts";
import { parseJson } from "./json.ts";
import { advised, ifThere, orTrainAgain, parseRecord } from "./record_file.ts";
import type { RunFolder } from "./status.ts";

/** Means over examples, in nats but for the loss of the objective `t3`. */
export interface MetricsMeans {
  /** What training minimises: of an ELBO reconstruction + beta · kl, each dimension's kl at least its free bits. */
  readonly loss: number;
  /** −log p(x|z), one z ~ q(z|x) for each example, and the mean over all draws of `iwae`. */
  readonly reconstruction: number;
  /** KL(q(z|x) ‖ p(z)). */
  readonly kl: number;
}

/** What one epoch came to. */
export interface MetricsLine {
  /** Epochs finished, from 1. */
  readonly epoch: number;
  /** Optimiser steps taken. */
  readonly step: number;
  /** Over the epoch's batches, while the parameters moved. */
  readonly train: MetricsMeans;
  /** After the epoch. */
  readonly validation?: MetricsMeans;
  /** After the epoch; nothing is chosen by it. */
  readonly test?: MetricsMeans;
  /** As `test`, batch norm taking each batch's own statistics; absent for a model without batch norm. */
  readonly testOnBatchStatistics?: MetricsMeans;
  /** Learned degrees of freedom after the epoch: one, or one for each latent dimension; absent where none are. */
  readonly df?: readonly number[];
  /** Time the epoch took. */
  readonly seconds: number;
}

const MEANS = v.object({ loss: v.number(), reconstruction: v.number(), kl: v.number() });
const LINE = v.object({
  epoch: v.number(),
  step: v.number(),
  train: MEANS,
  validation: v.optional(MEANS),
  test: v.optional(MEANS),
  testOnBatchStatistics: v.optional(MEANS),
  df: v.optional(v.array(v.number())),
  seconds: v.number(),
});

/**
 * Reads a run's metrics.
 *
 * @param run the run's folder
 * @returns one record for each epoch, none where nothing was logged yet
 * @throws {SyntaxError} naming the file, the line and the defect
 */
export async function readMetrics(run: RunFolder): Promise<readonly MetricsLine[]> {
  const path = pathOf(run);
  return await advised(
    orTrainAgain(run.path),
    async () => parseLines(await ifThere(Deno.readTextFile(path)) ?? "", path),
  );
}

function parseLines(text: string, path: string): readonly MetricsLine[] {
  const lines = text.split("\n");
  if (lines.pop() !== "") {
    throw new SyntaxError(`Cannot read ${path}, line ${lines.length + 1}: it is truncated`);
  }
  return lines.map((line, i) => {
    const at = `${path}, line ${i + 1}`;
    return parseRecord(parseJson(line, at), LINE, at);
  });
}

/**
 * Reads a run's metrics as far as a checkpoint; what was logged after it is trained again.
 *
 * @param run the run's folder
 * @param epochs that the checkpoint has finished
 * @returns one record for each of them
 * @throws {SyntaxError} if one is missing, or the file is corrupt
 */
export async function metricsUntil(run: RunFolder, epochs: number): Promise<readonly MetricsLine[]> {
  const lines = (await readMetrics(run)).slice(0, epochs);
  for (let i = 0; i < epochs; i++) {
    const [epoch, logged] = [i + 1, lines[i]?.epoch ?? "nothing"];
    if (logged === epoch) continue;
    const why = `must be of epoch ${epoch}, as the checkpoint has finished ${epochs}, got ${logged}`;
    throw new SyntaxError(
      `Cannot read ${pathOf(run)}, line ${epoch}: it ${why}; ` +
        "put the whole file back, or delete checkpoints/ to train anew",
    );
  }
  return lines;
}

/**
 * Replaces a run's metrics: all lines at once, so that the log is whole after any crash.
 *
 * @param run the run's folder
 * @param lines one record for each epoch
 */
export async function writeMetrics(run: RunFolder, lines: readonly MetricsLine[]): Promise<void> {
  await writeAtomic(pathOf(run), lines.map((line) => JSON.stringify(line) + "\n").join(""));
}

function pathOf({ path }: RunFolder): string {
  return join(path, "metrics.jsonl");
}
