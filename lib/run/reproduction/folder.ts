/**
 * The folder of a reproduction.
 *
 * @module
 */

import { isTaken } from "../directory.ts";
import { UsageError } from "../usage_error.ts";
import { STUDY_NAMES } from "./studies.ts";

/** Where a reproduction keeps what its studies have come to, in its folder. */
export const RESULTS = "results";

/**
 * Checks that a folder may hold a reproduction: that it is one, or empty, or not there.
 *
 * @param path the folder
 * @throws {UsageError} if something else is there
 */
export async function checkReproductionFolder(path: string): Promise<void> {
  if (!await isTaken(path)) return;
  const entries = (await Deno.stat(path)).isDirectory ? await Array.fromAsync(Deno.readDir(path)) : [];
  const own: readonly string[] = [RESULTS, ...STUDY_NAMES];
  if (entries.some(({ name, isDirectory }) => isDirectory && own.includes(name))) return;
  throw new UsageError(
    `Cannot reproduce in ${path}: it exists and holds other things; name another folder with --run`,
  );
}
