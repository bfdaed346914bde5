/**
 * The folder of a run.
 *
 * @module
 */

import { basename, dirname, join } from "node:path";
import { syncFolder, systemReason, temporaryName } from "./atomic.ts";
import { parseConfig } from "./config.ts";
import { readJson, writeJson } from "./json.ts";
import { advised, isAbsence, orTrainAgain } from "./record_file.ts";
import { type Provenance, writeProvenance } from "./provenance.ts";
import type { ResolvedConfig } from "./resolve.ts";
import { type RunFolder, writeStatus } from "./status.ts";
import { UsageError } from "./usage_error.ts";

/** A run on disk. */
export interface Run extends RunFolder {
  /** What config.json holds. */
  readonly config: ResolvedConfig;
}

/** What a new run starts with. */
export interface NewRun {
  /** What provenance.json is to hold. */
  readonly provenance: Provenance;
  /** The folder to make; it must not exist or be empty. `<root>/<dataset>-<model>-<family>-<n>` by default. */
  readonly path?: string;
  /** Where runs without a name of their own go; `runs` by default. */
  readonly root?: string;
}

/**
 * Makes a run's folder with config.json, provenance.json and status.json in it.
 *
 * It is prepared under a temporary name and renamed into place: a process killed at any instant leaves the whole
 * folder or none, and of two that want the same name one gets it.
 *
 * @param config the configuration, resolved
 * @param options provenance, and where the folder goes
 * @returns the run; lock it before writing to it
 * @throws {UsageError} if `path` is there already and not empty
 * @throws {Error} if the folder cannot be written, in one line
 */
export async function createRun(
  config: ResolvedConfig,
  { provenance, path, root = "runs" }: NewRun,
): Promise<Run> {
  if (path !== undefined) {
    if (await place(path, { config, provenance })) return { path, config };
    throw await taken(path);
  }
  const name = join(root, `${datasetStem(config.dataset)}-${config.model.name}-${config.latent.family}`);
  for (let n = await nextNumber(name);; n++) {
    const path = `${name}-${n}`;
    if (await place(path, { config, provenance })) return { path, config };
  }
}

/**
 * Checks that a run may be created at a path, before anything costly is done for it.
 *
 * @param path the folder to make
 * @throws {UsageError} if it is there already and not empty
 */
export async function checkFree(path: string): Promise<void> {
  if (await isTaken(path)) throw await taken(path);
}

/**
 * Opens a run for reading; {@linkcode lockRun} it before writing.
 *
 * @param path the run's folder
 * @returns the run
 * @throws {UsageError} if there is no run at this path
 * @throws {SyntaxError} if its config.json is corrupt
 */
export async function openRun(path: string): Promise<Run> {
  const file = join(path, "config.json");
  try {
    return await advised(orTrainAgain(path), async () => ({ path, config: await readResolved(file) }));
  } catch (error) {
    if (isAbsence(error)) {
      throw new UsageError(`Cannot open run ${path}: it has no config.json, so it is no run's folder`);
    }
    throw error instanceof SyntaxError
      ? error
      : new Error(`Cannot open run ${path}: ${systemReason(error)}; make it readable`);
  }
}

async function readResolved(file: string): Promise<ResolvedConfig> {
  const json = await readJson(file);
  try {
    const config = parseConfig(json);
    if (isResolved(config)) return config;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const defect = error.message.replace(/^Cannot use configuration: /, "");
    throw new SyntaxError(`Cannot read ${file}: ${defect}`);
  }
  throw new SyntaxError(`Cannot read ${file}: it must hold a whole model and one engine`);
}

function isResolved(config: ReturnType<typeof parseConfig>): config is ResolvedConfig {
  return "encoder" in config.model && config.model.input !== undefined && config.backend !== "auto";
}

/** Prepares a folder beside `path` and gives it that name; false if the name is taken. */
async function place(
  path: string,
  { config, provenance }: { readonly config: ResolvedConfig; readonly provenance: Provenance },
): Promise<boolean> {
  const run = { path: temporaryName(path) };
  try {
    if (await isTaken(path)) return false;
    await Deno.mkdir(run.path, { recursive: true });
    await writeJson(join(run.path, "config.json"), config);
    await writeProvenance(run, provenance);
    await writeStatus(run, { state: "running" });
    await Deno.rename(run.path, path);
    await syncFolder(dirname(path));
    return true;
  } catch (error) {
    await Deno.remove(run.path, { recursive: true }).catch(() => {});
    if (await isTaken(path).catch(() => false)) return false;
    throw new Error(
      `Cannot create run ${path}: ${systemReason(error)}; name a folder that can be written with --run`,
    );
  }
}

async function taken(path: string): Promise<UsageError> {
  const isRun = await isTaken(join(path, "config.json"));
  return new UsageError(
    `Cannot create run ${path}: it exists and is ${isRun ? "a run" : "no run"}; ` +
      (isRun ? "continue it with --resume or give another name" : "give another name"),
  );
}

/** Whether something is at this path; an empty folder is nothing. */
export async function isTaken(path: string): Promise<boolean> {
  try {
    if (!(await Deno.stat(path)).isDirectory) return true;
    for await (const _ of Deno.readDir(path)) return true;
    return false;
  } catch (error) {
    if (isAbsence(error)) return false;
    throw new Error(`Cannot look into ${path}: ${systemReason(error)}; name another path`);
  }
}

/** One more than the largest number that a folder of this name has. */
async function nextNumber(name: string): Promise<number> {
  const stem = `${basename(name)}-`;
  let largest = 0;
  try {
    for await (const entry of Deno.readDir(dirname(name))) {
      const n = entry.name.startsWith(stem) ? entry.name.slice(stem.length) : "";
      if (/^\d+$/.test(n)) largest = Math.max(largest, Number(n));
    }
  } catch (error) {
    if (!isAbsence(error)) throw error;
  }
  return largest + 1;
}

/** A data set's name, or its file's without folders, endings and what a folder's name should not have. */
function datasetStem(dataset: string): string {
  const stem = basename(dataset).replace(/\.gz$/i, "").replace(/\.(idx|npy|csv)$/i, "");
  return stem.replaceAll(/[^\p{L}\p{N}._-]+/gu, "_").replace(/^[.-]*/, "") || "data";
}
