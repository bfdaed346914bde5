/**
 * The folder of a sweep.
 *
 * @module
 */

import { dirname, join } from "node:path";
import * as v from "valibot";
import { ENGINE_NAMES, type EngineName } from "../../engine/engine.ts";
import { removeLeftovers, syncFolder, systemReason, temporaryName } from "../atomic.ts";
import { parseConfig } from "../config.ts";
import { isTaken } from "../directory.ts";
import { canonicalJson, type JsonValue, readJson, writeJson } from "../json.ts";
import { advised, parseRecord } from "../record_file.ts";
import { takeLock } from "../lock.ts";
import type { RunFolder } from "../status.ts";
import type { Cell, Sweep } from "./sweep.ts";
import { METRICS } from "./file.ts";
import { UsageError } from "../usage_error.ts";

/** A sweep on disk. */
export interface SweepFolder {
  /** Where it is. */
  readonly path: string;
  /** What sweep.json holds; no cell's engine is `auto`. */
  readonly sweep: Sweep;
  /** What `auto` meant when the sweep was created. */
  readonly backend: EngineName;
}

/** Where a cell's files are. */
export interface CellPaths {
  /** The configuration to train with. */
  readonly config: string;
  /** The run's folder. */
  readonly run: string;
  /** What training printed. */
  readonly log: string;
}

/** The engine of cells that ask for `auto`. */
export interface SweepEngine {
  /** Which one. */
  readonly backend: EngineName;
  /** Why, in one phrase. */
  readonly reason: string;
}

const SWEEP = v.object({
  schemaVersion: v.literal(1),
  metric: v.picklist(METRICS),
  direction: v.picklist(["min", "max"]),
  keys: v.array(v.string()),
  backend: v.picklist(ENGINE_NAMES),
  reason: v.string(),
  cells: v.array(v.object({
    index: v.number(),
    // It becomes part of paths, and digits and a hyphen cannot lead out of the folder.
    name: v.pipe(v.string(), v.regex(/^\d{4,}-[0-9a-f]{8}$/)),
    settings: v.record(v.string(), v.custom<JsonValue>(() => true)),
    config: v.unknown(),
  })),
});

/**
 * Makes a sweep's folder with sweep.json and every cell's configuration in it, or opens the one that is there.
 *
 * It is prepared under a temporary name and renamed into place: a process killed at any instant leaves the whole folder
 * or none.
 *
 * @param path the folder; new, empty, or one of this very sweep
 * @param sweep the sweep, its engines perhaps `auto`
 * @param engine what `auto` is to mean; of a folder that is there its own engine holds
 * @returns the sweep as it is on disk
 * @throws {UsageError} if the folder holds another sweep, naming the first difference, or something else
 * @throws {Error} if it cannot be written
 */
export async function createSweep(
  path: string,
  sweep: Sweep,
  { backend, reason }: SweepEngine,
): Promise<SweepFolder> {
  const settled = withEngine(sweep, backend);
  const { cells, ...rest } = settled;
  const folder = { path: temporaryName(path), sweep: settled, backend };
  try {
    if (await hasSweep(path)) return checkSame(await openSweep(path), sweep);
    await checkSweepPath(path);
    await Deno.mkdir(join(folder.path, "cells"), { recursive: true });
    await Deno.mkdir(join(folder.path, "logs"));
    for (const cell of cells) await writeJson(cellPaths(folder, cell).config, cell.config);
    await writeJson(join(folder.path, "sweep.json"), { schemaVersion: 1, ...rest, backend, reason, cells });
    await Deno.rename(folder.path, path);
    await syncFolder(dirname(path));
    return { ...folder, path };
  } catch (error) {
    await Deno.remove(folder.path, { recursive: true }).catch(() => {});
    if (error instanceof UsageError || error instanceof SyntaxError) throw error;
    // Another process may have made the same one meanwhile.
    if (await hasSweep(path)) return checkSame(await openSweep(path), sweep);
    throw new Error(
      `Cannot create sweep ${path}: ${systemReason(error)}; name a new or empty folder with --run`,
    );
  }
}

/**
 * Checks that a sweep may be created at a path, before anything costly is done for it.
 *
 * @param path the folder to make
 * @throws {UsageError} if something is there that is neither an empty folder nor a sweep's
 */
export async function checkSweepPath(path: string): Promise<void> {
  if (!await isTaken(path) || await hasSweep(path)) return;
  throw new UsageError(
    `Cannot create sweep ${path}: it exists, is not empty and no sweep's folder; name another one with --run`,
  );
}

/** Whether there is a sweep at a path. */
export async function hasSweep(path: string): Promise<boolean> {
  return await Deno.stat(join(path, "sweep.json")).then(() => true, () => false);
}

/**
 * Opens a sweep's folder.
 *
 * @param path the folder
 * @returns the sweep
 * @throws {UsageError} if there is none
 * @throws {SyntaxError} if its sweep.json is corrupt
 */
