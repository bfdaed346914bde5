/**
 * Training the cells of a sweep on this machine.
 *
 * @module
 */

import {
  type Contender,
  decideRung,
  epochsLeft,
  readHalving,
  rungEpochs,
  writeHalving,
} from "../../../lib/run/sweep/halving.ts";
import type { Cell } from "../../../lib/run/sweep/sweep.ts";
import { lockSweep, type SweepFolder } from "../../../lib/run/sweep/directory.ts";
import { type CellReport, reportCell, valueAfter } from "../../../lib/run/sweep/report.ts";
import { duration } from "../format.ts";
import { sweepBoard } from "./board.ts";
import { isTrained, trainCell } from "./cell.ts";
import { workThrough } from "./pool.ts";
import { metricText, settingsText, type SweepProgress } from "./progress.ts";
import { watching } from "./work_progress.ts";

/** How to train a sweep. */
export interface TrainSweepOptions {
  /** Cells at a time. */
  readonly jobs: number;
  /** Threads of each. */
  readonly threads: number;
  /** How often a failed cell is tried again. */
  readonly retries: number;
  /** Whether poor cells are given up early. A sweep that was begun so goes on so. */
  readonly halving: boolean;
  /** Aborting it stops all cells as Ctrl-C does. */
  readonly signal: AbortSignal;
  /** Shows it. */
  readonly progress: SweepProgress;
}

/** A cell that is not tried again. */
export interface Failure {
  readonly cell: Cell;
  /** Why, in one line. */
  readonly error: string;
}

/**
 * Trains every cell that is not done, as many at a time as there are jobs.
 *
 * With halving all cells train for a ninth of their epochs, the best third of them goes on to a third, and the best
 * third of those to the end. A rung is decided when all its cells have arrived, by the epochs up to it alone, and stored
 * before it is acted upon: interrupted or killed, the sweep ends the same.
 *
 * @param folder the sweep's
 * @param options how
 * @returns cells that failed for good, now or before a rung that is decided; with the signal aborted not all is done
 * @throws {Error} if another process runs this sweep, or a cell cannot be started
 */
export async function trainSweep(
  folder: SweepFolder,
  { jobs, threads, retries, halving, signal, progress }: TrainSweepOptions,
): Promise<readonly Failure[]> {
  using _lock = await lockSweep(folder);
  const decided = await readHalving(folder) ?? (halving ? [] : undefined);
  const rungs = decided === undefined ? [] : rungEpochs(folder.sweep);
  if (decided?.length === 0) await writeHalving(folder, decided);
  const board = await sweepBoard(folder);
  using _watch = watching(progress, async () => {
    await board.refresh();
    return board.snapshot();
  });
  const errors = new Map<Cell, string>();

  const train = async (cell: Cell, { epochs, signal }: { epochs: number; signal: AbortSignal }) => {
    const ending = await trainCell(folder, cell, {
      threads,
      epochs,
      retries,
      signal,
      onStart: (report, failure) => {
        board.start(cell, failure);
        if (failure !== undefined) progress.event(`${cell.name} failed, and is tried again: ${failure}`);
        else progress.begin(beginning(report));
      },
    });
    const report = await board.end(cell, ending);
    if (ending.kind === "failed") {
      errors.set(cell, ending.error);
      progress.event(`${cell.name} failed for good: ${ending.error}`);
    } else if (ending.kind === "done") {
      progress.event(result(report, { folder, epochs }));
    }
  };
  /** Trains cells until a rung, or to their end; false if there was an interrupt. */
  const trainUntil = async (cells: readonly Cell[], rung?: number): Promise<boolean> => {
    const goal = (cell: Cell): number => rung ?? cell.config.epochs;
    const reports = await Promise.all(cells.map((cell) => reportCell(folder, cell)));
    const queue = reports.filter((report) => !isTrained(report, goal(report.cell))).map(({ cell }) => cell);
    board.plan(queue, { goal, later: rung === undefined ? 0 : epochsLeft(folder.sweep, { rung, cells }) });
    await workThrough(queue, (cell, signal) => train(cell, { epochs: goal(cell), signal }), { jobs, signal });
    return !signal.aborted;
  };

  let cells = folder.sweep.cells;
  const history = [...decided ?? []];
  for (const epochs of rungs) {
    let rung = history.find((rung) => rung.epochs === epochs);
    if (rung === undefined) {
      if (!await trainUntil(cells, epochs)) break;
      const contenders = await Promise.all(cells.map(async (cell): Promise<Contender> => ({
        ...cell,
        value: errors.has(cell) ? undefined : await valueAfter(folder, cell, epochs),
      })));
      rung = decideRung(contenders, { epochs, direction: folder.sweep.direction });
      history.push(rung);
      await writeHalving(folder, history);
      progress.event(`after epoch ${epochs} the best ${rung.kept.length} of ${cells.length} cells go on`);
    }
    const { kept } = rung;
    cells = cells.filter(({ name }) => kept.includes(name));
  }
  if (!signal.aborted) await trainUntil(cells);

  const reports = await Promise.all(folder.sweep.cells.map((cell) => reportCell(folder, cell)));
  return reports.flatMap(({ cell, state, error = "unknown" }) => {
    const reason = errors.get(cell) ?? (state === "failed" ? error : undefined);
    return reason === undefined ? [] : [{ cell, error: reason }];
  });
}

function beginning({ cell, epoch }: CellReport): string {
  return `${cell.name} ${epoch === 0 ? "begins" : `goes on after epoch ${epoch}`}: ${settingsText(cell)}`;
}

function result(
  { cell, value, seconds }: CellReport,
  { folder, epochs }: { readonly folder: SweepFolder; readonly epochs: number },
): string {
  const end = epochs < cell.config.epochs ? `at epoch ${epochs}` : "done";
  const metric = value === undefined ? "" : `, ${folder.sweep.metric} ${metricText(value)}`;
  return `${cell.name} ${end} in ${duration(seconds)}${metric}: ${settingsText(cell)}`;
}
