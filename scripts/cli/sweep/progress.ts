/**
 * A sweep as it is watched: a table on a terminal, lines in a log.
 *
 * @module
 */

import process from "node:process";
// @ts-types="../cli_progress.d.ts"
import cliProgress, { type BarStream } from "cli-progress";
import type { Cell, Sweep } from "../../../lib/run/sweep/sweep.ts";
import type { CellReport } from "../../../lib/run/sweep/report.ts";
import { bar, duration } from "../format.ts";
import type { Running, Snapshot } from "./board.ts";

/** Shows a sweep; `using` it leaves the terminal tidy whatever happens. */
export interface SweepProgress extends Disposable {
  /** Milliseconds after which to look again at the cells under way. */
  readonly interval: number;
  /** That a cell begins, in one line; a terminal's table says so itself. */
  begin(line: string): void;
  /** That something has happened, in one line. */
  event(line: string): void;
  /** How everything stands. */
  show(snapshot: Snapshot): void;
}

/** What is shown, and where. */
export interface SweepProgressOptions {
  /** Rows for cells under way. */
  readonly jobs: number;
  /** Stderr by default, so that stdout has results only. */
  readonly stream?: BarStream;
}

/** Cells under way that a terminal has a row for; a table higher than the terminal cannot be redrawn. */
const MAX_ROWS = 16;

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
export function sweepProgress(
  sweep: Sweep,
  { jobs, stream = process.stderr }: SweepProgressOptions,
): SweepProgress {
  return stream.isTTY ? terminalProgress(sweep, { jobs, stream }) : logProgress(sweep, stream);
}

function terminalProgress(
  sweep: Sweep,
  { jobs, stream }: Required<SweepProgressOptions>,
): SweepProgress {
  // SingleBar would restore the cursor at the end, into whatever has been written meanwhile.
  const multi = new cliProgress.MultiBar<{ text: string }>({
    stream,
    fps: 2,
    forceRedraw: true,
    linewrap: true,
    gracefulExit: false,
    clearOnComplete: true,
    format: (_, { maxWidth }, { text }) => text.slice(0, maxWidth - 1),
  });
  const rows = Array.from(
    { length: 1 + Math.min(jobs, MAX_ROWS) },
    () => multi.create(1, 0, { text: "" }),
  );
  return {
    interval: 1000,
    begin: () => {},
    event: (line) => multi.log(`${line}\n`),
    show: (snapshot) => {
      const { cells, done, stopped, running } = snapshot;
      const head = `${bar((done + stopped) / cells, BAR)} ${parts(snapshot, sweep).join("  ")}`;
      const lines = [head, ...running.map((cell) => row(cell, sweep))];
      rows.forEach((row, i) => row.update(0, { text: lines[i] ?? "" }));
    },
    [Symbol.dispose]: () => multi.stop(),
  };
}

function logProgress(sweep: Sweep, stream: BarStream): SweepProgress {
  const event = (line: string): void => void stream.write(`${line}\n`);
  return {
    interval: 30_000,
    begin: event,
    event,
    show: (snapshot) => {
      const running = snapshot.running.map(({ report }) => `${shortName(report.cell)} ${epochOf(report)}`);
      const under = running.length === 0 ? [] : [`running ${running.join(", ")}`];
      event([...parts(snapshot, sweep), ...under].join("  "));
    },
    [Symbol.dispose]: () => {},
  };
}

/**
 * What a cell sets, for people.
 *
 * @returns such as `latent.df=5 seed=0`
 */
export function settingsText({ settings }: Pick<Cell, "settings">): string {
  return Object.entries(settings).map(([key, value]) =>
    `${key}=${typeof value === "string" ? value : JSON.stringify(value)}`
  ).join(" ");
}

/** A metric's value with as many digits as mean something. */
export function metricText(value: number): string {
  return value.toPrecision(6);
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
    `  ${shortName(cell)} ${bar(epoch / epochs, BAR)} ${epochOf(report)}`,
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
function shortName({ name }: Cell): string {
  return name.split("-")[0];
}
