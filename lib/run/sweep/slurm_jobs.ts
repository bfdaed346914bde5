/**
 * The jobs that a sweep has on a Slurm cluster, and what Slurm says of them.
 *
 * @module
 */

import { join } from "node:path";
import * as v from "valibot";
import { writeJson } from "../json.ts";
import { advised, readRecord } from "../record_file.ts";
import type { RunFolder } from "../status.ts";
import type { CellReport } from "./report.ts";

/** A job array that was submitted. */
export interface SlurmJob {
  /** Its number. */
  readonly id: string;
  /** The cell that has index 0 in it. */
  readonly offset: number;
  /** Indices of the cells that it trains. */
  readonly cells: readonly number[];
}

/** What slurm.json holds. */
export interface SlurmRecord {
  /** In the order of their submission; a cell's last one counts. */
  readonly jobs: readonly SlurmJob[];
  /** The number of the job that collects results when the last of them have ended. */
  readonly collect?: string;
}

/** What Slurm says of one cell. */
export interface SlurmTask {
  /** Job and index in its array: `123_4`. */
  readonly job: string;
  /** Slurm's word: `PENDING`, `RUNNING`, `TIMEOUT` … */
  readonly state: string;
  /** Where it runs, or ran. */
  readonly node?: string;
  /** Why it waits, or failed, in Slurm's word: `Priority`. */
  readonly reason?: string;
}

/** How far a cell is, and where it is in the cluster. */
export interface ClusterReport extends CellReport {
  /** What Slurm says in a few words: `on node3`, `queued: Priority`. */
  readonly note?: string;
}

/** Columns to ask `squeue` for. */
export const QUEUE_FORMAT = "%F|%K|%T|%N|%r";

/** Columns to ask `sacct` for. */
export const ACCOUNTING_FORMAT = "JobID,State,NodeList";

/** States of jobs that have ended, and what to call them; all others are in the queue. */
const ENDED: Readonly<Record<string, string>> = {
  BOOT_FAIL: "its node did not start",
  CANCELLED: "cancelled",
  COMPLETED: "completed",
  DEADLINE: "deadline",
  FAILED: "failed",
  NODE_FAIL: "its node failed",
  OUT_OF_MEMORY: "out of memory",
  PREEMPTED: "preempted",
  TIMEOUT: "time limit",
};

const RECORD = v.object({
  schemaVersion: v.literal(1),
  jobs: v.array(v.object({
    id: v.pipe(v.string(), v.regex(/^\d+$/)),
    offset: v.number(),
    cells: v.array(v.number()),
  })),
  collect: v.optional(v.pipe(v.string(), v.regex(/^\d+$/))),
});

/**
 * Reads a sweep's slurm.json.
 *
 * @param folder the sweep's
 * @returns what was submitted; no jobs where the file is missing
 * @throws {SyntaxError} if it is corrupt
 */
export async function readSlurmRecord(folder: RunFolder): Promise<SlurmRecord> {
  const file = await advised(
    "put a good copy back, or cancel the sweep's jobs and delete it",
    () => readRecord(pathOf(folder), RECORD),
  );
  if (file === undefined) return { jobs: [] };
  const { schemaVersion: _, ...record } = file;
  return record;
}

/** Writes a sweep's slurm.json. */
export async function writeSlurmRecord(folder: RunFolder, record: SlurmRecord): Promise<void> {
  await writeJson(pathOf(folder), { schemaVersion: 1, ...record });
}

/**
 * What `squeue` says of a sweep's cells.
 *
 * @param text its output in {@linkcode QUEUE_FORMAT}, a line for each task
 * @param jobs the sweep's; others are passed over
 * @returns tasks by the index of their cell
 *
 * @example
 * ```ts
 * import { parseQueue } from "./slurm_jobs.ts";
 * import assert from "node:assert/strict";
 *
 * const tasks = parseQueue("12|0|RUNNING|node3|None\n", [{ id: "12", offset: 1000, cells: [1000] }]);
 * assert.deepEqual(tasks.get(1000), { job: "12_0", state: "RUNNING", node: "node3" });
 * ```
 */
