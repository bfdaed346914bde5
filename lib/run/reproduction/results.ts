/**
 * What a study has come to, small enough to be kept.
 *
 * @module
 */

import type { Model } from "../../model/record.ts";
import { canonicalJson, isObject, type JsonObject, type JsonValue } from "../json.ts";
import type { MetricsLine } from "../metrics.ts";
import { openRun } from "../directory.ts";
import { type Provenance, readProvenance } from "../provenance.ts";
import { modelOf } from "../resolve.ts";
import { cellPaths, type SweepFolder } from "../sweep/directory.ts";
import { type EvaluatedCell, readEvaluatedCell, type WantedEvaluation } from "../sweep/evaluations.ts";
import { reportCell } from "../sweep/report.ts";
import { readCurve, settingsOf } from "../sweep/summary.ts";
import type { Cell } from "../sweep/sweep.ts";
import { STUDIES, type StudyName } from "./studies.ts";

/** Means after each epoch, `[epochs]` each. */
export interface ResultCurve {
  /** From 1, ascending. */
  readonly epoch: readonly number[];
  /** What training minimises, over the training set. */
  readonly trainLoss: readonly number[];
  /** The same over the test set. */
  readonly testLoss: readonly number[];
  /** −log p(x|z) over the test set. */
  readonly testReconstruction: readonly number[];
  /** KL(q(z|x) ‖ p(z)) over the test set. */
  readonly testKl: readonly number[];
  /** As `testLoss`, batch norm taking each batch's own statistics; absent where there is none. */
  readonly testLossOnBatchStatistics?: readonly number[];
  /** Learned degrees of freedom, the mean over latent dimensions; absent where none are. */
  readonly df?: readonly number[];
}

/** A cell that is done. */
export interface CellResult {
  /** What the study varies, in short forms. */
  readonly settings: Readonly<Record<string, JsonValue>>;
  /** How long its epochs took. */
  readonly seconds: number;
  /** Its course. */
  readonly curve: ResultCurve;
  /** What was measured after the last epoch, by name; empty where nothing was. */
  readonly metrics: Readonly<Record<string, number | readonly number[]>>;
}

/** A mosaic of new examples. */
export interface ImageResult {
  /** Relative to the folder of results: `images/<name>.png`. */
  readonly file: string;
  /** The settings of the cell. */
  readonly settings: Readonly<Record<string, JsonValue>>;
}

/** What a study has come to. */
export interface StudyResults {
  /** Which one. */
  readonly study: StudyName;
  /** What makes it, as typed. */
  readonly command: string;
  /** What is to be known before the numbers are read, a sentence each. */
  readonly notes: readonly string[];
  /** What was varied, in order. */
  readonly keys: readonly string[];
  /** Cells, done or not. */
  readonly total: number;
  /** What the cells' configurations have in common. */
  readonly config: JsonObject;
  /** The network of the first cell that is done, where it is to be drawn. */
  readonly model?: Model;
  /** With what and on what it was made; several values of several cells have commas between. */
  readonly provenance: Readonly<Record<string, string>>;
  /** What each metric is of and means, by name, in the words of the first cell that has it. */
  readonly metrics: Readonly<Record<string, { readonly unit: string; readonly definition: string }>>;
  /** Those that are done, in order. */
  readonly cells: readonly CellResult[];
  /** Where there are any. */
  readonly images: readonly ImageResult[];
}

/** What is known of a study beside its folder. */
export type AboutStudy = Pick<StudyResults, "study" | "command" | "notes">;

/** More digits than seeds agree on. */
const DIGITS = 6;

/**
 * Reads what a study has come to; of cells that are done, so that there are results before all are.
 *
 * @param folder the study's sweep
 * @param about the study
 * @param wanted the evaluation whose metrics are taken, those of new examples of its first source of latents among them
 * @returns results without images, numbers of six digits; no machine is named in them, and no folder
 * @throws {SyntaxError} if a cell's files are corrupt
 */
