/**
 * Training one cell of a sweep.
 *
 * @module
 */

import type { Cell } from "../../../lib/run/sweep/sweep.ts";
import { cellPaths, type SweepFolder, trainArguments } from "../../../lib/run/sweep/directory.ts";
import { type CellReport, reportCell } from "../../../lib/run/sweep/report.ts";
import { runLogged } from "./logged_task.ts";

/** How to train a cell. */
export interface CellOptions {
  /** Threads to compute on. */
  readonly threads: number;
  /** Epochs after which to end; the configuration's own, or fewer. */
  readonly epochs: number;
  /** How often to try again after a failure. */
  readonly retries: number;
  /** Aborting it stops the cell as Ctrl-C does. */
  readonly signal: AbortSignal;
  /** Is told of every start: how the cell stood, and why the attempt before this one failed. */
  readonly onStart: (report: CellReport, failure?: string) => void;
}

/** How it ended: trained, stopped by the signal, or failed for good. */
export type CellEnding =
  | { readonly kind: "done" | "interrupted" }
  | { readonly kind: "failed"; readonly error: string };

/** Milliseconds between two looks at a cell that another process trains. */
const PATIENCE = 500;

/**
 * Trains a cell in a process of its own, which stops if this one is killed: from the start, or on from where it was.
 * One that another process trains is waited for.
 *
 * What `train` prints goes to the end of the cell's log, each attempt below a line with its arguments.
 *
 * @param folder the sweep's
 * @param cell which one; it is not done
 * @param options threads, epochs, retries and signal
 * @returns how it ended
 * @throws {Error} if `deno` cannot be started or the log not be written
 */
export async function trainCell(
  folder: SweepFolder,
  cell: Cell,
  { threads, epochs, retries, signal, onStart }: CellOptions,
): Promise<CellEnding> {
  let failure: string | undefined;
  for (let attempt = 1;;) {
    const report = await unlocked(folder, cell, signal);
    if (signal.aborted) return { kind: "interrupted" };
    if (isTrained(report, epochs)) return { kind: "done" };
    onStart(report, failure);
    const resume = report.state !== "waiting";
    const begun = [...trainArguments(folder, cell, { threads, resume }), "--epochs", String(epochs)];
    failure = await runLogged("train", begun, { log: cellPaths(folder, cell).log, signal });
    if (failure === undefined) return { kind: "done" };
    if (signal.aborted) return { kind: "interrupted" };
    if ((await reportCell(folder, cell)).state === "running") {
      // That another process was faster is no failure of the cell.
      failure = undefined;
    } else if (attempt++ > retries) {
      return { kind: "failed", error: failure };
    }
  }
}

/** Whether a cell needs no training up to some epoch: its last one, or one at which it is to be compared. */
export function isTrained({ state, epoch, epochs }: CellReport, wanted: number): boolean {
  if (state === "done" || state === "failed" || wanted === epochs) return state === "done";
  return epoch > wanted || (epoch === wanted && state !== "broken");
}

/** The report of a cell when no other process trains it any more. */
async function unlocked(folder: SweepFolder, cell: Cell, signal: AbortSignal): Promise<CellReport> {
  for (;;) {
    const report = await reportCell(folder, cell);
    if (report.state !== "running" || signal.aborted) return report;
    await new Promise((resolve) => setTimeout(resolve, PATIENCE));
  }
}
