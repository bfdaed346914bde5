/**
 * `sweep run`: training every cell that is not done.
 *
 * @module
 */

import type { Parser } from "@optique/core/parser";
import { readHalving, rungEpochs } from "../../../lib/run/sweep/halving.ts";
import { readSweep } from "../../../lib/run/sweep/sweep.ts";
import type { SweepFolder } from "../../../lib/run/sweep/directory.ts";
import { UsageError } from "../../../lib/run/usage_error.ts";
import { INTERRUPTED, interruptSignal } from "../interrupt.ts";
import { collectSweep } from "./collect.ts";
import { type DataOptions, prepareSweep } from "./folder.ts";
import { sweepProgress } from "./progress.ts";
import { checkPlace, type LocalArguments, type RunArguments, runOptions } from "./run_options.ts";
import { checkShare, shareProcessors } from "./share.ts";
import { runOnSlurm } from "./slurm.ts";
import { type Action, subcommand, type SweepArguments } from "./subcommand.ts";
import { type Failure, trainSweep } from "./train_sweep.ts";

/** How often a failed cell is tried again, if the user does not say. */
const RETRIES = 1;

/** The subcommand. */
export const runSweepCommand: Parser<"sync", Action, unknown> = subcommand("run", {
  brief: "train every cell that is not done",
  parser: runOptions,
  handler: (given) => runSweep(given, prepareSweep),
});

/**
 * Trains a sweep where the user wants it trained, and shows what it comes to.
 *
 * @param given the command line
 * @param open gives the sweep's folder
 * @returns the exit code
 * @throws {Error} if cells failed for good
 */
export async function runSweep(
  given: RunArguments,
  open: (sweep: SweepArguments, options: DataOptions) => Promise<SweepFolder>,
): Promise<number> {
  checkPlace(given);
  const { sweep, on, threads, mirror, local, slurm } = given;
  if (on === "slurm") {
    const folder = await open(sweep, { mirror });
    await checkNotHalved(folder);
    return await runOnSlurm(folder, { ...slurm, file: sweep.file, threads });
  }
  checkShare({ threads, jobs: local.jobs }, navigator.hardwareConcurrency);
  if (local.halving) rungEpochs(await readSweep(sweep.file));
  const signal = interruptSignal();
  return await runHere(await open(sweep, { mirror, signal }), { given, signal });
}

/** A cluster's cells do not wait for each other, as they would have to at a rung. */
async function checkNotHalved(folder: SweepFolder): Promise<void> {
  if (await readHalving(folder) === undefined) return;
  throw new UsageError(
    `Cannot run with --on slurm: ${folder.path} was begun with --halving; go on here, or delete its halving.json to ` +
      "train every cell to its end",
  );
}

/** Trains on this machine. */
async function runHere(
  folder: SweepFolder,
  { given, signal }: { readonly given: RunArguments; readonly signal: AbortSignal },
): Promise<number> {
  const { path, sweep: { cells } } = folder;
  const failures = await trainHere(folder, { ...given.local, threads: given.threads, signal });
  if (signal.aborted) {
    const { file, run } = given.sweep;
    console.error(
      `interrupted; go on with: deno task sweep resume ${file}${run === undefined ? "" : ` --run ${run}`}`,
    );
    return INTERRUPTED;
  }
  console.log(await collectSweep(folder));
  if (failures.length === 0) return 0;
  const [{ cell, error }] = failures;
  throw new Error(
    `Cannot finish sweep ${path}: ${failures.length} of ${cells.length} cells failed for good, first ` +
      `${cell.name}: ${error}; their output is in ${path}/logs, and running the sweep again tries them again`,
  );
}

/** How to train on this machine. */
export interface TrainHereOptions extends LocalArguments {
  /** Threads of each cell; without it the processors that jobs leave over. */
  readonly threads: number | undefined;
  /** Aborting it stops all cells as Ctrl-C does. */
  readonly signal: AbortSignal;
}

/**
 * Trains every cell that is not done on all processors of this machine, and shows how far it is.
 *
 * @param folder the sweep's
 * @param options how
 * @returns cells that failed for good; with the signal aborted not all is done
 * @throws {Error} if another process works on this sweep
 */
export async function trainHere(
  folder: SweepFolder,
  { jobs, threads, retries = RETRIES, halving, signal }: TrainHereOptions,
): Promise<readonly Failure[]> {
  const machine = { processors: navigator.hardwareConcurrency, cells: folder.sweep.cells.length };
  const share = shareProcessors({ jobs, threads }, machine);
  using progress = sweepProgress(folder.sweep, { jobs: share.jobs });
  return await trainSweep(folder, { ...share, retries, halving, signal, progress });
}
