/**
 * What is known of a sweep while it is trained.
 *
 * @module
 */

import type { Cell, Sweep } from "../../../lib/run/sweep/sweep.ts";
import type { SweepFolder } from "../../../lib/run/sweep/directory.ts";
import { type CellReport, reportCell } from "../../../lib/run/sweep/report.ts";
import type { CellEnding } from "./cell.ts";

/** A cell under way. */
export interface Running {
  readonly report: CellReport;
  /** Why the attempt before this one failed. */
  readonly failure?: string;
}

/** What is known at one moment. */
export interface Snapshot {
  readonly cells: number;
  readonly done: number;
  /** Given up by halving. */
  readonly stopped: number;
  /** Cells that are not tried again. */
  readonly failed: number;
  readonly running: readonly Running[];
  /** The best value so far, of cells that are not done yet too. */
  readonly best?: CellReport;
  readonly secondsLeft?: number;
}

/** Keeps count while cells are trained. */
export interface Board {
  /** That these cells are now to be trained, each up to an epoch, and that so many epochs of all will follow later. */
  plan(
    cells: readonly Cell[],
    epochs: { readonly goal: (cell: Cell) => number; readonly later: number },
  ): void;
  start(cell: Cell, failure?: string): void;
  /** That a cell is under way no more; gives how it stands. */
  end(cell: Cell, ending: CellEnding): Promise<CellReport>;
  /** Reads how the cells under way stand. */
  refresh(): Promise<void>;
  snapshot(): Snapshot;
}

/**
 * Makes the board of a sweep.
 *
 * @param folder the sweep's
 * @param options `now`: seconds from any origin
 * @returns the board, with every cell as it stands
 */
export async function sweepBoard(
  folder: SweepFolder,
  { now = () => performance.now() / 1000 }: { readonly now?: () => number } = {},
): Promise<Board> {
  const { cells } = folder.sweep;
  const reports = new Map<Cell, CellReport>();
  const read = async (cell: Cell): Promise<CellReport> => {
    const report = await reportCell(folder, cell);
    reports.set(cell, report);
    return report;
  };
  await Promise.all(cells.map(read));
  const running = new Map<Cell, string | undefined>();
  const ended = new Set<Cell>();
  const failed = new Set<Cell>();
  const begun = now();
  const before = epochsOf(reports.values());
  let epochsLeft = (): number => 0;

  return {
    plan: (planned, { goal, later }) => {
      const left = (cell: Cell): number => ended.has(cell) ? 0 : goal(cell) - reports.get(cell)!.epoch;
      ended.clear();
      epochsLeft = () => planned.reduce((sum, cell) => sum + Math.max(0, left(cell)), later);
    },
    start: (cell, failure) => void running.set(cell, failure),
    end: async (cell, ending) => {
      running.delete(cell);
      ended.add(cell);
      if (ending.kind === "failed") failed.add(cell);
      return await read(cell);
    },
    refresh: async () => void await Promise.all([...running.keys()].map(read)),
    snapshot: () => {
      const all = [...reports.values()];
      const trained = epochsOf(all) - before;
      const left = epochsLeft();
      return {
        cells: cells.length,
        done: all.filter(({ state }) => state === "done").length,
        stopped: all.filter(({ state }) => state === "stopped").length,
        failed: failed.size,
        running: [...running].map(([cell, failure]) => ({ report: reports.get(cell)!, failure })),
        best: bestOf(all, folder.sweep),
        ...(trained > 0 && { secondsLeft: (now() - begun) / trained * left }),
      };
    },
  };
}

/** The report of the best value, the first of equals. */
export function bestOf(
  reports: readonly CellReport[],
  { direction }: Pick<Sweep, "direction">,
): CellReport | undefined {
  const sign = direction === "min" ? 1 : -1;
  return reports.filter(({ value }) => value !== undefined).reduce<CellReport | undefined>(
    (best, report) => best === undefined || sign * report.value! < sign * best.value! ? report : best,
    undefined,
  );
}

function epochsOf(reports: Iterable<CellReport>): number {
  return Iterator.from(reports).reduce((sum, { epoch }) => sum + epoch, 0);
}
