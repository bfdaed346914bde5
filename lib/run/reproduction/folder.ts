/**
 * The folder of a reproduction.
 *
 * @module
 */

import { join } from "node:path";
import * as v from "valibot";
import { isLeftover } from "../atomic.ts";
import { isTaken } from "../directory.ts";
import { writeJson } from "../json.ts";
import { advised, readRecord } from "../record_file.ts";
import { UsageError } from "../usage_error.ts";
import { STUDY_NAMES } from "./studies.ts";

/** Where a reproduction keeps what its studies have come to, in its folder. */
export const RESULTS = "results";

/** What `--quick` does without. */
const MISSING_FILE = "missing.json";

const MISSING = v.object({ missing: v.array(v.string()) });

/**
 * Checks that a folder may hold a reproduction: that it is one, or empty, or not there.
 *
 * @param path the folder
 * @throws {UsageError} if something else is there
 */
export async function checkReproductionFolder(path: string): Promise<void> {
  if (!await isTaken(path)) return;
  if ((await Deno.stat(path)).isDirectory && (await isEmpty(path) || await isBegun(path))) return;
  throw new UsageError(
    `Cannot reproduce in ${path}: it exists and holds other things; name another folder with --run`,
  );
}

/**
 * The data sets that a reproduction does without, from its first start on: what can be had later must not change it.
 *
 * @param path its folder
 * @param look finds out which they are; asked at the first start only
 * @returns their names
 * @throws {SyntaxError} if missing.json is corrupt
 */
export async function missingData(
  path: string,
  look: () => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const file = join(path, MISSING_FILE);
  const advice = `put a good copy back, or delete ${path} and reproduce again`;
  const known = await advised(advice, () => readRecord(file, MISSING));
  if (known !== undefined) return known.missing;
  const missing = await look();
  await writeJson(file, { missing });
  return missing;
}

/** Whether nothing is there but what a killed writer has left. */
async function isEmpty(path: string): Promise<boolean> {
  for await (const { name } of Deno.readDir(path)) if (!isLeftover(name)) return false;
  return true;
}

async function isBegun(path: string): Promise<boolean> {
  const studies = STUDY_NAMES.flatMap((name) => [join(name, "sweep.json"), join(RESULTS, `${name}.json`)]);
  for (const mark of [MISSING_FILE, ...studies]) if (await isTaken(join(path, mark))) return true;
  return false;
}
