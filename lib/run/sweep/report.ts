/**
 * How far a sweep's cells are.
 *
 * @module
 */

import { join } from "node:path";
import { readHalving } from "./halving.ts";
import { isObject, readJson } from "../json.ts";
import { isLocked } from "../lock.ts";
import { type MetricsLine, readMetrics } from "../metrics.ts";
import { orTrainAgain } from "../record_file.ts";
import { readStatus, type RunFolder } from "../status.ts";
import type { Cell } from "./sweep.ts";
import { cellPaths, type SweepFolder } from "./directory.ts";
import type { SweepMetric } from "./file.ts";

/**
 * Where a cell stands: `waiting`, not begun; `running`; `done`; `interrupted`, saved; `failed`; `broken`, its process
 * was killed; `stopped`, given up because others were better.
 */
export type CellState = "waiting" | "running" | "done" | "interrupted" | "failed" | "broken" | "stopped";

/** How far a cell is. */
export interface CellReport {
  /** Which one. */
  readonly cell: Cell;
  /** Where it stands. */
  readonly state: CellState;
  /** Epochs logged. */
  readonly epoch: number;
  /** Epochs to train. */
  readonly epochs: number;
  /** The sweep's metric after the epoch of least validation loss, without a validation set after the last one. */
  readonly value?: number;
  /** Time that the logged epochs took. */
  readonly seconds: number;
  /** Why it failed, in one line. */
  readonly error?: string;
}

/**
 * Reads how far a cell is. A file that cannot be read makes it `failed`, so that the others can still be told.
 *
 * @param folder the sweep's
 * @param cell which one
 * @returns the report
 */
export async function reportCell({ path, sweep }: SweepFolder, cell: Cell): Promise<CellReport> {
  const run = { path: cellPaths({ path }, cell).run };
  const { epochs } = cell.config;
  try {
    const [status, lines] = [await readState(run), await readMetrics(run)];
    if (status.state === "done" && lines.length === 0) {
      throw new Error(
        `Cannot read metrics of ${run.path}: it is done, but none are there; ${orTrainAgain(run.path)}`,
      );
    }
    const state = await withHalving(status, { folder: { path }, cell });
    const value = metricValue(lines, sweep.metric);
    return {
      cell,
      epochs,
      epoch: lines.at(-1)?.epoch ?? 0,
      seconds: lines.reduce((sum, line) => sum + line.seconds, 0),
      ...(value !== undefined && { value }),
      ...state,
    };
  } catch (error) {
    return { cell, epochs, epoch: 0, seconds: 0, state: "failed", error: (error as Error).message };
  }
}

/**
 * The line of the epoch that a run's best checkpoint is of: the least validation loss, the first of equals.
 *
 * @param lines a run's metrics
 * @returns the line, without a validation set the last; undefined where there is none
 */
export function bestLine(lines: readonly MetricsLine[]): MetricsLine | undefined {
  const loss = (line: MetricsLine): number => line.validation?.loss ?? Infinity;
  return lines.at(-1)?.validation === undefined
    ? lines.at(-1)
    : lines.reduce((best, line) => loss(line) < loss(best) ? line : best);
}

/** What a line says of a metric; undefined if its set was not measured. */
export function metricOf(line: MetricsLine, metric: SweepMetric): number | undefined {
  const [set, mean] = metric.split(".") as [
    "validation" | "train" | "test",
    "loss" | "reconstruction" | "kl",
  ];
  return line[set]?.[mean];
}

/**
 * The sweep's metric as it was after some epochs, whatever has been trained since.
 *
 * @param folder the sweep's
 * @param cell which one
 * @param epochs how many
 * @returns the value; undefined if the cell has none
 * @throws {SyntaxError} if its metrics are corrupt
 */
export async function valueAfter(
  folder: SweepFolder,
  cell: Cell,
  epochs: number,
): Promise<number | undefined> {
  const lines = await readMetrics({ path: cellPaths(folder, cell).run });
  return metricValue(lines.filter(({ epoch }) => epoch <= epochs), folder.sweep.metric);
}

function metricValue(lines: readonly MetricsLine[], metric: SweepMetric): number | undefined {
  const line = bestLine(lines);
  return line === undefined ? undefined : metricOf(line, metric);
}

/** A run that has ended at a rung of halving is given up, or is to go on. */
async function withHalving(
  status: RunStatus,
  { folder, cell }: { readonly folder: RunFolder; readonly cell: Cell },
): Promise<RunStatus> {
  if (status.state === "running" || status.state === "failed") return status;
  if (status.state === "done") {
    const config = await readJson(join(cellPaths(folder, cell).run, "config.json"));
    if (!isObject(config) || Number(config.epochs) >= cell.config.epochs) return status;
  }
  const rungs = await readHalving(folder) ?? [];
  if (rungs.some(({ stopped }) => stopped.includes(cell.name))) return { state: "stopped" };
  return status.state === "done" ? { state: "interrupted" } : status;
}

interface RunStatus {
  readonly state: CellState;
  readonly error?: string;
}

/** `config.json` comes first into a run's folder: without it there is no run. */
async function readState(run: RunFolder): Promise<RunStatus> {
  const begun = await Deno.stat(join(run.path, "config.json")).then(() => true, () => false);
  if (!begun) return { state: "waiting" };
  if ((await readStatus(run)).state === "running" && await isLocked(run)) return { state: "running" };
  // Read again: it may have ended between the two looks.
  const { state, error } = await readStatus(run);
  return { state: state === "running" ? "broken" : state, ...(error !== undefined && { error }) };
}
