/**
 * A sweep as it is watched while it is trained.
 *
 * @module
 */

import type { Cell, Sweep } from "../../../lib/run/sweep/sweep.ts";
import { settingText } from "../../../lib/run/sweep/columns.ts";
import type { CellReport } from "../../../lib/run/sweep/report.ts";
import { bar, duration } from "../format.ts";
import type { Running, Snapshot } from "./board.ts";
import {
  type WorkProgress,
  workProgress,
  type WorkProgressOptions,
  type WorkTexts,
} from "./work_progress.ts";

/** Shows a sweep that is trained. */
export type SweepProgress = WorkProgress<Snapshot>;

/** Columns of bars. */
const BAR = 12;

/**
 * Shows a sweep's cells as they are trained.
 *
 * On a terminal a table is redrawn: what is done, failed and best, the time left, and a row for each cell under way.
 * Elsewhere there is a line for each event, and one for the whole every half minute.
 *
 * @param sweep whose
 * @param options how many cells are under way at once, and where they are shown
 * @returns what takes events and snapshots
 */
export function sweepProgress(sweep: Sweep, options: WorkProgressOptions): SweepProgress {
  const progress = workProgress(options);
  return { ...progress, show: (snapshot) => progress.show(texts(snapshot, sweep)) };
}

/**
 * What a cell sets, for people.
 *
 * @returns such as `latent.df=5 seed=0`
 */
export function settingsText({ settings }: Pick<Cell, "settings">): string {
  return Object.entries(settings).map(([key, value]) => `${key}=${settingText(value)}`).join(" ");
}

/** A metric's value with as many digits as mean something. */
export function metricText(value: number): string {
  return value.toPrecision(6);
}

function texts(snapshot: Snapshot, sweep: Sweep): WorkTexts {
  const { cells, done, stopped, running } = snapshot;
  return {
    fraction: (done + stopped) / cells,
    parts: parts(snapshot, sweep),
    running: running.map((cell) => ({
      row: row(cell, sweep),
      short: `${shortName(cell.report.cell)} ${epochOf(cell.report)}`,
    })),
  };
}

function parts({ cells, done, stopped, failed, best, secondsLeft }: Snapshot, { metric }: Sweep): string[] {
  return [
    `${done}/${cells} done`,
    stopped > 0 && `${stopped} given up`,
    failed > 0 && `${failed} failed`,
    best !== undefined && `best ${metric} ${metricText(best.value!)} (${shortName(best.cell)})`,
    secondsLeft !== undefined && secondsLeft > 0 && `${duration(secondsLeft)} left`,
  ].filter((part) => typeof part === "string");
}

function row({ report, failure }: Running, { metric }: Sweep): string {
  const { cell, epoch, epochs, value } = report;
  return [
    `${shortName(cell)} ${bar(epoch / epochs, BAR)} ${epochOf(report)}`,
    value === undefined ? "" : `${metric} ${metricText(value)}`,
    settingsText(cell),
    failure === undefined ? "" : `again, after: ${failure}`,
  ].filter((text) => text !== "").join("  ");
}

/** The epoch under way; the sweep's rows keep their width while it counts. */
function epochOf({ epoch, epochs }: CellReport): string {
  return `epoch ${String(Math.min(epoch + 1, epochs)).padStart(String(epochs).length)}/${epochs}`;
}

/** The index says which cell it is; the hash is for the machine. */
export function shortName({ name }: Cell): string {
  return name.split("-")[0];
}
