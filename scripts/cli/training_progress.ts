/**
 * Training as it is watched: a bar on a terminal, lines in a log.
 *
 * @module
 */

import process from "node:process";
// @ts-types="./cli_progress.d.ts"
import cliProgress, { type BarStream } from "cli-progress";
import type { FitEvent, Means } from "../../lib/train/fit.ts";
import { bar, count, duration } from "./format.ts";

/** What is trained, and where it is shown. */
export interface TrainingProgressOptions {
  /** Passes over the training set, those before a resume included. */
  readonly epochs: number;
  /** Examples in the training set. */
  readonly examples: number;
  /** Where training starts, in examples since the very first; 0 unless it is resumed. */
  readonly start?: number;
  /** Stderr by default, so that stdout has results only. */
  readonly stream?: BarStream;
  /** Milliseconds from any origin. */
  readonly now?: () => number;
}

/** Shows training; `using` it leaves the terminal tidy whatever happens. */
export interface TrainingProgress extends Disposable {
  /** To be called with every event of `fit`, in order. */
  show(event: FitEvent): void;
}

/** Milliseconds between two lines of a log. */
const LOG_INTERVAL = 10_000;

/** A line has room for so many degrees of freedom. */
const MOST_DF = 4;

/** What is known at one moment. */
interface Snapshot {
  readonly epoch: number;
  readonly train?: Means;
  readonly validation?: Means;
  readonly test?: Means;
  /** Learned degrees of freedom. */
  readonly df?: readonly number[];
  /** Training alone, this epoch. */
  readonly examplesPerSecond?: number;
  readonly secondsPassed?: number;
  /** Measuring included; 0 at the end. */
  readonly secondsLeft?: number;
}

/**
 * Shows a training run's epoch, loss, reconstruction, KL, learned df, speed and the time left.
 *
 * On a terminal one line is redrawn at most ten times a second. Elsewhere there is a line for an epoch, at most one
 * in ten seconds, but always for the first and the last.
 *
 * @param options what is trained, and where it is shown
 * @returns what takes the events
 *
 * @example
 * ```ts ignore
 * using progress = trainingProgress({ epochs, examples: data.train.count });
 * for await (const event of fit(engine, data, { epochs, batchSize, seed })) progress.show(event);
 * ```
 */
export function trainingProgress(
  { epochs, examples, start = 0, stream = process.stderr, now = () => performance.now() }:
    TrainingProgressOptions,
): TrainingProgress {
  const total = epochs * examples;
  const watch = stopwatch({ start, total, now });
  const view = stream.isTTY
    ? terminalView({ epochs, examples, start, stream })
    : logView({ epochs, stream, now });
  let measured: Pick<Snapshot, "validation" | "test" | "df"> = {};

  return {
    show: (event) => {
      if (event.kind === "batch") {
        const { epoch, train } = event;
        const done = (epoch - 1) * examples + event.examples;
        view.update(done, { epoch, train, ...measured, ...watch.batch(done) });
      } else if (event.kind === "epoch") {
        const { epoch, train, validation, test, df } = event;
        measured = { validation, test, df };
        const done = epoch * examples;
        view.endEpoch(done, { epoch, train, ...measured, ...watch.epoch(done) });
      }
    },
    [Symbol.dispose]: () => view.stop(),
  };
}

interface View {
  update(done: number, snapshot: Snapshot): void;
  endEpoch(done: number, snapshot: Snapshot): void;
  stop(): void;
}

function terminalView(
  { epochs, examples, start, stream }: Required<Omit<TrainingProgressOptions, "now">>,
): View {
  // SingleBar would restore the cursor at the end, into whatever has been written meanwhile.
  const multi = new cliProgress.MultiBar<{ snapshot: Snapshot }>({
    stream,
    fps: 10,
    linewrap: true,
    gracefulExit: false,
    format: (_, { value, total, maxWidth }, { snapshot }) =>
      barLine(snapshot, { epochs, fraction: value / total, width: maxWidth - 1 }),
  });
  const snapshot = { epoch: Math.min(Math.floor(start / examples) + 1, epochs) };
  const line = multi.create(epochs * examples, start, { snapshot });
  const update = (done: number, snapshot: Snapshot): void => line.update(done, { snapshot });
  return { update, endEpoch: update, stop: () => multi.stop() };
}

