/**
 * How much of a long count is done: a bar on a terminal, lines in a log.
 *
 * @module
 */

import process from "node:process";
// @ts-types="./cli_progress.d.ts"
import cliProgress, { type BarStream } from "cli-progress";
import { bar, count, duration } from "./format.ts";

/** What is counted, and where it is shown. */
export interface CountProgressOptions {
  /** What is being done: `log-likelihood`. */
  readonly name: string;
  /** Examples in all. */
  readonly total: number;
  /** Stderr by default, so that stdout has results only. */
  readonly stream?: BarStream;
  /** Milliseconds from any origin. */
  readonly now?: () => number;
}

/** Shows a count; `using` it leaves the terminal tidy whatever happens. */
export interface CountProgress extends Disposable {
  /** To be called with how many examples are done. */
  show(done: number): void;
}

/** Milliseconds between two lines of a log. */
const LOG_INTERVAL = 10_000;

/**
 * Shows how many examples are done, and the time left.
 *
 * On a terminal one line is redrawn. Elsewhere there is a line at most every ten seconds.
 *
 * @param options what is counted, and where it is shown
 * @returns what takes the count
 *
 * @example
 * ```ts ignore
 * using progress = countProgress({ name: "log-likelihood", total: test.count });
 * await logLikelihood(engine, test, { samples: 500, onProgress: progress.show });
 * ```
 */
export function countProgress(
  { name, total, stream = process.stderr, now = () => performance.now() }: CountProgressOptions,
): CountProgress {
  const begun = now();
  let written = begun;
  const textOf = (done: number): string => {
    const left = (now() - begun) * (total - done) / done / 1000;
    const time = done > 0 && done < total ? `  ${duration(left)} left` : "";
    return `${count(done)} of ${count(total)} examples${time}`;
  };
  if (!stream.isTTY) {
    return {
      show: (done) => {
        if (now() - written < LOG_INTERVAL) return;
        stream.write(`${name}  ${textOf(done)}\n`);
        written = now();
      },
      [Symbol.dispose]: () => {},
    };
  }
  const multi = new cliProgress.MultiBar<{ text: string }>({
    stream,
    fps: 10,
    linewrap: true,
    gracefulExit: false,
    format: (_, { value, total, maxWidth }, { text }) => {
      const width = Math.min(30, maxWidth - 1 - name.length - text.length - 2);
      return `${name} ${bar(value / total, width)} ${text}`;
    },
  });
  const line = multi.create(total, 0, { text: textOf(0) });
  return {
    show: (done) => line.update(done, { text: textOf(done) }),
    [Symbol.dispose]: () => multi.stop(),
  };
}
