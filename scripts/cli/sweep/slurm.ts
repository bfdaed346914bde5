/**
 * Training a sweep on a Slurm cluster: a job array of the cells that are not done, and a job that collects them.
 *
 * @module
 */

import { basename, join, resolve } from "node:path";
import { writeAtomic } from "../../../lib/run/atomic.ts";
import { readHalving } from "../../../lib/run/sweep/halving.ts";
import {
  isQueued,
  readSlurmRecord,
  type SlurmJob,
  type SlurmTask,
  writeSlurmRecord,
} from "../../../lib/run/sweep/slurm_jobs.ts";
import {
  ARRAY_SIZE,
  cellScript,
  indexList,
  NOTICE_SECONDS,
  outputPattern,
  quote,
} from "../../../lib/run/sweep/slurm_script.ts";
import { lockSweep, type SweepFolder } from "../../../lib/run/sweep/directory.ts";
import { reportCell } from "../../../lib/run/sweep/report.ts";
import { UsageError } from "../../../lib/run/usage_error.ts";
import { type TaskName, taskWords } from "../start_task.ts";
import { followJobs } from "./slurm_follow.ts";
import type { SlurmArguments } from "./slurm_options.ts";
import { askAccounting, askQueue, cancel, submit } from "./slurm_programs.ts";

/** How to run a sweep on a cluster. */
export interface SlurmOptions extends SlurmArguments {
  /** The sweep's file, which the job that collects is to name. */
  readonly file: string;
  /** Processors of a cell, and threads to train it on; 1 by default. */
  readonly threads?: number;
}

/**
 * Submits the cells of a sweep that are not done, and with `wait` stays until they have ended.
 *
 * The jobs train with this very Deno and with packages that are here already, in the current folder: cluster and
 * submitting machine must share their file system. Job numbers go into slurm.json, the script is slurm.sh.
 *
 * @param folder the sweep's
 * @param options what to ask Slurm for
 * @returns the exit code: 1 if a cell that was waited for is not done
 * @throws {Error} if the sweep is in the queue already, or being run here, or Slurm refuses
 */
export async function runOnSlurm(folder: SweepFolder, options: SlurmOptions): Promise<number> {
  const jobs = await submitRest(folder, options);
  if (jobs.length === 0) {
    console.error(`nothing to submit: every cell of ${folder.path} is done`);
    return 0;
  }
  const ids = jobs.map(({ id }) => id).join(" ");
  const count = jobs.reduce((sum, { cells }) => sum + cells.length, 0);
  console.error(
    `submitted ${count} of ${folder.sweep.cells.length} cells as job ${ids}\n` +
      `see how far they are: deno task sweep status ${options.file} --run ${folder.path}\n` +
      `stop them: scancel ${ids}`,
  );
  if (!options.wait) return 0;
  console.error("waiting; Ctrl-C ends the waiting only");
  return await followJobs(folder);
}

/**
 * What Slurm says of a sweep's cells, for {@linkcode mergeTask}.
 *
 * @param folder the sweep's
 * @returns tasks by the index of their cell; none for cells of jobs that Slurm has forgotten, and none at all, with a
 * warning, where Slurm cannot be asked
 */
export async function slurmStates(folder: SweepFolder): Promise<ReadonlyMap<number, SlurmTask>> {
  const { jobs } = await readSlurmRecord(folder);
  if (jobs.length === 0) return new Map();
  const queue = await askQueue(jobs).catch((error: Error) => console.error(`warning: ${error.message}`));
  if (queue === undefined) return new Map();
  const forgotten = jobs.filter(({ cells }) => cells.some((cell) => !queue.has(cell)));
  // Accounts lag behind: the queue's word is the newer one.
  return forgotten.length === 0 ? queue : new Map([...await askAccounting(forgotten), ...queue]);
}

/** Submits what is not done, as the only process that has the sweep. */
async function submitRest(folder: SweepFolder, options: SlurmOptions): Promise<readonly SlurmJob[]> {
  using _lock = await lockSweep(folder);
  if (await readHalving(folder) !== undefined) {
    throw new UsageError(
      `Cannot submit: ${folder.path} was begun with --halving, which needs all cells on this machine; ` +
        "name another folder with --run",
    );
  }
  await checkNotQueued(folder);
  const reports = await Promise.all(folder.sweep.cells.map((cell) => reportCell(folder, cell)));
  const cells = reports.filter(({ state }) => state !== "done").map(({ cell }) => cell.index);
  return cells.length === 0 ? [] : await submitCells(folder, { ...options, cells });
}

async function checkNotQueued(folder: SweepFolder): Promise<void> {
  const { jobs } = await readSlurmRecord(folder);
  const queued = [...(await askQueue(jobs)).values()].filter(isQueued);
  if (queued.length === 0) return;
  const ids = [...new Set(queued.map(({ job }) => job.split("_")[0]))].join(" ");
  const running = queued.filter(({ state }) => state !== "PENDING").length;
  throw new Error(
    `Cannot submit: job ${ids} of this sweep is in the queue, ${running} cells of it running and ` +
      `${queued.length - running} waiting; wait for it, or stop it with scancel ${ids}`,
  );
}

/** Submits one array for each thousand of indices, and the job that collects; all of them or none. */
async function submitCells(
  folder: SweepFolder,
  { cells, file, threads = 1, partition, time, arrayLimit, sbatchArguments }: SlurmOptions & {
    readonly cells: readonly number[];
  },
): Promise<readonly SlurmJob[]> {
  const path = resolve(folder.path);
  const script = join(path, "slurm.sh");
  await writeAtomic(script, cellScript({ folder: path, train: taskCommand("train") }));
  const record = await readSlurmRecord(folder);
  const common = (log: string): string[] => [
    `--chdir=${Deno.cwd()}`,
    `--output=${outputPattern(join(path, "logs", log))}`,
    "--requeue",
    ...(partition === undefined ? [] : [`--partition=${partition}`]),
    ...(time === undefined ? [] : [`--time=${time}`]),
  ];
  const jobs: SlurmJob[] = [];
  try {
    for (const [offset, part] of Map.groupBy(cells, (cell) => cell - cell % ARRAY_SIZE)) {
      const indices = indexList(part.map((cell) => cell - offset));
      const id = await submit([
        `--job-name=${basename(path)}`,
        `--array=${indices}${arrayLimit === undefined ? "" : `%${arrayLimit}`}`,
        `--cpus-per-task=${threads}`,
        `--signal=B:USR1@${NOTICE_SECONDS}`,
        "--open-mode=append",
        ...common("slurm.log"),
        ...sbatchArguments,
        script,
        `${offset}`,
      ]);
      jobs.push({ id, offset, cells: part });
    }
    const collect = await submit([
      `--job-name=${basename(path)}-collect`,
      `--dependency=afterany:${jobs.map(({ id }) => id).join(":")}`,
      "--open-mode=truncate",
      ...common("collect.log"),
      ...sbatchArguments,
      `--wrap=${[...taskCommand("sweep"), "collect", resolve(file), "--run", path].map(quote).join(" ")}`,
    ]);
    await writeSlurmRecord(folder, { jobs: [...record.jobs, ...jobs], collect });
  } catch (error) {
    if (jobs.length > 0) await cancel(jobs.map(({ id }) => id)).catch(() => {});
    throw error;
  }
  return jobs;
}

/** The command of a task, by this Deno's path and with packages that are here already: nodes may have no network. */
function taskCommand(task: TaskName): string[] {
  const [run, ...words] = taskWords(task);
  return [Deno.execPath(), run, "--cached-only", ...words];
}