function logView(
  { epochs, stream, now }: Required<Pick<TrainingProgressOptions, "epochs" | "stream" | "now">>,
): View {
  let written = -Infinity;
  let unwritten: Snapshot | undefined;
  const write = (snapshot: Snapshot): void => {
    stream.write(`${[epochOf(snapshot, epochs), ...parts(snapshot)].join("  ")}\n`);
    written = now();
    unwritten = undefined;
  };
  return {
    update: (_, snapshot) => void (unwritten = snapshot),
    endEpoch: (_, snapshot) => {
      if (now() - written >= LOG_INTERVAL) write(snapshot);
      else unwritten = snapshot;
    },
    stop: () => {
      if (unwritten !== undefined) write(unwritten);
    },
  };
}

type Times = Pick<Snapshot, "examplesPerSecond" | "secondsPassed" | "secondsLeft">;

function stopwatch(
  { start, total, now }: { start: number; total: number; now: () => number },
): { batch(done: number): Times; epoch(done: number): Times } {
  const begun = now();
  let epoch = { begun, start };
  let examplesPerSecond: number | undefined;
  const times = (done: number): Times => {
    const secondsPassed = (now() - begun) / 1000;
    return { examplesPerSecond, secondsPassed, secondsLeft: secondsPassed / (done - start) * (total - done) };
  };
  return {
    batch: (done) => {
      examplesPerSecond = (done - epoch.start) / ((now() - epoch.begun) / 1000);
      return times(done);
    },
    epoch: (done) => {
      epoch = { begun: now(), start: done };
      return times(done);
    },
  };
}

/** The longest text that leaves room for a bar of ten columns; on a very narrow terminal, no bar. */
function barLine(
  snapshot: Snapshot,
  { epochs, fraction, width }: { epochs: number; fraction: number; width: number },
): string {
  const head = epochOf(snapshot, epochs);
  const all = snapshot.train === undefined ? ["starting"] : parts(snapshot);
  const brief = parts({ ...snapshot, validation: undefined, test: undefined, df: undefined }, BRIEF);
  const loss = snapshot.train === undefined ? [] : [`loss ${nats(snapshot.train.loss)}`];
  const tails = [all, brief, brief.slice(0, -1), brief.slice(0, 1), loss].map((list) => list.join("  "));
  const room = width - head.length - 2;
  const tail = tails.find((text) => text.length <= room - 10) ?? "";
  return `${head} ${bar(fraction, Math.min(30, room - tail.length))} ${tail}`;
}

function epochOf({ epoch }: Snapshot, epochs: number): string {
  return `epoch ${String(epoch).padStart(String(epochs).length)}/${epochs}`;
}

const WORDS = { reconstruction: "reconstruction", perSecond: " examples/s", left: " left" };
const BRIEF: typeof WORDS = { reconstruction: "rec.", perSecond: "/s", left: "" };

function parts({ train, validation, test, df, ...times }: Snapshot, words = WORDS): string[] {
  const { examplesPerSecond, secondsPassed, secondsLeft } = times;
  return [
    train &&
    `loss ${nats(train.loss)} (${words.reconstruction} ${nats(train.reconstruction)}, KL ${nats(train.kl)})`,
    validation && `validation ${nats(validation.loss)}`,
    test && `test ${nats(test.loss)}`,
    df && `df ${several(df)}`,
    examplesPerSecond && `${count(examplesPerSecond)}${words.perSecond}`,
    secondsLeft ? `${duration(secondsLeft)}${words.left}` : secondsPassed && `in ${duration(secondsPassed)}`,
  ].filter((part) => typeof part === "string");
}

/** The least and the most say enough of many. */
function several(df: readonly number[]): string {
  const text = (value: number) => value.toPrecision(3);
  return df.length <= MOST_DF
    ? df.map(text).join(" ")
    : `${text(Math.min(...df))} to ${text(Math.max(...df))}`;
}

/** Five digits, so that a number keeps its width while it moves. */
function nats(value: number): string {
  return value.toPrecision(5);
}
