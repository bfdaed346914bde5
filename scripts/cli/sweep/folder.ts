/**
 * From a sweep's file to its folder.
 *
 * @module
 */

import { basename, extname, join } from "node:path";
import type { Dataset } from "../../../lib/data/dataset.ts";
import { type EngineName, isPlannable } from "../../../lib/engine/engine.ts";
import { selectEngine } from "../../../lib/engine/select.ts";
import type { Config } from "../../../lib/run/config.ts";
import {
  type DescribedConfig,
  engineOptions,
  resolveConfig,
  type ResolvedConfig,
} from "../../../lib/run/resolve.ts";
import { type Cell, readSweep, type Sweep } from "../../../lib/run/sweep/sweep.ts";
import {
  checkSame,
  checkSweepPath,
  createSweep,
  hasSweep,
  openSweep,
  type SweepEngine,
  type SweepFolder,
} from "../../../lib/run/sweep/directory.ts";
import { UsageError } from "../../../lib/run/usage_error.ts";
import { readDataset } from "../dataset.ts";
import type { SweepArguments } from "./subcommand.ts";

/** Where data come from. */
export interface DataOptions {
  /** The mirror that the user named. */
  readonly mirror?: string;
  /** Ends a transfer. */
  readonly signal?: AbortSignal;
}

/** The folder of a sweep: the one that was named, or `runs/<name of the file>`, which has no dots in front. */
export function sweepPath({ file, run }: SweepArguments): string {
  return run ?? join("runs", basename(file, extname(file)).replace(/^\.+/, "") || "sweep");
}

/**
 * Opens the folder of a sweep that has been begun.
 *
 * @param given the file and the folder
 * @returns the sweep as it is on disk
 * @throws {UsageError} if there is no folder, or it is of another sweep than the file
 */
export async function findSweep(given: SweepArguments): Promise<SweepFolder> {
  const sweep = await readSweep(given.file);
  const path = sweepPath(given);
  if (await hasSweep(path)) return checkSame(await openSweep(path), sweep);
  const words = [given.file, ...(given.run === undefined ? [] : ["--run", given.run])];
  throw new UsageError(
    `Cannot open sweep ${path}: it has not been begun; begin it with deno task sweep run ${words.join(" ")}`,
  );
}

/**
 * Opens the folder of a sweep, or makes it: then `auto` is settled, data are fetched, and every cell is checked against
 * them, so that no cell finds a mistake later.
 *
 * @param given the file and the folder
 * @param options where data come from
 * @returns the sweep as it is on disk
 * @throws {UsageError} if the file or a cell is wrong, or the folder is of something else
 */
export async function prepareSweep(given: SweepArguments, options: DataOptions = {}): Promise<SweepFolder> {
  const { file } = given;
  return await prepareFolder(await readSweep(file), { ...options, file, path: sweepPath(given) });
}

/** Where a sweep that has been read goes. */
export interface FolderOptions extends DataOptions {
  /** The sweep's file, for errors. */
  readonly file: string;
  /** The folder. */
  readonly path: string;
}

/** {@linkcode prepareSweep} of a sweep that has been read. */
export async function prepareFolder(
  sweep: Sweep,
  { file, path, ...options }: FolderOptions,
): Promise<SweepFolder> {
  if (await hasSweep(path)) return checkSame(await openSweep(path), sweep);
  await checkSweepPath(path);
  const sources = { file, datasets: datasetLoader(options) };
  const engine = await selectSweepEngine(sweep, sources);
  await resolveCells(sweep, { ...sources, engine });
  return await createSweep(path, sweep, engine);
}

/** Loads the data set of a configuration, each one once; its outliers may be of another seed. */
export type DatasetLoader = (config: Config) => Promise<Dataset>;

/** A loader that keeps what it has loaded. */
export function datasetLoader(options: DataOptions): DatasetLoader {
  const loaded = new Map<string, Promise<Dataset>>();
  return (config) => {
    const { dataset, examples, testExamples, validation, outliers, likelihood: { kind } } = config;
    // Outliers of another seed fit or fail to fit all the same, and would fill the memory.
    const key = JSON.stringify([dataset, [examples, testExamples, validation], kind, outliers]);
    const known = loaded.get(key) ?? readDataset(config, options);
    loaded.set(key, known);
    return known;
  };
}

/** What cells are checked against. */
export interface CellSources {
  /** The sweep's file, for errors. */
  readonly file: string;
  /** The data. */
  readonly datasets: DatasetLoader;
}

/**
 * Brings every cell to what its run will have in config.json.
 *
 * @param sweep the cells
 * @param found the sweep's file, the data, and what `auto` means
 * @returns the configurations, in the cells' order
 * @throws {UsageError} naming the first cell that does not fit its data or its engine
 */
export async function resolveCells(
  { cells }: Sweep,
  { engine, ...sources }: CellSources & { readonly engine: SweepEngine },
): Promise<readonly ResolvedConfig[]> {
  const resolved: ResolvedConfig[] = [];
  for (const cell of cells) {
    const { backend } = cell.config;
    resolved.push(
      await resolveCell(cell, { ...sources, backend: backend === "auto" ? engine.backend : backend }),
    );
  }
  return resolved;
}

async function resolveCell<Backend extends EngineName | "auto">(
  { index, settings, config }: Cell,
  { file, datasets, backend }: CellSources & { readonly backend: Backend },
): Promise<DescribedConfig<Backend>> {
  try {
    const { shape } = await datasets(config);
    return resolveConfig(config, { input: shape, backend });
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(
      `Cannot use sweep ${file}, cell ${index} ${JSON.stringify(settings)}: ${error.message}`,
    );
  }
}

/**
 * Chooses what `auto` means in a sweep: one engine, so that cells compare, and one that trains them all.
 *
 * @param sweep the cells
 * @param sources the sweep's file and the data
 * @returns the engine; that of the first cell where none asks for `auto`
 * @throws {UsageError} if the cell that it is chosen for does not fit its data
 */
export async function selectSweepEngine({ cells }: Sweep, sources: CellSources): Promise<SweepEngine> {
  const automatic = cells.filter(({ config: { backend } }) => backend === "auto");
  if (automatic.length === 0) return { backend: cells[0].config.backend as EngineName, reason: "forced" };
  // What trains the most demanding objective trains the others too.
  const chosen = automatic.find(({ config: { objective } }) => !isPlannable(objective)) ?? automatic[0];
  const described = await resolveCell(chosen, { ...sources, backend: "auto" });
  const { name, reason } = await selectEngine("auto", engineOptions(described));
  return { backend: name, reason };
}
