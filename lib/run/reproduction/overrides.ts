/**
 * Studies that are cut down, or whose data are missing.
 *
 * @module
 */

import { canonicalJson, type JsonValue } from "../json.ts";
import type { Grid } from "../sweep/file.ts";
import type { WholeSweepFile } from "../sweep/sweep.ts";
import { UsageError } from "../usage_error.ts";

/** What is to be otherwise than a study's file says; what is absent stays. */
export interface Overrides {
  /** Passes over the training set. */
  readonly epochs?: number;
  /** Training examples, the first ones. */
  readonly examples?: number;
  /** Test examples, the first ones. */
  readonly testExamples?: number;
  /** Examples of a training step. */
  readonly batchSize?: number;
  /** How many of the seeds, the first ones. */
  readonly seeds?: number;
  /** The values that are left of those of a key; a grid of others goes. */
  readonly values?: Readonly<Record<string, readonly JsonValue[]>>;
  /** Data sets that cannot be had: {@linkcode STAND_IN} takes their place, and outliers from them go. */
  readonly missing?: readonly string[];
}

/** The data set that needs no network. */
const STAND_IN = "glyphs";

/**
 * Lays overrides over a study's file.
 *
 * @param file the study's
 * @param overrides what is to be otherwise
 * @param name the file, for errors
 * @returns the file, values that have become equal once only
 * @throws {UsageError} if there are fewer seeds than are wanted
 *
 * @example
 * ```ts
 * import { parseSweepFile } from "../sweep/file.ts";
 * import { withOverrides } from "./overrides.ts";
 * import assert from "node:assert/strict";
 *
 * const file = { ...parseSweepFile({ grid: { dataset: ["mnist", "glyphs"], seed: [0, 1] } }, "fc.json"), base: {} };
 * const { base, grids } = withOverrides(file, { epochs: 2, seeds: 1, missing: ["mnist"] }, "fc.json");
 * assert.deepEqual([base, grids], [{ epochs: 2 }, [{ dataset: ["glyphs"], seed: [0] }]]);
 * ```
 */
export function withOverrides(
  file: WholeSweepFile,
  { seeds, values = {}, missing = [], ...base }: Overrides,
  name: string,
): WholeSweepFile {
  const standIn = (value: JsonValue): JsonValue => missing.includes(String(value)) ? STAND_IN : value;
  const list = (key: string, all: readonly JsonValue[]): readonly JsonValue[] => {
    if (key === "seed" && seeds !== undefined) {
      if (seeds <= all.length) return all.slice(0, seeds);
      throw new UsageError(`Cannot use study ${name}: seeds must be at most ${all.length}, got ${seeds}`);
    }
    if (key === "dataset") return unique(all.map(standIn));
    if (key === "outliers.dataset") return all.filter((value) => !missing.includes(String(value)));
    const wanted = values[key];
    return wanted === undefined ? all : all.filter((value) => isAmong(value, wanted));
  };
  const grids = file.grids.map((grid): Grid =>
    Object.fromEntries(Object.entries(grid).map(([key, all]) => [key, list(key, all)]))
  );
  const { dataset } = file.base;
  return {
    ...file,
    base: {
      ...file.base,
      ...(typeof dataset === "string" && { dataset: standIn(dataset) }),
      ...Object.fromEntries(Object.entries(base).filter(([, value]) => value !== undefined)),
    },
    grids: grids.filter((grid) => Object.values(grid).every(({ length }) => length > 0)),
  };
}

/**
 * Says what overrides have made of a study.
 *
 * @param file the study's
 * @param overrides what is otherwise
 * @param study its name
 * @returns sentences for people, none where nothing is
 */
export function overrideNotes(
  file: WholeSweepFile,
  { epochs, examples, testExamples, batchSize, seeds, values = {}, missing = [] }: Overrides,
  study: string,
): readonly string[] {
  const used = (key: string): readonly JsonValue[] => unique(file.grids.flatMap((grid) => grid[key] ?? []));
  const lost = (names: readonly unknown[]): string[] => missing.filter((name) => names.includes(name));
  const usual = used("seed").length;
  const cuts = [
    epochs !== undefined && epochs !== file.base.epochs &&
    `${count(epochs, "epoch")}, not ${file.base.epochs}`,
    examples !== undefined && `the first ${count(examples, "training example")}`,
    testExamples !== undefined && `the first ${count(testExamples, "test example")}`,
    batchSize !== undefined && `batches of ${batchSize}`,
    seeds !== undefined && seeds !== usual && `${count(seeds, "seed")}, not ${usual}`,
    ...Object.entries(values).map(([key, left]) =>
      `of ${key} ${used(key).filter((value) => isAmong(value, left)).join(", ")} alone`
    ),
  ].filter((cut) => cut !== false);
  return [
    ...(cuts.length === 0 ? [] : [`Cut down in ${study}: ${cuts.join("; ")}.`]),
    ...lost([file.base.dataset, ...used("dataset")]).map((name) =>
      `${name} could not be had: ${STAND_IN}, which this program draws, stands in for it.`
    ),
    ...lost(used("outliers.dataset")).map((name) =>
      `${name} could not be had: outliers from it are left out.`
    ),
  ];
}

function count(n: number, what: string): string {
  return `${n.toLocaleString("en-US")} ${what}${n === 1 ? "" : "s"}`;
}

function unique(values: readonly JsonValue[]): readonly JsonValue[] {
  return values.filter((value, i) => !isAmong(value, values.slice(0, i)));
}

function isAmong(value: JsonValue, others: readonly JsonValue[]): boolean {
  return others.some((other) => canonicalJson(other) === canonicalJson(value));
}
