/**
 * Sharing the processor among the cells of a sweep.
 *
 * @module
 */

import { UsageError } from "../../../lib/run/usage_error.ts";

/** How many cells train at a time, and on how many threads each. */
export interface Share {
  readonly jobs: number;
  readonly threads: number;
}

/**
 * Shares cores among cells: as many cells at a time as there are cores, and the rest of the cores as threads. One thread
 * for each of many cells does more in a time than many threads for each of few.
 *
 * @param given what the user asked for
 * @param found the machine's cores, and how many cells there are
 * @returns jobs and threads, jobs × threads at most as many as there are cores
 * @throws {UsageError} if more was asked for
 *
 * @example
 * ```ts
 * import { shareCores } from "./cores.ts";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(shareCores({}, { cores: 8, cells: 100 }), { jobs: 8, threads: 1 });
 * assert.deepEqual(shareCores({ jobs: 3 }, { cores: 8, cells: 100 }), { jobs: 3, threads: 2 });
 * assert.deepEqual(shareCores({ threads: 4 }, { cores: 8, cells: 100 }), { jobs: 2, threads: 4 });
 * ```
 */
export function shareCores(
  given: Partial<Share>,
  { cores, cells }: { readonly cores: number; readonly cells: number },
): Share {
  const room = Math.max(1, Math.floor(cores / (given.threads ?? 1)));
  const jobs = given.jobs ?? Math.max(1, Math.min(room, cells));
  const threads = given.threads ?? Math.max(1, Math.floor(cores / jobs));
  if (jobs * threads > cores) {
    throw new UsageError(
      `Cannot run the sweep: jobs × threads must be at most ${cores}, the number of cores, got ${jobs} × ${threads}; ` +
        "ask for fewer",
    );
  }
  return { jobs, threads };
}
