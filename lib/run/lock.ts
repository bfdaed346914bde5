/**
 * One process at a time for a run.
 *
 * @module
 */

import { join } from "node:path";
import { removeLeftovers, systemReason } from "./atomic.ts";
import { readStatus, type RunFolder, writeStatus } from "./status.ts";

/**
 * Takes a run for this process, until the lock is disposed of or the process ends, however it ends.
 *
 * The lock is advisory and the kernel's, so that a killed process leaves none behind. Taking it says `running` in
 * status.json and removes what killed writers left.
 *
 * @param run the run's folder
 * @returns dispose of it (`using`) to let the run go
 * @throws {Error} if another process has it, naming that process; or if the folder cannot be written
 */
export async function lockRun(run: RunFolder): Promise<Disposable> {
  using stack = new DisposableStack();
  try {
    const file = stack.use(await Deno.open(join(run.path, "lock"), { create: true, write: true }));
    if (await file.tryLock(true)) {
      await removeLeftovers(run.path);
      await writeStatus(run, { state: "running" });
      return stack.move();
    }
  } catch (error) {
    throw new Error(`Cannot lock run ${run.path}: ${systemReason(error)}`);
  }
  const { pid, host } = await readStatus(run);
  throw new Error(
    `Cannot train ${run.path}: it is being trained by pid ${pid} on ${host}; wait for it or stop it`,
  );
}