export async function openSweep(path: string): Promise<SweepFolder> {
  const file = join(path, "sweep.json");
  if (!await hasSweep(path)) {
    throw new UsageError(`Cannot open sweep ${path}: it has no sweep.json, so it is no sweep's folder`);
  }
  const advice = `put a good copy back, or delete ${path} and run the sweep again`;
  return await advised(advice, () => readFolder(path, file));
}

async function readFolder(path: string, file: string): Promise<SweepFolder> {
  const record = parseRecord(await readJson(file), SWEEP, file);
  const { metric, direction, keys, backend, cells } = record;
  const misplaced = cells.findIndex(({ index }, i) => index !== i);
  if (misplaced !== -1) {
    throw new SyntaxError(
      `Cannot read ${file}: cells.${misplaced}.index must be ${misplaced}, got ${cells[misplaced].index}`,
    );
  }
  try {
    const checked = cells.map(({ config, ...cell }) => ({ ...cell, config: parseConfig(config) }));
    return { path, sweep: { metric, direction, keys, cells: checked }, backend };
  } catch (error) {
    throw new SyntaxError(`Cannot read ${file}: ${(error as Error).message}`);
  }
}

/**
 * Checks that a folder is of a sweep.
 *
 * @param folder what is on disk
 * @param sweep what its file holds now
 * @returns the folder
 * @throws {UsageError} naming the first difference
 */
export function checkSame(folder: SweepFolder, sweep: Sweep): SweepFolder {
  const [old, now] = [folder.sweep, withEngine(sweep, folder.backend)];
  const differ = (what: string): never => {
    throw new UsageError(
      `Cannot use sweep ${folder.path}: ${what}; name another folder with --run, or take back the change`,
    );
  };
  for (const key of ["metric", "direction"] as const) {
    if (old[key] !== now[key]) differ(`its ${key} was ${old[key]} and is ${now[key]} in the file`);
  }
  for (let index = 0; index < Math.max(old.cells.length, now.cells.length); index++) {
    const [before, after] = [old.cells[index], now.cells[index]];
    if (before === undefined) {
      differ(`it has no cell ${index} ${JSON.stringify(after.settings)}, as the file has`);
    }
    if (after === undefined) {
      differ(`the file has no cell ${index} ${JSON.stringify(before.settings)} any more`);
    }
    const same =
      canonicalJson([before.settings, before.config]) === canonicalJson([after.settings, after.config]);
    if (!same) {
      const settings = [before, after].map((cell) => JSON.stringify(cell.settings));
      differ(
        settings[0] === settings[1]
          ? `cell ${index} ${settings[0]} has another base in the file`
          : `cell ${index} was ${settings[0]} and is ${settings[1]} in the file`,
      );
    }
  }
  return folder;
}

/** Where a cell's files are. */
export function cellPaths({ path }: RunFolder, { name }: Pick<Cell, "name">): CellPaths {
  return {
    config: join(path, "cells", `${name}.json`),
    run: join(path, name),
    log: join(path, "logs", `${name}.log`),
  };
}

/**
 * The arguments of `train` for a cell.
 *
 * @param folder the sweep's
 * @param cell which one
 * @param options `threads` to compute on, and whether to `resume` the run that is there
 * @returns words of the command line
 */
export function trainArguments(
  folder: RunFolder,
  cell: Pick<Cell, "name">,
  { threads, resume }: { readonly threads: number; readonly resume: boolean },
): string[] {
  const { config, run } = cellPaths(folder, cell);
  return [...(resume ? ["--resume"] : ["--config", config]), "--run", run, "--threads", String(threads)];
}

/**
 * Takes a sweep for this process, as the one that starts its cells here, and removes what a killed one left.
 *
 * @param folder the sweep's
 * @returns dispose of it to let go
 * @throws {Error} if another process has it, or the folder cannot be written
 */
export async function lockSweep(folder: RunFolder): Promise<Disposable> {
  try {
    using stack = new DisposableStack();
    const lock = await takeLock(folder);
    if (lock !== undefined) {
      stack.use(lock);
      // What is in the cells' folders belongs to those who train them, perhaps on another machine.
      await removeLeftovers(folder.path, { recursive: false });
      return stack.move();
    }
  } catch (error) {
    throw new Error(`Cannot lock sweep ${folder.path}: ${systemReason(error)}`);
  }
  throw new Error(
    `Cannot work on sweep ${folder.path}: another process trains or evaluates its cells; wait for it or stop it`,
  );
}

function withEngine(sweep: Sweep, backend: EngineName): Sweep {
  const settled = (cell: Cell): Cell =>
    cell.config.backend === "auto" ? { ...cell, config: { ...cell.config, backend } } : cell;
  return { ...sweep, cells: sweep.cells.map(settled) };
}
