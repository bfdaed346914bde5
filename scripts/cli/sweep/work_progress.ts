/**
 * Work on a sweep's cells as it is watched: a table on a terminal, lines in a log.
 *
 * @module
 */

import process from "node:process";
// @ts-types="../cli_progress.d.ts"
import cliProgress, { type BarStream } from "cli-progress";
import { bar } from "../format.ts";

/** Shows work; `using` it leaves the terminal tidy whatever happens. */
export interface WorkProgress<Snapshot> extends Disposable {
  /** Milliseconds after which to look again at the cells under way. */
  readonly interval: number;
  /** That a cell begins, in one line; a terminal's table says so itself. */
  begin(line: string): void;
  /** That something has happened, in one line. */
  event(line: string): void;
  /** How everything stands. */
  show(snapshot: Snapshot): void;
}

/** How everything stands, for people. */
export interface WorkTexts {
  /** How much of all has ended, from 0 to 1. */
  readonly fraction: number;
  /** Of the whole. */
  readonly parts: readonly string[];
  /** Of each cell under way: its row on a terminal, and its part of a log's line. */
  readonly running: readonly { readonly row: string; readonly short: string }[];
}

/** Where work is shown. */
export interface WorkProgressOptions {
  /** Rows for cells under way. */
  readonly jobs: number;
  /** Stderr by default, so that stdout has results only. */
  readonly stream?: BarStream;
}

/** Cells under way that a terminal has a row for; a table higher than the terminal cannot be redrawn. */
const MAX_ROWS = 16;

/** Columns of the whole's bar. */
const BAR = 12;

/**
 * Shows work on cells.
 *
 * On a terminal a table is redrawn: the whole, and a row for each cell under way. Elsewhere there is a line for each
 * event, and one for the whole every half minute.
 *
 * @param options how many cells are under way at once, and where they are shown
 * @returns what takes events and texts
 */
export function workProgress(
  { jobs, stream = process.stderr }: WorkProgressOptions,
): WorkProgress<WorkTexts> {
  return stream.isTTY ? terminalProgress({ jobs, stream }) : logProgress(stream);
}

/**
 * Shows how everything stands now and every now and then.
 *
 * @param progress where
 * @param look tells how everything stands
 * @returns dispose of it to end that
 */
export function watching<Snapshot>(
  progress: WorkProgress<Snapshot>,
  look: () => Promise<Snapshot> | Snapshot,
): Disposable {
  let over = false;
  const show = async (): Promise<void> => {
    const snapshot = await look();
    if (!over) progress.show(snapshot);
  };
  const timer = setInterval(show, progress.interval);
  show();
  return {
    [Symbol.dispose]: () => {
      over = true;
      clearInterval(timer);
    },
  };
}

function terminalProgress({ jobs, stream }: Required<WorkProgressOptions>): WorkProgress<WorkTexts> {
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
    show: ({ fraction, parts, running }) => {
      const lines = [`${bar(fraction, BAR)} ${parts.join("  ")}`, ...running.map(({ row }) => `  ${row}`)];
      rows.forEach((row, i) => row.update(0, { text: lines[i] ?? "" }));
    },
    [Symbol.dispose]: () => multi.stop(),
  };
}

function logProgress(stream: BarStream): WorkProgress<WorkTexts> {
  const event = (line: string): void => void stream.write(`${line}\n`);
  return {
    interval: 30_000,
    begin: event,
    event,
    show: ({ parts, running }) => {
      const under = running.length === 0 ? [] : [`running ${running.map(({ short }) => short).join(", ")}`];
      event([...parts, ...under].join("  "));
    },
    [Symbol.dispose]: () => {},
  };
}
