/**
 * What the cells of a sweep have come to.
 *
 * @module
 */

import { isObject, type JsonValue } from "../json.ts";
import { DF_WORDS } from "../flags.ts";
import { type MetricsLine, type MetricsMeans, readMetrics } from "../metrics.ts";
import type { Cell } from "./sweep.ts";
import { cellPaths, type SweepFolder } from "./directory.ts";
import { bestLine, type CellState, reportCell } from "./report.ts";

/** What one cell has come to. */
export interface SummaryRow {
  /** The cell's. */
  readonly index: number;
  /** The cell's, and of its run's folder. */
  readonly name: string;
  /** Every key that the sweep varies and the cell has, given or not, in short forms. */
  readonly settings: Readonly<Record<string, JsonValue>>;
  /** Where it stands. */
  readonly state: CellState;
  /** Epochs logged. */
  readonly epochsTrained: number;
  /** That of least validation loss, the last one without a validation set; absent before the first has ended. */
  readonly bestEpoch?: number;
  /** The sweep's metric, at the best epoch. */
  readonly value?: number;
  /** At the best epoch. */
  readonly train?: MetricsMeans;
  /** At the best epoch. */
  readonly validation?: MetricsMeans;
  /** At the best epoch; nothing was chosen by it. */
  readonly test?: MetricsMeans;
  /** Time the epochs took. */
  readonly seconds: number;
  /** Why it failed, in one line. */
  readonly error?: string;
}

/**
 * Reads what every cell of a sweep has come to, finished or not.
 *
 * @param folder the sweep's
 * @returns a row for each cell, in order; the same for the same runs, seconds apart
 */
export async function summarise(folder: SweepFolder): Promise<readonly SummaryRow[]> {
  const { keys, cells } = folder.sweep;
  return await Promise.all(cells.map(async (cell): Promise<SummaryRow> => {
    const { state, epoch, value, seconds, error } = await reportCell(folder, cell);
    const best = bestLine(await readCurve(folder, cell));
    return {
      index: cell.index,
      name: cell.name,
      settings: settingsOf(cell, keys),
      state,
      epochsTrained: epoch,
      ...(best !== undefined && { bestEpoch: best.epoch }),
      ...(value !== undefined && { value }),
      ...(best !== undefined && { train: best.train }),
      ...(best?.validation !== undefined && { validation: best.validation }),
      ...(best?.test !== undefined && { test: best.test }),
      seconds,
      ...(error !== undefined && { error }),
    };
  }));
}

/**
 * Reads a cell's metrics as far as they can be read.
 *
 * @param folder the sweep's
 * @param cell which one
 * @returns one record for each epoch; none where the log is missing or corrupt, which its report says
 */
export async function readCurve(
  folder: SweepFolder,
  cell: Pick<Cell, "name">,
): Promise<readonly MetricsLine[]> {
  return await readMetrics({ path: cellPaths(folder, cell).run }).catch((error) => {
    if (error instanceof SyntaxError) return [];
    throw error;
  });
}

/**
 * The keys that a sweep varies with a cell's values. Where cells of a union leave a key to its default, the default is
 * what the cell has.
 *
 * @param cell which one
 * @param keys dotted keys
 * @returns values by key, in this order; those that mean nothing to the cell are absent
 */
export function settingsOf(
  { settings, config }: Pick<Cell, "settings" | "config">,
  keys: readonly string[],
): Readonly<Record<string, JsonValue>> {
  const valueOf = (key: string): JsonValue | undefined =>
    Object.hasOwn(settings, key) ? settings[key] : short(
      key.split(".").reduce<unknown>((part, name) => isObject(part) ? part[name] : undefined, config),
    );
  return Object.fromEntries(keys.flatMap((key): [string, JsonValue][] => {
    const value = valueOf(key);
    return value === undefined ? [] : [[key, value]];
  }));
}

/** A value of a long configuration as one would write it: `{fixed: 5}` is 5, `{preset: "fc"}` is `fc`. */
function short(value: unknown): JsonValue | undefined {
  if (!isObject(value)) return value as JsonValue | undefined;
  const text = JSON.stringify(value);
  const word = Object.entries(DF_WORDS).find(([, long]) => JSON.stringify(long) === text)?.[0];
  const members = Object.values(value);
  return word ?? (members.length === 1 ? members[0] : value) as JsonValue;
}
