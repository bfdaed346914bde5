/**
 * What `deno task bench:peers` prints.
 *
 * @module
 */

import type { Introduction, Objective } from "./protocol.ts";
import type { Comparison } from "./race.ts";

/** Everything that was measured, and on what. */
export interface Result {
  readonly model: string;
  /** Examples per step. */
  readonly batch: number;
  /** Turns of each contestant. */
  readonly rounds: number;
  /** Per turn. */
  readonly steps: number;
  /** How many those were given who can have more than one. */
  readonly threads: number;
  /** The processor. */
  readonly device: string;
  readonly cores: number;
  /** Mean number of busy processes in the minute before the run and in its last. */
  readonly load: { readonly before: number; readonly after: number };
  /** Whom ratios refer to; absent where PyTorch is. */
  readonly reference?: string;
  readonly contestants: readonly ContestantResult[];
  readonly absent: readonly Absent[];
}

/** What is known of one contestant. */
export interface ContestantResult extends Introduction, Comparison {
  readonly name: string;
  /** Of its very first step. */
  readonly first: Objective;
  /** Of its last. */
  readonly last: Objective;
}

/** One who could not take part. */
export interface Absent {
  readonly name: string;
  readonly reason: string;
}

const HEADINGS = [
  ["", "", "milliseconds", "per step", "ratio to", "reference", "loss, nats", ""],
  ["", "threads", "min", "median", "min", "median", "first", "last"],
];

/**
 * A result for people.
 *
 * @param result what was measured
 * @returns several lines
 */
export function table({ contestants, absent, ...result }: Result): string {
  const { model, batch, rounds, steps, threads, device, cores, load, reference } = result;
  const rows = contestants.map(({ name, threads, milliseconds, ratio, first, last }) => [
    name,
    String(threads),
    ...[milliseconds.min, milliseconds.median].map((value) => value.toFixed(2)),
    ...[ratio?.min, ratio?.median].map((value) => value?.toFixed(2) ?? "–"),
    ...[first.loss, last.loss].map((value) => value.toFixed(1)),
  ]);
  const versions = new Set(contestants.flatMap(({ version }) => version.split(", ")));
  return [
    `${model}, batch ${batch}, ${threads} thread(s) on ${device} (${cores} cores), ` +
    `load ${load.before.toFixed(1)} before and ${load.after.toFixed(1)} after`,
    `${[...versions].join(", ")}; ${rounds} rounds of ${steps} steps; reference: ${reference ?? "none"}`,
    "",
    ...aligned([...HEADINGS, ...rows]),
    ...absent.map(({ name, reason }) => `${name} is absent: ${reason}`),
  ].join("\n");
}

/** The first column to the left, the others to the right. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) =>
    row.map((cell, i) => i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])).join("  ").trimEnd()
  );
}
