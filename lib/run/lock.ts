/**
 * One process at a time for a run.
 *
 * @module
 */

import { join } from "node:path";
import { removeLeftovers, systemReason } from "./atomic.ts";
import { readStatus, type RunFolder, writeStatus } from "./status.ts";

/** How often to try, and milliseconds between: who only asks with {@linkcode isLocked} lets go at once. */
const TRIES = { count: 5, pause: 20 } as const;

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
  try {
    using stack = new DisposableStack();
    const lock = await takeLock(run);
    if (lock !== undefined) {
      stack.use(lock);
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

/**
 * Takes the lock of a folder and nothing more.
 *
 * @param folder whose file `lock` it is
 * @returns dispose of it to let go; undefined if another process has it
 * @throws {Error} the system's, if the file cannot be written
 */
export async function takeLock({ path }: RunFolder): Promise<Disposable | undefined> {
  using stack = new DisposableStack();
  const file = stack.use(await Deno.open(join(path, "lock"), { create: true, write: true }));
  for (let tries = 1; !await file.tryLock(true); tries++) {
    if (tries === TRIES.count) return undefined;
    await new Promise((resolve) => setTimeout(resolve, TRIES.pause));
  }
  return stack.move();
}

/**
 * Whether a process has the lock of a folder now.
 *
 * @param folder whose file `lock` it is
 * @returns false also where there is none
 */
export async function isLocked({ path }: RunFolder): Promise<boolean> {
  try {
    using file = await Deno.open(join(path, "lock"));
    return !await file.tryLock(false);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
