/**
 * Sweeps: many configurations that differ in a few keys.
 *
 * @module
 */

import { basename, dirname, join } from "node:path";
import { sha256 } from "../../data/hash.ts";
import { type Config, parseConfig, readConfigFile } from "../config.ts";
import { assignKey } from "../flags.ts";
import { canonicalJson, type JsonObject } from "../json.ts";
import { parseSweepFile, type SweepFile, type SweepMetric } from "./file.ts";
import { gridSettings, gridSize, randomSettings, type Settings } from "./grid.ts";
import { UsageError } from "../usage_error.ts";

/** One configuration of a sweep, and the folder that its run has in the sweep's. */
export interface Cell {
  /** From 0, in the order of the file: the same configuration for ever. */
  readonly index: number;
  /** `<index, four digits at least>-<first 8 hex digits of the hash>`: the folder's name. */
  readonly name: string;
  /** What the sweep varies, by dotted key, as written in the file, short forms kept. */
  readonly settings: Settings;
  /** Checked, in the long form. */
  readonly config: Config;
}

/** A sweep, checked. */
export interface Sweep {
  /** What cells are compared by. */
  readonly metric: SweepMetric;
  /** Whether the least or the greatest value is best. */
  readonly direction: "min" | "max";
  /** Every key that is varied, in the file's order. */
  readonly keys: readonly string[];
  /** In order of their index. */
  readonly cells: readonly Cell[];
}

/** Training examples held out where a sweep does not say how many: cells must be compared on something. */
const VALIDATION = 5000;

/** More cells than this are a slip of the pen: their folders alone would take minutes to make. */
const MAX_CELLS = 10_000;

/**
 * Reads a sweep.
 *
 * @param path the sweep's file
 * @returns the sweep, every cell checked
 * @throws {UsageError} as {@linkcode readSweepFile} and {@linkcode expandSweep}
 */
export async function readSweep(path: string): Promise<Sweep> {
  return await expandSweep(await readSweepFile(path), path);
}

/** A sweep's file with its base read. */
export type WholeSweepFile = Omit<SweepFile, "base"> & { readonly base: JsonObject };

/**
 * Reads a sweep's file and the file of its base, if that is named, relative to it.
 *
 * @param path the sweep's file
 * @returns the file; its configurations are not checked
 * @throws {UsageError} as `parseSweepFile()`; or if there is no such file, or it is not valid JSON
 */
export async function readSweepFile(path: string): Promise<WholeSweepFile> {
  const file = parseSweepFile(await readConfigFile(path, "sweep"), path);
  const { base } = file;
  return { ...file, base: typeof base === "string" ? await readConfigFile(join(dirname(path), base)) : base };
}

/**
 * Makes the cells of a sweep: those of its grids in order, the last key changing fastest, then the random ones.
 *
 * 5000 training examples are held out where the file does not say otherwise.
 *
 * @param file the file, its base read
 * @param name the file, for errors
 * @returns the sweep, every cell checked
 * @throws {UsageError} naming the file and the first cell that is no valid configuration, is without the examples that
 *   the metric is of, or is the same as another one
 *
 * @example
 * ```ts
 * import { expandSweep } from "./sweep.ts";
 * import { parseSweepFile } from "./file.ts";
 * import assert from "node:assert/strict";
 *
 * const file = parseSweepFile({ grid: { "latent.df": [3, 5], seed: [0, 1] } }, "df.json");
 * const { cells } = await expandSweep({ ...file, base: { epochs: 2 } }, "df.json");
 * assert.deepEqual(cells.map(({ settings }) => Object.values(settings)), [[3, 0], [3, 1], [5, 0], [5, 1]]);
 * assert.match(cells[0].name, /^0000-[0-9a-f]{8}$/);
 * ```
 */
export async function expandSweep(
  { base, grids, random, metric, direction }: WholeSweepFile,
  name: string,
): Promise<Sweep> {
  const count = grids.reduce((sum, grid) => sum + gridSize(grid), random?.trials ?? 0);
  if (count > MAX_CELLS) {
    throw new UsageError(
      `Cannot use sweep ${name}: it must have at most ${MAX_CELLS} cells, got ${count}; split it into several`,
    );
  }
  const settings = [...grids.flatMap(gridSettings), ...(random === undefined ? [] : randomSettings(random))];
  const seen = new Map<string, number>();
  const cells: Cell[] = [];
  for (const [index, given] of settings.entries()) {
    const refuse = (defect: string): never => {
      throw new UsageError(`Cannot use sweep ${name}, cell ${index} ${JSON.stringify(given)}: ${defect}`);
    };
    const config = configOf({ validation: VALIDATION, ...base }, { given, refuse });
    if (metric.startsWith("validation.") && config.validation === 0) {
      refuse(
        `validation must be > 0 for the metric ${metric}, got 0; hold examples out, or name another metric`,
      );
    }
    const hash = await hashOf(config);
    const twin = seen.get(hash);
    if (twin !== undefined) {
      refuse(`it is the same as cell ${twin} ${JSON.stringify(settings[twin])}; leave one of them out`);
    }
    seen.set(hash, index);
    cells.push({
      index,
      name: `${String(index).padStart(4, "0")}-${hash.slice(0, 8)}`,
      settings: given,
      config,
    });
  }
  return { metric, direction, keys: [...new Set(settings.flatMap(Object.keys))], cells };
}

function configOf(
  base: JsonObject,
  { given, refuse }: { readonly given: Settings; readonly refuse: (defect: string) => never },
): Config {
  try {
    return parseConfig(Object.entries(given).reduce<JsonObject>(assignKey, base));
  } catch (error) {
    if (error instanceof UsageError) return refuse(error.message.replace(/^Cannot use configuration: /, ""));
    throw error;
  }
}

/** The SHA-256 of a configuration without threads, and of a file of data without the folders it is in. */
async function hashOf({ threads: _, ...config }: Config): Promise<string> {
  const text = canonicalJson({ ...config, dataset: basename(config.dataset) });
  return await sha256(new TextEncoder().encode(text));
}
