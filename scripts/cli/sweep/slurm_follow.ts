/**
 * Watching a sweep's jobs on a Slurm cluster until they have ended.
 *
 * @module
 */

import { join } from "node:path";
import { isQueued, mergeTask, readSlurmRecord } from "../../../lib/run/sweep/slurm_jobs.ts";
import type { SweepFolder } from "../../../lib/run/sweep/directory.ts";
import { reportCell } from "../../../lib/run/sweep/report.ts";
import { stateCounts } from "./ranking_table.ts";
import { askQueue, isInQueue } from "./slurm_programs.ts";

/** Milliseconds between two looks at the queue: at first, and at most, as many people ask one controller. */
const PAUSE = { first: 1000, most: 30_000, growth: 1.3 } as const;

/**
 * Stays until a sweep's jobs have ended, with a line on stderr whenever a cell's state changes, and shows at last what
 * the job that collects has written.
 *
 * @param folder the sweep's
 * @returns the exit code: 0 if every cell is done, else 1
 */
export async function followJobs(folder: SweepFolder): Promise<number> {
  const { jobs, collect } = await readSlurmRecord(folder);
  const { cells } = folder.sweep;
  let last = "";
  for (let pause: number = PAUSE.first;; pause = Math.min(pause * PAUSE.growth, PAUSE.most)) {
    const tasks = await askQueue(jobs);
    const reports = await Promise.all(
      cells.map(async (cell) => mergeTask(await reportCell(folder, cell), tasks.get(cell.index))),
    );
    const line = stateCounts(reports);
    if (line !== last) console.error(`cells: ${line}`);
    last = line;
    const queued = [...tasks.values()].some(isQueued) || (collect !== undefined && await isInQueue(collect));
    if (!queued) return await conclude(folder, reports.every(({ state }) => state === "done"));
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

async function conclude(folder: SweepFolder, done: boolean): Promise<number> {
  const log = join(folder.path, "logs", "collect.log");
  console.log(
    (await Deno.readTextFile(log).catch(() => `nothing was collected: there is no ${log}`)).trimEnd(),
  );
  if (!done) console.error("not every cell is done; see deno task sweep status, and run the sweep again");
  return done ? 0 : 1;
}
