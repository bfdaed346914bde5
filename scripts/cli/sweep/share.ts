/**
 * Sharing the processors of this machine among cells.
 *
 * @module
 */

import { UsageError } from "../../../lib/run/usage_error.ts";

/** How many cells train at once, and on how many threads each. */
export interface Share {
  readonly jobs: number;
  readonly threads: number;
}

/**
 * Checks that cells would not be in each other's way.
 *
 * @param wanted what the user has asked for
 * @param processors of this machine
 * @throws {UsageError} if it is more than there are
 */
export function checkShare({ jobs = 1, threads = 1 }: Partial<Share>, processors: number): void {
  if (jobs * threads <= processors) return;
  throw new UsageError(
    `Cannot run: jobs × threads must be at most ${processors}, the processors of this machine, got ` +
      `${jobs} × ${threads}; give fewer`,
  );
}

/**
 * Completes what the user has asked for so that all processors are used: as many cells at once as there are processors,
 * and what is left over goes into threads.
 *
 * @param wanted `jobs` and `threads`, where they were given; {@linkcode checkShare} accepts them
 * @param machine its `processors`, and how many `cells` there are
 * @returns both, their product at most the number of processors
 *
 * @example
 * ```ts
 * import { shareProcessors } from "./share.ts";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(shareProcessors({}, { processors: 8, cells: 3 }), { jobs: 3, threads: 2 });
 * assert.deepEqual(shareProcessors({ threads: 4 }, { processors: 8, cells: 3 }), { jobs: 2, threads: 4 });
 * ```
 */
export function shareProcessors(
  wanted: Partial<Share>,
  { processors, cells }: { readonly processors: number; readonly cells: number },
): Share {
  const jobs = wanted.jobs ?? Math.min(Math.floor(processors / (wanted.threads ?? 1)), cells);
  return { jobs, threads: wanted.threads ?? Math.floor(processors / jobs) };
}
