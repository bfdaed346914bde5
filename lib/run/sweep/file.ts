/**
 * The file that describes a sweep.
 *
 * @module
 */

import * as v from "valibot";
import { didYouMean } from "../../names/nearest.ts";
import { isObject, type JsonObject, type JsonValue } from "../json.ts";
import { show } from "../schema_messages.ts";
import { UsageError } from "../usage_error.ts";

/** Lists of values, by dotted key of the configuration: every combination is a cell. */
export type Grid = Readonly<Record<string, readonly JsonValue[]>>;

/** Numbers from `min` to `max`, evenly spread, or their logarithms with `log`; whole ones with `integer`. */
export interface Range {
  /** The smallest. */
  readonly min: number;
  /** The largest. */
  readonly max: number;
  /** Whether equal ratios are equally likely; `min` must be > 0 then. */
  readonly log?: boolean;
  /** Whether only integers are drawn; both ends must be integers then. */
  readonly integer?: boolean;
}

/** Cells drawn at random. */
export interface RandomSearch {
  /** How many. */
  readonly trials: number;
  /** By dotted key: a list to choose from, or a range. */
  readonly space: Readonly<Record<string, readonly JsonValue[] | Range>>;
  /** Decides the draws; not the seed that a cell trains with. */
  readonly seed: number;
}

const MEANS = ["loss", "reconstruction", "kl"] as const;
/** Every {@linkcode SweepMetric}. */
export const METRICS = (["validation", "train", "test"] as const).flatMap((set) =>
  MEANS.map((mean) => `${set}.${mean}` as const)
);

/** What cells are compared by: a mean of a line of metrics.jsonl. */
export type SweepMetric = (typeof METRICS)[number];

/** A sweep as its user writes it, checked but for the values, which configurations are made of first. */
export interface SweepFile {
  /** What all cells have in common, or the path of a JSON file with it. */
  readonly base: JsonObject | string;
  /** Every combination of each, one after the other. */
  readonly grids: readonly Grid[];
  /** Cells after those of the grids. */
  readonly random?: RandomSearch;
  /** What cells are compared by. */
  readonly metric: SweepMetric;
  /** Whether the least or the greatest value is best. */
  readonly direction: "min" | "max";
}

/** A sentence's end about a value; `{key}` stands for its place. */
const must = (rule: string) => (issue: v.BaseIssue<unknown>): string =>
  `{key} must ${rule}, got ${show(issue.input)}`;

const custom = <T>(rule: string, holds: (x: unknown) => boolean) => v.custom<T>(holds, must(rule));

/** An object without other keys. */
const keys = <const Entries extends v.ObjectEntries>(entries: Entries, rule: string) => {
  const valid = Object.keys(entries);
  return v.pipe(
    custom<Record<string, unknown>>(rule, isObject),
    v.strictObject(
      entries,
      ({ input, expected }) =>
        expected === "never"
          ? `unknown key {key}; valid here: ${valid.join(", ")}${didYouMean(String(input), valid)}`
          : "{key} is missing",
    ),
  );
};

const isFilled = (x: unknown): boolean => isObject(x) && Object.keys(x).length > 0;
const isList = (x: unknown): boolean => Array.isArray(x) && x.length > 0;

const list = custom<readonly JsonValue[]>("be a list of one or more values", isList);

const byKey = <const T extends v.GenericSchema>(values: T) =>
  v.pipe(
    custom<Record<string, unknown>>(
      'be an object with one or more keys, as in {"latent.df": [3, 5]}',
      isFilled,
    ),
    v.record(v.string(), values),
  );

const grid = byKey(list);

const finite = custom<number>("be finite", Number.isFinite);
const switchOn = v.optional(v.boolean(must("be true or false")));
const range = v.pipe(
  keys(
    { min: finite, max: finite, log: switchOn, integer: switchOn },
    'be a list, or as {"min": 2, "max": 30}',
  ),
  v.check(({ min, max }) => min < max, must("have a min below its max")),
  v.check(({ min, log }) => !log || min > 0, must("have a min > 0, for it is logarithmic")),
  v.check(
    ({ min, max, integer }) => !integer || (Number.isSafeInteger(min) && Number.isSafeInteger(max)),
    must("have integers as its ends"),
  ),
);

const seed = custom<number>(
  "be an integer from 0 to 2^53 - 1",
  (x) => Number.isSafeInteger(x) && (x as number) >= 0,
);

const SCHEMA = keys({
  base: v.optional(
    v.custom<JsonObject | string>(
      (x) => typeof x === "string" || isObject(x),
      must("be an object or a file's path"),
    ),
    {},
  ),
  grid: v.optional(grid),
  cells: v.optional(v.pipe(
    custom<readonly unknown[]>("be a list of one or more grids", isList),
    v.array(grid),
  )),
  random: v.optional(keys({
    trials: custom<number>("be a positive integer", (x) => Number.isSafeInteger(x) && (x as number) > 0),
    space: byKey(v.lazy((x) => Array.isArray(x) ? list : range)),
    seed: v.optional(seed, 0),
  }, 'be an object, as in {"trials": 20, "space": {"latent.df": {"min": 2, "max": 30}}}')),
  metric: v.optional(
    v.picklist(
      METRICS,
      ({ input }) =>
        `unknown metric ${show(input)}; valid: ${METRICS.join(", ")}${didYouMean(input, METRICS)}`,
    ),
    "validation.loss",
  ),
  direction: v.optional(v.picklist(["min", "max"], must("be min or max")), "min"),
}, "be a JSON object");

/** Keys that no cell decides: they change no result, or are no choice. */
const FIXED_KEYS: Readonly<Record<string, string>> = {
  threads: "it changes no result, and is given when the sweep is run",
  schemaVersion: "it is the version of the configuration's form",
};

/**
 * Checks what a sweep's file holds.
 *
 * @param input parsed JSON
 * @param name the file, for errors
 * @returns the file with its defaults; its configurations are not checked
 * @throws {UsageError} naming the file, the key, the rule and the value
 *
 * @example
 * ```ts
 * import { parseSweepFile } from "./file.ts";
 * import assert from "node:assert/strict";
 *
 * const { grids, metric } = parseSweepFile({ grid: { "latent.df": [3, 5], seed: [0, 1] } }, "df.json");
 * assert.deepEqual([grids.length, metric], [1, "validation.loss"]);
 * ```
 */
export function parseSweepFile(input: unknown, name: string): SweepFile {
  const refuse = (defect: string): never => {
    throw new UsageError(`Cannot use sweep ${name}: ${defect}`);
  };
  const result = v.safeParse(SCHEMA, input, { abortEarly: true });
  if (!result.success) {
    const [issue] = result.issues;
    return refuse(issue.message.replace("{key}", () => v.getDotPath(issue) ?? "it"));
  }
  const { grid, cells, random, ...file } = result.output;
  if (grid !== undefined && cells !== undefined) {
    refuse("it must have grid or cells, not both; put grid into cells");
  }
  const grids = cells ?? (grid === undefined ? [] : [grid]);
  const spaces = [...grids, random?.space ?? {}];
  if (spaces.every((space) => Object.keys(space).length === 0)) {
    refuse('it must have grid, cells or random, as in {"grid": {"latent.df": [3, 5], "seed": [0, 1, 2]}}');
  }
  for (const key of spaces.flatMap(Object.keys)) {
    if (Object.hasOwn(FIXED_KEYS, key)) refuse(`${key} cannot vary, for ${FIXED_KEYS[key]}; leave it out`);
  }
  return { ...file, grids, ...(random !== undefined && { random }) };
}
