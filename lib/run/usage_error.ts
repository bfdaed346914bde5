/**
 * Mistakes of the person at the command line.
 *
 * @module
 */

/**
 * A wrong flag, key, value or name: the one who called can mend it, so it is told in one line with exit code 2.
 *
 * Everything else that goes wrong (a corrupt file, a full disk, an absent GPU) is any other error, and exit code 1.
 */
export class UsageError extends Error {
  /** The class's name, as in every built-in error. */
  override readonly name = "UsageError";
}

/**
 * Does what refuses only what the person at the command line has asked for.
 *
 * @param work whose errors all say what to do, in one line
 * @returns what it gives
 * @throws {UsageError} with the message of whatever it throws
 */
export function asUsage<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
