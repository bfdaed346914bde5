/**
 * The user's own data: one file of rows or images becomes a data set.
 *
 * @module
 */

import { basename } from "node:path";
import { parseCsv } from "./csv.ts";
import type { Dataset, NumberArray, Scaling, Split } from "./dataset.ts";
import { gunzip } from "./gzip.ts";
import { sha256 } from "./hash.ts";
import { parseIdx } from "./idx.ts";
import { parseNpy } from "./npy.ts";
import { takeRows, trainTestRows } from "./split.ts";

/** What the examples are modelled as; it decides how numbers are scaled. */
export interface UserDataOptions {
  /** "bernoulli" by default: numbers are brought to [0, 1]; the others leave them as they are. */
  readonly likelihood?: "bernoulli" | "gaussian" | "student-t";
}

const EXTENSION = /(\.idx|ubyte)(\.gz)?$|\.npy$|\.csv$/i;

/** Endings of files that {@linkcode readUserData} reads, for people. */
export const USER_DATA_ENDINGS = ".idx, .idx.gz, -ubyte, -ubyte.gz, .npy or .csv";

/** Whether a data set's name is a path to the user's own file: it ends like one that can be read. */
export function isUserDataPath(name: string): boolean {
  return EXTENSION.test(name);
}

/**
 * Reads one file of examples, rows first, and splits it: a fixed random tenth (at least 1 row) is the test set.
 *
 * Scaling: 8-bit values (IDX, or .npy of type u1) stand for value/255. Other numbers that all lie within [0, 1]
 * are used as they are. Otherwise, for a Bernoulli likelihood, each column is mapped to [0, 1] by its minimum and
 * maximum over the training rows, (x − min) / (max − min), recorded in `scaling`; a constant column becomes 0, and
 * test values are cut to [0, 1]. For other likelihoods numbers are used as they are. A .csv file holds no
 * 8-bit values: its integers up to 255 are "other numbers".
 *
 * @param path a file ending in .idx, .idx.gz, -ubyte, -ubyte.gz, .npy or .csv
 * @param options the likelihood, "bernoulli" by default
 * @returns the data set, named after the file, without labels
 * @throws {SyntaxError} if the file is not what its name says, or has a number that is not finite
 * @throws {TypeError} if it does not hold two or more rows of one or more numbers
 */
export async function readUserData(
  path: string,
  { likelihood = "bernoulli" }: UserDataOptions = {},
): Promise<Dataset> {
  const bytes = await readFile(path);
  const raw = parse(bytes, path);
  const [count, ...shape] = raw.shape;
  if (!(count >= 2) || shape.length === 0 || shape.includes(0)) {
    throw new TypeError(
      `Cannot use ${path}: its shape must be [rows, columns] or [images, height, width] with at least 2 rows, ` +
        `got [${raw.shape.join(", ")}]`,
    );
  }
  const rows = trainTestRows(count);
  const { values, scaling } = interpret(raw.values, {
    path,
    columns: raw.values.length / count,
    trainRows: rows.train,
    likelihood,
  });
  return {
    name: basename(path).replace(/\.gz$/i, "").replace(/\.(idx|npy|csv)$/i, ""),
    shape,
    train: takeRows({ values, count }, rows.train),
    test: takeRows({ values, count }, rows.test),
    sha256: { [basename(path)]: await sha256(bytes) },
    ...(scaling && { scaling }),
  };
}

/** The scaling rule of {@linkcode readUserData}. */
function interpret(
  raw: Uint8Array | Float64Array,
  { path, columns, trainRows, likelihood }: {
    path: string;
    columns: number;
    trainRows: Uint32Array;
    likelihood: NonNullable<UserDataOptions["likelihood"]>;
  },
): { values: Split["values"]; scaling?: Scaling } {
  if (raw instanceof Uint8Array) {
    requireGrayLevels(raw, path);
    return { values: raw };
  }
  requireFinite(raw, { path, columns });
  if (likelihood !== "bernoulli" || withinUnit(raw)) return { values: Float32Array.from(raw) };
  const scaling = unitScaling(raw, { columns, rows: trainRows });
  const values = Float32Array.from(raw, (value, i) => {
    const column = i % columns;
    return Math.min(1, Math.max(0, (value - scaling.offset[column]) * scaling.factor[column]));
  });
  return { values, scaling };
}

async function readFile(path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw new Error(`Cannot read ${path}: there is no such file`);
    throw new Error(`Cannot read ${path}: ${error instanceof Error ? error.message : error}`);
  }
}

function parse(bytes: Uint8Array, name: string): NumberArray {
  if (/\.npy$/i.test(name)) return parseNpy(bytes, { name });
  if (/\.csv$/i.test(name)) return parseCsv(decodeText(bytes, name), { name });
  return parseIdx(/\.gz$/i.test(name) ? gunzip(bytes, name) : bytes, { name });
}

function decodeText(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new SyntaxError(`Cannot read ${name}: not UTF-8 text`);
  }
}

/** Refuses zeros and ones: read as value/255 all would be nearly black, which is never what was meant. */
function requireGrayLevels(values: Uint8Array, path: string): void {
  if (values.some((value) => value > 1)) return;
  throw new RangeError(
    `Cannot use ${path}: 8-bit values stand for value/255, but none of these is above 1; ` +
      `save zeros and ones as bool or float32, or multiply them by 255`,
  );
}

function requireFinite(values: Float64Array, { path, columns }: { path: string; columns: number }): void {
  const bad = values.findIndex((value) => !Number.isFinite(Math.fround(value)));
  if (bad < 0) return;
  throw new SyntaxError(
    `Cannot use ${path}: row ${Math.floor(bad / columns) + 1}, column ${bad % columns + 1} (from 1) ` +
      `must be a finite 32-bit number, got ${values[bad]}`,
  );
}

function withinUnit(values: Float64Array): boolean {
  return values.every((value) => value >= 0 && value <= 1);
}

/** Maps each column's range over the given rows to [0, 1]; a constant column to 0. */
function unitScaling(
  values: Float64Array,
  { columns, rows }: { columns: number; rows: Uint32Array },
): Scaling {
  const min = new Array<number>(columns).fill(Infinity), max = new Array<number>(columns).fill(-Infinity);
  for (const row of rows) {
    for (let column = 0; column < columns; column++) {
      const value = values[row * columns + column];
      if (value < min[column]) min[column] = value;
      if (value > max[column]) max[column] = value;
    }
  }
  return { offset: min, factor: min.map((low, column) => max[column] > low ? 1 / (max[column] - low) : 0) };
}
