/**
 * Evaluating the cells of a sweep on this machine.
 *
 * @module
 */

import { cellPaths, lockSweep, type SweepFolder } from "../../../lib/run/sweep/directory.ts";
import type { Cell } from "../../../lib/run/sweep/sweep.ts";
import { duration } from "../format.ts";
import { runLogged } from "./logged_task.ts";
import { workThrough } from "./pool.ts";
import { settingsText, shortName } from "./progress.ts";
import type { Failure } from "./train_sweep.ts";
import { watching, workProgress, type WorkTexts } from "./work_progress.ts";

/** How to evaluate cells. */
export interface EvaluateCellsOptions {
  /** Words for `evaluate` beside the run. */
  readonly words: readonly string[];
  /** Cells at a time. */
  readonly jobs: number;
  /** Aborting it stops all cells as Ctrl-C does. */
  readonly signal: AbortSignal;
}

/**
 * Evaluates cells, each in a process of its own that stops if this one is killed. What `evaluate` prints goes to the end
 * of the cell's log.
 *
 * @param folder the sweep's
 * @param cells those to evaluate, which are done
 * @param options how
 * @returns cells that failed; with the signal aborted not all are evaluated
 * @throws {Error} if another process works on this sweep, or a cell cannot be started
 */
export async function evaluateCells(
  folder: SweepFolder,
  cells: readonly Cell[],
  { words, jobs, signal }: EvaluateCellsOptions,
): Promise<readonly Failure[]> {
  using _lock = await lockSweep(folder);
  const running = new Set<Cell>();
  const failures: Failure[] = [];
  const begun = seconds();
  let evaluated = 0;
  let lastEnd = begun;
  const texts = (): WorkTexts => {
    const ended = evaluated + failures.length;
    // It counts down from one end to the next.
    const left = (lastEnd - begun) * (cells.length - ended) / ended - (seconds() - lastEnd);
    return {
      fraction: ended / cells.length,
      parts: [
        `${evaluated}/${cells.length} evaluated`,
        ...(failures.length === 0 ? [] : [`${failures.length} failed`]),
        ...(ended > 0 && left > 0 ? [`${duration(left)} left`] : []),
      ],
      running: [...running].map((cell) => ({
        row: `${shortName(cell)} ${settingsText(cell)}`,
        short: shortName(cell),
      })),
    };
  };
  using progress = workProgress({ jobs });
  using _watch = watching(progress, texts);

  await workThrough(cells, async (cell, signal) => {
    const { run, log } = cellPaths(folder, cell);
    const started = seconds();
    running.add(cell);
    progress.begin(`${cell.name} begins: ${settingsText(cell)}`);
    const error = await runLogged("evaluate", [run, ...words], { log, signal });
    running.delete(cell);
    lastEnd = seconds();
    if (error === undefined) {
      evaluated++;
      progress.event(`${cell.name} evaluated in ${duration(seconds() - started)}: ${settingsText(cell)}`);
    } else if (!signal.aborted) {
      failures.push({ cell, error });
      progress.event(`${cell.name} failed: ${error}`);
    }
  }, { jobs, signal });
  return failures;
}

/** From any origin. */
function seconds(): number {
  return performance.now() / 1000;
}
