/**
 * Training, measuring and summing up one study.
 *
 * @module
 */

import { mosaic } from "../../../lib/plot/mosaic.ts";
import { openRun } from "../../../lib/run/directory.ts";
import { readEvaluation } from "../../../lib/run/evaluation.ts";
import { collectResults, doneCells, type ImageResult } from "../../../lib/run/reproduction/results.ts";
import { writeResults } from "../../../lib/run/reproduction/results_file.ts";
import { STUDIES } from "../../../lib/run/reproduction/studies.ts";
import { cellPaths, type SweepFolder } from "../../../lib/run/sweep/directory.ts";
import { groupBySettings } from "../../../lib/run/sweep/ranking.ts";
import { settingsOf } from "../../../lib/run/sweep/summary.ts";
import { arrayRecords } from "../array_records.ts";
import type { EvaluateArguments } from "../evaluate_options.ts";
import { collectSweep } from "../sweep/collect.ts";
import { evaluateMissing, wantedEvaluation } from "../sweep/evaluate.ts";
import { trainHere } from "../sweep/run.ts";
import type { Share } from "../sweep/share.ts";
import type { Failure } from "../sweep/train_sweep.ts";
import type { PlannedStudy } from "./plan.ts";

/** How to run a study. */
export interface StudyOptions {
  /** The folder of results. */
  readonly results: string;
  /** Cells at a time and threads of each, where they were given. */
  readonly share: Partial<Share>;
  /** Where data come from. */
  readonly mirror: string | undefined;
  /** Aborting it stops all cells as Ctrl-C does. */
  readonly signal: AbortSignal;
}

/** The side of an image's pixel in a mosaic's. */
const SCALE = 2;

/**
 * Trains and evaluates what is not done of a study, and stores what it has come to, interrupted or not.
 *
 * @param study which one
 * @param folder its sweep's
 * @param options how
 * @returns cells that failed; with the signal aborted not all is done
 * @throws {Error} if another process works on this sweep
 */
export async function runStudy(
  { about }: PlannedStudy,
  folder: SweepFolder,
  { results, share, mirror, signal }: StudyOptions,
): Promise<readonly Failure[]> {
  const { jobs, threads } = share;
  const given: EvaluateArguments = {
    measures: STUDIES[about.study].measures,
    checkpoint: undefined,
    backend: undefined,
    wideSimd: false,
    mirror,
    testOutliers: { fraction: undefined, kind: undefined, dataset: undefined },
  };
  const failures = [
    ...await trainHere(folder, { jobs, threads, retries: undefined, halving: false, signal }),
    ...signal.aborted ? [] : await evaluateMissing(folder, await doneCells(folder), { given, share, signal }),
  ];
  const collected = await collectResults(folder, about, wantedEvaluation(given));
  const images = STUDIES[about.study].images ? await drawImages(folder, about.study) : [];
  await writeResults(
    results,
    { ...collected, images: images.map(({ image }) => image) },
    images.map(({ png }) => png),
  );
  if (!signal.aborted) console.log(await collectSweep(folder));
  return failures;
}

interface Mosaic {
  readonly image: ImageResult;
  readonly png: Uint8Array;
}

/** New examples of the first cell of each configuration that is done. */
async function drawImages(folder: SweepFolder, study: string): Promise<readonly Mosaic[]> {
  const done = (await doneCells(folder)).map((cell) => ({
    cell,
    settings: settingsOf(cell, folder.sweep.keys),
  }));
  const mosaics: Mosaic[] = [];
  for (const { settings, members: [first] } of groupBySettings(done)) {
    const run = await openRun(cellPaths(folder, first.cell).run);
    const evaluation = await readEvaluation(run);
    if (evaluation === undefined) continue;
    const { samples, shape } = arrayRecords(run.config, evaluation.arrays);
    const name = [study, ...Object.values(settings)].join("_").replaceAll(/[^\w.-]/g, "-");
    mosaics.push({
      image: { file: `images/${name}.png`, settings: first.settings },
      png: mosaic({ images: samples, shape, scale: SCALE }),
    });
  }
  return mosaics;
}
