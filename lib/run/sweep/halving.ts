/**
 * Successive halving: training all cells of a sweep a little, the better ones more, and the best to the end.
 *
 * @module
 */

import { join } from "node:path";
import * as v from "valibot";
import { writeJson } from "../json.ts";
import { advised, readRecord } from "../record_file.ts";
import type { RunFolder } from "../status.ts";
import type { Sweep } from "./sweep.ts";
import { UsageError } from "../usage_error.ts";

/** One cell in so many goes on after a rung. */
const ETA = 3;

/** Rungs at which cells are given up. */
const DECISIONS = 2;

/** What was decided when all cells left had trained for some epochs. */
export interface Rung {
  /** How many. */
  readonly epochs: number;
  /** Names of the cells that train on, best first. */
  readonly kept: readonly string[];
  /** Names of the others, best first. */
  readonly stopped: readonly string[];
}

/** A cell at a rung. */
export interface Contender {
  /** Its place in the sweep. */
  readonly index: number;
  /** Its folder. */
  readonly name: string;
  /** The sweep's metric; none of a cell that failed. */
  readonly value?: number;
}

const HALVING = v.object({
  schemaVersion: v.literal(1),
  rungs: v.array(
    v.object({ epochs: v.number(), kept: v.array(v.string()), stopped: v.array(v.string()) }),
  ),
});

/**
 * The epochs after which cells are given up: a ninth and a third of all, rounded up.
 *
 * @param sweep whose
 * @returns in rising order; none where all is one epoch
 * @throws {UsageError} if cells are to train for different numbers of epochs
 *
 * Source: Jamieson and Talwalkar, Non-stochastic best arm identification and hyperparameter optimization (2016),
 * with eta = 3 as in Li et al., Hyperband (2018).
 */
export function rungEpochs({ cells }: Pick<Sweep, "cells">): readonly number[] {
  const [{ config: { epochs } }] = cells;
  const other = cells.find(({ config }) => config.epochs !== epochs);
  if (other !== undefined) {
    throw new UsageError(
      `Cannot halve: all cells must train for as many epochs as cell 0, ${epochs}, got ${other.config.epochs} ` +
        `for cell ${other.index}; leave epochs out of what varies, or --halving away`,
    );
  }
  const rungs = Array.from(
    { length: DECISIONS },
    (_, i) => Math.ceil(epochs / ETA ** (DECISIONS - i)),
  );
  return [...new Set(rungs)].filter((rung) => rung < epochs);
}

/**
 * Epochs that the cells at a rung will train for after it, if none fails or stops early.
 *
 * @param sweep whose
 * @param at the rung, and the cells that are at it
 * @returns the sum over cells
 */
export function epochsLeft(
  sweep: Pick<Sweep, "cells">,
  { rung, cells }: { readonly rung: number; readonly cells: readonly unknown[] },
): number {
  const ends = [...rungEpochs(sweep), sweep.cells[0].config.epochs].filter((end) => end > rung);
  const { sum } = ends.reduce(({ sum, begin, count }, end) => {
    const kept = Math.ceil(count / ETA);
    return { sum: sum + kept * (end - begin), begin: end, count: kept };
  }, { sum: 0, begin: rung, count: cells.length });
  return sum;
}

/**
 * Decides who trains on after a rung: the best third, rounded up. Equals go by index; a cell without a value does not
 * go on.
 *
 * @param contenders all that were to train up to this rung
 * @param options the rung's `epochs`, and the `direction` that is better
 * @returns the decision
 *
 * @example
 * ```ts
 * import { decideRung } from "./halving.ts";
 * import assert from "node:assert/strict";
 *
 * const contenders = [3, 1, 2, undefined].map((value, index) => ({ index, name: `c${index}`, value }));
 * const { kept, stopped } = decideRung(contenders, { epochs: 1, direction: "min" });
 * assert.deepEqual([kept, stopped], [["c1", "c2"], ["c0", "c3"]]);
 * ```
 */
export function decideRung(
  contenders: readonly Contender[],
  { epochs, direction }: { readonly epochs: number; readonly direction: Sweep["direction"] },
): Rung {
  const sign = direction === "min" ? 1 : -1;
  const cost = ({ value }: Contender) => value === undefined ? Infinity : sign * value;
  const ranked = contenders.toSorted((a, b) => {
    const [x, y] = [cost(a), cost(b)];
    return x < y ? -1 : x > y ? 1 : a.index - b.index;
  });
  const valid = ranked.filter(({ value }) => value !== undefined).length;
  const room = Math.min(Math.ceil(contenders.length / ETA), valid);
  const names = ranked.map(({ name }) => name);
  return { epochs, kept: names.slice(0, room), stopped: names.slice(room) };
}

/**
 * Reads what has been decided in a sweep's folder.
 *
 * @param folder the sweep's
 * @returns the rungs so far; undefined if the sweep is not halved
 * @throws {SyntaxError} if halving.json is corrupt
 */
export async function readHalving(folder: RunFolder): Promise<readonly Rung[] | undefined> {
  const record = await advised(
    "delete it to train every cell to its end",
    () => readRecord(pathOf(folder), HALVING),
  );
  return record?.rungs;
}

/** Stores what has been decided. */
export async function writeHalving(folder: RunFolder, rungs: readonly Rung[]): Promise<void> {
  await writeJson(pathOf(folder), { schemaVersion: 1, rungs });
}

function pathOf({ path }: RunFolder): string {
  return join(path, "halving.json");
}
