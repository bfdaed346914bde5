/**
 * Sweeps with made-up results, for tests.
 *
 * @module
 */

import { type MetricsLine, writeMetrics } from "../../../lib/run/metrics.ts";
import type { RunState } from "../../../lib/run/status.ts";
import { writeStatus } from "../../../lib/run/status.ts";
import { expandSweep } from "../../../lib/run/sweep/sweep.ts";
import { cellPaths, createSweep, type SweepFolder } from "../../../lib/run/sweep/directory.ts";
import { parseSweepFile } from "../../../lib/run/sweep/file.ts";
import { exampleRun } from "../fixtures.ts";

/** How far a cell is: its state, and the validation loss after each epoch. */
export interface Course {
  readonly state: RunState;
  readonly losses: readonly number[];
}

/**
 * Makes a sweep's folder and the runs of its first cells.
 *
 * @param path where to
 * @param file the sweep's, without its base
 * @param courses of the first cells, in order; the others have not begun
 */
export async function exampleSweep(
  path: string,
  file: object,
  courses: readonly Course[],
): Promise<SweepFolder> {
  const parsed = { ...parseSweepFile(file, "x.json"), base: { epochs: 3 } };
  const folder = await createSweep(path, await expandSweep(parsed, "x.json"), {
    backend: "tfjs-cpu",
    reason: "a test",
  });
  for (const [i, { state, losses }] of courses.entries()) {
    const run = await exampleRun(cellPaths(folder, folder.sweep.cells[i]).run, { epochs: 3 });
    await writeMetrics(run, losses.map(metricsLine));
    await writeStatus(run, { state, ...(state === "failed" && { error: 'no "room", at all' }) });
  }
  return folder;
}

/** Of the epoch after `i` others. */
export function metricsLine(loss: number, i: number): MetricsLine {
  const means = (loss: number) => ({ loss, reconstruction: loss - 1, kl: 1 });
  return {
    epoch: i + 1,
    step: i + 1,
    train: means(loss + 0.5),
    validation: means(loss),
    test: means(loss + 0.25),
    seconds: 2,
  };
}
