/**
 * Results of studies as files: JSON with every list of numbers on a line of its own, and images beside it.
 *
 * @module
 */

import { join } from "node:path";
import * as v from "valibot";
import type { Model } from "../../model/record.ts";
import { writeAtomic } from "../atomic.ts";
import { parseConfig } from "../config.ts";
import { isObject, type JsonObject, type JsonValue } from "../json.ts";
import { advised, ifThere, missing, readRecord } from "../record_file.ts";
import type { ImageResult, StudyResults } from "./results.ts";
import { STUDY_NAMES, type StudyName } from "./studies.ts";

/** What to do about a file that is corrupt or missing. */
const ADVICE = "put a good copy back, or reproduce it again";

const NUMBERS = v.array(v.number());
const SETTINGS = v.record(v.string(), v.custom<JsonValue>(() => true));
const OBJECT = v.record(v.string(), v.unknown());

const CURVE = v.pipe(
  v.object({
    epoch: NUMBERS,
    trainLoss: NUMBERS,
    testLoss: NUMBERS,
    testReconstruction: NUMBERS,
    testKl: NUMBERS,
    testLossOnBatchStatistics: v.optional(NUMBERS),
    df: v.optional(NUMBERS),
  }),
  v.check(
    (curve) => Object.values(curve).every(({ length }) => length === curve.epoch.length),
    "columns of one length",
  ),
);

const RESULTS = v.object({
  schemaVersion: v.literal(1),
  study: v.picklist(STUDY_NAMES),
  command: v.string(),
  notes: v.array(v.string()),
  keys: v.array(v.string()),
  total: v.number(),
  config: OBJECT,
  model: v.optional(OBJECT),
  provenance: v.record(v.string(), v.string()),
  metrics: v.record(v.string(), v.object({ unit: v.string(), definition: v.string() })),
  cells: v.array(v.object({
    settings: SETTINGS,
    seconds: v.number(),
    curve: CURVE,
    metrics: v.record(v.string(), v.union([v.number(), NUMBERS])),
  })),
  // It becomes part of a path, and a name without slashes cannot lead out of the folder.
  images: v.array(v.object({
    file: v.pipe(v.string(), v.regex(/^images\/[\w.-]+\.png$/)),
    settings: SETTINGS,
  })),
});

/**
 * Stores a study's results in place of those before them.
 *
 * @param folder where results go: `<study>.json`, and `images/`
 * @param results what the study has come to
 * @param pngs the images, in the results' order
 */
export async function writeResults(
  folder: string,
  results: StudyResults,
  pngs: readonly Uint8Array[],
): Promise<void> {
  for (const [i, { file }] of results.images.entries()) await writeAtomic(join(folder, file), pngs[i]);
  // Last, so that the images that it names are there.
  const text = `${rowsJson({ schemaVersion: 1, ...results })}\n`;
  await writeAtomic(join(folder, `${results.study}.json`), text);
}

/**
 * Reads the results of all studies that are in a folder.
 *
 * @param folder where {@linkcode writeResults} has put them
 * @returns in the order of `STUDIES`; empty where there are none
 * @throws {SyntaxError} if a file is corrupt, naming it
 */
export async function readResults(folder: string): Promise<readonly StudyResults[]> {
  const all: StudyResults[] = [];
  for (const name of STUDY_NAMES) {
    const results = await advised(ADVICE, () => readStudy(folder, name));
    if (results !== undefined) all.push(results);
  }
  return all;
}

/**
 * Reads an image of a study's results.
 *
 * @param folder where {@linkcode writeResults} has put it
 * @param image which one
 * @returns PNG
 * @throws {SyntaxError} if there is no such file
 */
export async function readResultImage(folder: string, { file }: ImageResult): Promise<Uint8Array> {
  const path = join(folder, file);
  return await advised(ADVICE, async () => await ifThere(Deno.readFile(path)) ?? missing(path));
}

async function readStudy(folder: string, name: StudyName): Promise<StudyResults | undefined> {
  const file = join(folder, `${name}.json`);
  const record = await readRecord(file, RESULTS);
  if (record === undefined) return undefined;
  const { schemaVersion: _, model, ...results } = record;
  if (results.study !== name) {
    throw new SyntaxError(
      `Cannot read ${file}: study must be ${name}, as the file is named, got ${results.study}`,
    );
  }
  return { ...results, ...(model !== undefined && { model: parseModel(model, file) }) };
}

/** A model is written as it is in a configuration. */
function parseModel(json: JsonObject, file: string): Model {
  try {
    const { model, latent, likelihood } = parseConfig({ model: json });
    if ("encoder" in model && model.input !== undefined) {
      return { ...model, input: model.input, latent, likelihood };
    }
  } catch (error) {
    throw new SyntaxError(`Cannot read ${file}: ${(error as Error).message}`);
  }
  throw new SyntaxError(`Cannot read ${file}: model must have an input, an encoder and a decoder`);
}

/** JSON with a line for each value, and one for each list of numbers. */
function rowsJson(value: unknown, indent = ""): string {
  const inner = `${indent}  `;
  const block = (rows: readonly string[], [open, close]: string): string =>
    rows.length === 0
      ? `${open}${close}`
      : `${open}\n${rows.map((row) => inner + row).join(",\n")}\n${indent}${close}`;
  if (Array.isArray(value)) {
    if (value.every((item) => typeof item === "number")) return JSON.stringify(value);
    return block(value.map((item) => rowsJson(item, inner)), "[]");
  }
  if (!isObject(value)) return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return block(entries.map(([key, item]) => `${JSON.stringify(key)}: ${rowsJson(item, inner)}`), "{}");
}