export async function collectResults(
  folder: SweepFolder,
  about: AboutStudy,
  wanted: WantedEvaluation,
): Promise<StudyResults> {
  const { keys, cells } = folder.sweep;
  const done = await doneCells(folder);
  const evaluated = await Promise.all(done.map((cell) => readEvaluatedCell(folder, cell, wanted)));
  const runs = done.map((cell) => ({ path: cellPaths(folder, cell).run }));
  const isDrawn = STUDIES[about.study].network && runs.length > 0;
  return {
    ...about,
    keys,
    total: cells.length,
    config: commonConfig(cells),
    ...(isDrawn && { model: modelOf((await openRun(runs[0].path)).config) }),
    provenance: commonProvenance(await Promise.all(runs.map(readProvenance))),
    metrics: Object.fromEntries(
      [...Map.groupBy(evaluated.flatMap(measured), ([name]) => name)].map((
        [name, [[, { unit, definition }]]],
      ) => [name, { unit, definition }]),
    ),
    cells: await Promise.all(done.map(async (cell, i): Promise<CellResult> => {
      const lines = await readCurve(folder, cell);
      return {
        settings: settingsOf(cell, keys),
        seconds: rounded(lines.reduce((sum, { seconds }) => sum + seconds, 0)),
        curve: curveOf(lines),
        metrics: Object.fromEntries(
          measured(evaluated[i]).map(([name, { value }]) => [
            name,
            typeof value === "number" ? rounded(value) : value.map(rounded),
          ]),
        ),
      };
    })),
    images: [],
  };
}

/** The cells of a study that are done, in order. */
export async function doneCells(folder: SweepFolder): Promise<readonly Cell[]> {
  const reports = await Promise.all(folder.sweep.cells.map((cell) => reportCell(folder, cell)));
  return reports.filter(({ state }) => state === "done").map(({ cell }) => cell);
}

/** Of the model first, then of new examples. */
function measured(cell: EvaluatedCell | undefined): [string, EvaluatedCell["record"]["metrics"][string]][] {
  if (cell === undefined) return [];
  const { metrics, generation = [] } = cell.record;
  return [...Object.entries(metrics), ...Object.entries(generation[0]?.metrics ?? {})];
}

function curveOf(lines: readonly MetricsLine[]): ResultCurve {
  const tested = lines.flatMap(({ test, ...line }) => test === undefined ? [] : [{ ...line, test }]);
  const column = (value: (line: (typeof tested)[number]) => number) =>
    tested.map((line) => rounded(value(line)));
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    epoch: tested.map(({ epoch }) => epoch),
    trainLoss: column(({ train }) => train.loss),
    testLoss: column(({ test }) => test.loss),
    testReconstruction: column(({ test }) => test.reconstruction),
    testKl: column(({ test }) => test.kl),
    ...(tested.some(({ testOnBatchStatistics }) => testOnBatchStatistics !== undefined) && {
      testLossOnBatchStatistics: column(({ test, testOnBatchStatistics = test }) =>
        testOnBatchStatistics.loss
      ),
    }),
    ...(tested.some(({ df }) => df !== undefined) && { df: column(({ df }) => mean(df ?? [])) }),
  };
}

function rounded(value: number): number {
  return Number(value.toPrecision(DIGITS));
}

/** Threads change no result, and the version is of another file. */
function commonConfig(cells: readonly Cell[]): JsonObject {
  const [first, ...others] = cells.map(({ config: { threads: _, schemaVersion: __, ...config } }) => config);
  return others.reduce<JsonObject>(common, { ...first });
}

/** The keys that two objects have with equal values. */
function common(a: JsonObject, b: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(a).flatMap(([key, value]): [string, unknown][] => {
      const other = b[key];
      if (canonicalJson(value) === canonicalJson(other)) return [[key, value]];
      if (!isObject(value) || !isObject(other)) return [];
      const part = common(value, other);
      return Object.keys(part).length === 0 ? [] : [[key, part]];
    }),
  );
}

function commonProvenance(all: readonly Provenance[]): Readonly<Record<string, string>> {
  const each = (value: (provenance: Provenance) => string | undefined): string =>
    [...new Set(all.map(value))].filter((text) => text !== undefined).join(", ");
  const entries = [
    ["revision", each(({ revision }) => revision)],
    ["engine", each(({ engine }) => engine)],
    ["device", each(({ device }) => device)],
    ["threads", each(({ threads }) => String(threads))],
    ["deno", each(({ deno }) => deno)],
  ];
  return Object.fromEntries(entries.filter(([, value]) => value !== ""));
}
