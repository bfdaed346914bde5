/**
 * `sweep evaluate`: measuring every cell that is done, and comparing what was measured over seeds.
 *
 * @module
 */

import { join } from "node:path";
import { object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { optional } from "@optique/core/modifiers";
import type { Parser } from "@optique/core/parser";
import { option } from "@optique/core/primitives";
import { integer } from "@optique/core/valueparser";
import { MAX_THREADS } from "../../../lib/engine/engine.ts";
import type { SweepFolder } from "../../../lib/run/sweep/directory.ts";
import {
  overSeeds,
  readEvaluatedCell,
  type SweepEvaluations,
  type WantedEvaluation,
} from "../../../lib/run/sweep/evaluations.ts";
import { writeEvaluations } from "../../../lib/run/sweep/evaluations_files.ts";
import { type CellReport, reportCell } from "../../../lib/run/sweep/report.ts";
import type { Cell } from "../../../lib/run/sweep/sweep.ts";
import { UsageError } from "../../../lib/run/usage_error.ts";
import {
  checkMeasures,
  type EvaluateArguments,
  evaluateOptions,
  evaluateWords,
} from "../evaluate_options.ts";
import { INTERRUPTED, interruptSignal } from "../interrupt.ts";
import { checkOutliers } from "../outlier_options.ts";
import { evaluateCells } from "./evaluate_cells.ts";
import { evaluationText } from "./evaluation_text.ts";
import { findSweep } from "./folder.ts";
import { stateCounts } from "./ranking_table.ts";
import { checkShare, type Share, shareProcessors } from "./share.ts";
import { type Action, subcommand, type SweepArguments, sweepArguments } from "./subcommand.ts";
import type { Failure } from "./train_sweep.ts";

interface Arguments {
  readonly sweep: SweepArguments;
  readonly jobs: number | undefined;
  readonly threads: number | undefined;
  readonly given: EvaluateArguments;
}

/** The subcommand. */
export const evaluateCommand: Parser<"sync", Action, unknown> = subcommand("evaluate", {
  brief: "measure every cell that is done, with the flags of deno task evaluate, and compare over seeds",
  parser: object("Evaluate", {
    sweep: sweepArguments,
    jobs: optional(option("--jobs", integer({ min: 1, metavar: "N" }), {
      description: message`cells that are measured at once (default: one per processor)`,
    })),
    threads: optional(option("--threads", integer({ min: 1, max: MAX_THREADS, metavar: "N" }), {
      description: message`threads of each cell (default: the processors that jobs leave over)`,
    })),
    given: evaluateOptions,
  }),
  handler: evaluateSweep,
});

async function evaluateSweep({ sweep, jobs, threads, given }: Arguments): Promise<number> {
  checkShare({ jobs, threads }, navigator.hardwareConcurrency);
  const wanted = wantedEvaluation(given);
  const folder = await findSweep(sweep);
  const reports = await Promise.all(folder.sweep.cells.map((cell) => reportCell(folder, cell)));
  const cells = reports.filter(({ state }) => state === "done").map(({ cell }) => cell);
  checkCells(cells, { folder, file: sweep.file, given });

  const signal = interruptSignal();
  const failures = await evaluateMissing(folder, cells, { given, share: { jobs, threads }, signal });
  if (signal.aborted) {
    console.error("interrupted; the same command goes on");
    return INTERRUPTED;
  }
  await collectEvaluations(folder, reports, wanted);
  if (failures.length === 0) return 0;
  const [{ cell, error }] = failures;
  throw new Error(
    `Cannot evaluate all of sweep ${folder.path}: ${failures.length} of ${cells.length} cells failed, first ` +
      `${cell.name}: ${error}; their output is in ${folder.path}/logs, and the same command tries them again`,
  );
}

/** What a command line wants to know of every cell. */
export function wantedEvaluation(
  { measures, checkpoint, testOutliers }: EvaluateArguments,
): WantedEvaluation {
  const outliers = checkOutliers(testOutliers);
  return {
    options: measures,
    ...(checkpoint !== undefined && { checkpoint }),
    ...(outliers !== undefined && { outliers }),
  };
}

/** That there are cells, and that what is asked for has a meaning for all of them. */
function checkCells(
  cells: readonly Cell[],
  { folder: { path, sweep }, file, given }: {
    readonly folder: SweepFolder;
    readonly file: string;
    readonly given: EvaluateArguments;
  },
): void {
  if (cells.length === 0) {
    throw new UsageError(
      `Cannot evaluate sweep ${path}: none of its ${sweep.cells.length} cells is done; train them with ` +
        `deno task sweep run ${file}`,
    );
  }
  for (const { index, settings, config } of cells) {
    try {
      checkMeasures(given.measures, config);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      throw new UsageError(
        `Cannot evaluate sweep ${path}, cell ${index} ${JSON.stringify(settings)}: ${error.message}`,
      );
    }
  }
}

/** How to evaluate cells that have not been. */
export interface EvaluateMissingOptions {
  /** What to measure. */
  readonly given: EvaluateArguments;
  /** Cells at a time and threads of each, where they were given. */
  readonly share: Partial<Share>;
  /** Aborting it stops all cells as Ctrl-C does. */
  readonly signal: AbortSignal;
}

/**
 * Evaluates the cells that have not been, or otherwise, on all processors of this machine, and shows how far it is.
 *
 * @param folder the sweep's
 * @param cells those that are done
 * @param options what to measure, and how
 * @returns cells that failed; with the signal aborted not all are evaluated
 * @throws {Error} if another process works on this sweep
 */
export async function evaluateMissing(
  folder: SweepFolder,
  cells: readonly Cell[],
  { given, share, signal }: EvaluateMissingOptions,
): Promise<readonly Failure[]> {
  const wanted = wantedEvaluation(given);
  const evaluated = await Promise.all(cells.map((cell) => readEvaluatedCell(folder, cell, wanted)));
  const missing = cells.filter((_, i) => evaluated[i] === undefined);
  const skipped = cells.length - missing.length;
  if (skipped > 0) console.error(`${skipped} of ${cells.length} cells have been evaluated so before`);
  if (missing.length === 0) return [];
  const machine = { processors: navigator.hardwareConcurrency, cells: missing.length };
  const { jobs, threads } = shareProcessors(share, machine);
  const words = [...evaluateWords(given), "--threads", String(threads)];
  return await evaluateCells(folder, missing, { words, jobs, signal });
}

/** Stores what there is, and prints it. */
async function collectEvaluations(
  folder: SweepFolder,
  reports: readonly CellReport[],
  wanted: WantedEvaluation,
): Promise<void> {
  const { path, sweep: { keys } } = folder;
  const done = reports.filter(({ state }) => state === "done");
  const read = await Promise.all(done.map(({ cell }) => readEvaluatedCell(folder, cell, wanted)));
  const cells = read.filter((cell) => cell !== undefined);
  if (cells.length === 0) return;
  const evaluations: SweepEvaluations = {
    ...wanted,
    keys: keys.filter((key) => key !== "seed"),
    configurations: overSeeds(cells),
  };
  await writeEvaluations(folder, evaluations);
  const others = stateCounts(reports.filter(({ state }) => state !== "done"));
  console.log([
    evaluationText(evaluations),
    ...(others === "" ? [] : [`left out, for they are not done: ${others}`]),
    `evaluations  ${join(path, "evaluations.md")}`,
  ].join("\n\n"));
}