export function parseQueue(text: string, jobs: readonly SlurmJob[]): Map<number, SlurmTask> {
  return byCell(jobs, rows(text).map(([job, index, ...rest]) => [`${job}_${index}`, ...rest]));
}

/**
 * What `sacct` says of a sweep's cells.
 *
 * @param text its output in {@linkcode ACCOUNTING_FORMAT}, as `--parsable2 --noheader --allocations --array` gives it
 * @param jobs the sweep's; others are passed over
 * @returns tasks by the index of their cell
 */
export function parseAccounting(text: string, jobs: readonly SlurmJob[]): Map<number, SlurmTask> {
  // A cancelled job says by whom, too: `CANCELLED by 1000`.
  return byCell(jobs, rows(text).map(([job, state = "", node]) => [job, state.split(" ")[0], node]));
}

/** Whether a task waits or runs; if not, it has ended. */
export function isQueued({ state }: SlurmTask): boolean {
  return !Object.hasOwn(ENDED, state);
}

/**
 * Joins what the folder of a cell says with what Slurm says of it.
 *
 * The folder knows how far a cell is. Slurm knows whether somebody is at it: a lock cannot be seen from every machine.
 *
 * @param report the folder's word
 * @param task Slurm's word, if it has one
 * @returns the report, and a note of what Slurm says
 */
export function mergeTask(report: CellReport, task: SlurmTask | undefined): ClusterReport {
  const { state } = report;
  if (task === undefined || state === "done" || state === "stopped") return report;
  const place = task.node === undefined ? "" : ` on ${task.node}`;
  if (task.state === "PENDING") {
    const note = `queued${task.reason === undefined ? "" : `: ${task.reason}`}`;
    return state === "running" ? { ...report, note } : { ...withoutError(report), state: "waiting", note };
  }
  if (isQueued(task)) return { ...withoutError(report), state: "running", note: place.trim() };
  if (state === "failed" || state === "running") return report;
  const note = `${ENDED[task.state]}${place}`;
  // Whoever cancels a job wants no more of it for now: nothing has failed.
  if (task.state === "CANCELLED") {
    return { ...report, state: state === "broken" ? "interrupted" : state, note };
  }
  if (state === "interrupted") return { ...report, note };
  return {
    ...report,
    state: "failed",
    error: `Slurm job ${task.job}: ${note}; see logs/${report.cell.name}.log`,
  };
}

/** What the last try left is of no interest while another one is on its way. */
function withoutError({ error: _, ...report }: CellReport): CellReport {
  return report;
}

function rows(text: string): string[][] {
  return text.split("\n").filter((line) => line !== "").map((line) => line.split("|"));
}

/** Rows of job and index, state, node, reason. A job that was cancelled before it began may have one row for all. */
function byCell(jobs: readonly SlurmJob[], rows: readonly string[][]): Map<number, SlurmTask> {
  const known = (word: string | undefined) => word !== undefined && !/^(None.*|)$/.test(word);
  const said = new Map(rows.map(([job, state, node, reason]) => [
    job.replace(/_(\D.*|)$/, ""),
    { state, ...(known(node) && { node }), ...(known(reason) && { reason }) },
  ]));
  const last = new Map(
    jobs.flatMap(({ id, offset, cells }) =>
      cells.map((cell) => [cell, { id, job: `${id}_${cell - offset}` }] as const)
    ),
  );
  return new Map([...last].flatMap(([cell, { id, job }]): [number, SlurmTask][] => {
    const words = said.get(job) ?? said.get(id);
    return words === undefined ? [] : [[cell, { job, ...words }]];
  }));
}

function pathOf({ path }: RunFolder): string {
  return join(path, "slurm.json");
}
