/**
 * From a sweep's file to its folder.
 *
 * @module
 */

import { basename, extname, join } from "node:path";
import type { Dataset } from "../../../lib/data/dataset.ts";
import { checkEngine, type EngineName, selectEngine } from "../../../lib/engine/engine.ts";
import type { Objective } from "../../../lib/model/record.ts";
import type { Config } from "../../../lib/run/config.ts";
import { resolveConfig, type ResolvedConfig } from "../../../lib/run/resolve.ts";
import { readSweep, type Sweep } from "../../../lib/run/sweep.ts";
import {
  checkSame,
  checkSweepPath,
  createSweep,
  hasSweep,
  openSweep,
  type SweepEngine,
  type SweepFolder,
} from "../../../lib/run/sweep_directory.ts";
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
  throw new UsageError(
    `Cannot open sweep ${path}: it has not been begun; begin it with deno task sweep run ${given.file}`,
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
  const sweep = await readSweep(given.file);
  const path = sweepPath(given);
  if (await hasSweep(path)) return checkSame(await openSweep(path), sweep);
  await checkSweepPath(path);
  const engine = await selectSweepEngine(sweep);
  await resolveCells(sweep, { file: given.file, engine, datasets: datasetLoader(options) });
  return await createSweep(path, sweep, engine);
}

/** Loads the data set of a configuration, each one once. */
export type DatasetLoader = (config: Config) => Promise<Dataset>;

/** A loader that keeps what it has loaded. */
export function datasetLoader(options: DataOptions): DatasetLoader {
  const loaded = new Map<string, Promise<Dataset>>();
  return (config) => {
    const { dataset, validation, likelihood: { kind } } = config;
    const key = JSON.stringify([dataset, validation, kind]);
    const known = loaded.get(key) ?? readDataset(config, options);
    loaded.set(key, known);
    return known;
  };
}

/**
 * Brings every cell to what its run will have in config.json.
 *
 * @param sweep the cells
 * @param found the sweep's `file`, for errors, what `auto` means, and the data
 * @returns the configurations, in the cells' order
 * @throws {UsageError} naming the first cell that does not fit its data or its engine
 */
export async function resolveCells(
  { cells }: Sweep,
  { file, engine, datasets }: {
    readonly file: string;
    readonly engine: SweepEngine;
    readonly datasets: DatasetLoader;
  },
): Promise<readonly ResolvedConfig[]> {
  const resolved: ResolvedConfig[] = [];
  for (const { index, settings, config } of cells) {
    try {
      const { shape } = await datasets(config);
      const backend = config.backend === "auto" ? engine.backend : config.backend;
      resolved.push(resolveConfig(config, { input: shape, backend }));
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      throw new UsageError(
        `Cannot use sweep ${file}, cell ${index} ${JSON.stringify(settings)}: ${error.message}`,
      );
    }
  }
  return resolved;
}

/**
 * Chooses what `auto` means in a sweep: one engine, so that cells compare, and one that trains them all.
 *
 * @param sweep the cells
 * @returns the engine; that of the first cell where none asks for `auto`
 */
export async function selectSweepEngine({ cells }: Sweep): Promise<SweepEngine> {
  const automatic = cells.map(({ config }) => config).filter(({ backend }) => backend === "auto");
  if (automatic.length === 0) return { backend: cells[0].config.backend as EngineName, reason: "forced" };
  const objectives = [...new Map(automatic.map(({ objective }) => [objective.kind, objective])).values()];
  const selections = await Promise.all(objectives.map((objective) => selectEngine("auto", objective)));
  // The choice for one objective may not train the others; the choice for the most demanding one does.
  const { name, reason } = selections.find(({ name }) => objectives.every((o) => canTrain(name, o))) ??
    selections[0];
  return { backend: name, reason };
}

function canTrain(name: EngineName, objective: Objective): boolean {
  try {
    checkEngine(name, objective);
    return true;
  } catch {
    return false;
  }
}
