/**
 * A data set by name or path, ready to train on.
 *
 * @module
 */

import { unknownName } from "../names/unknown_name.ts";
import { binarized } from "./binarized.ts";
import type { Dataset } from "./dataset.ts";
import { fetchDataset, type FetchedFile, type FetchOptions } from "./fetch.ts";
import { glyphs } from "./glyphs.ts";
import { gunzip } from "./gzip.ts";
import { heavyTail1d, heavyTail2d } from "./heavy_tail.ts";
import { parseIdx } from "./idx.ts";
import { DATASETS, type FileRole, type Registry } from "./registry.ts";
import { holdOut, takeFirst } from "./split.ts";
import { isUserDataPath, readUserData, USER_DATA_ENDINGS, type UserDataOptions } from "./user_data.ts";

/** How to load; the options of fetching hold for a data set that is not on this machine yet. */
export interface LoadOptions extends FetchOptions, UserDataOptions {
  /**
   * How many training examples to hold out, the same ones for every seed; 0 by default. Of a data set that has a
   * validation set of its own, how many of that one's examples to take.
   */
  readonly validation?: number;
  /**
   * Training examples to take, the first ones; all by default, and of `heavy-tail-1d` and `heavy-tail-2d`, of which
   * any number can be drawn, 200,000. Those to hold out are among them.
   */
  readonly examples?: number;
  /** Test examples to take, the first ones; all by default. */
  readonly testExamples?: number;
}

/**
 * Loads a data set: one that is generated, a published one (fetched if it is missing), or the user's own file.
 *
 * @param name `glyphs`, `heavy-tail-1d`, `heavy-tail-2d`; `mnist`, `binarized-mnist`, `fashion-mnist`; or a path ending
 *   in .idx(.gz), -ubyte(.gz), .npy or .csv
 * @param options how many examples, how many to hold out, the likelihood (it decides how a user's numbers are scaled),
 *   and where from to fetch
 * @returns the data set; images are 8-bit
 * @throws {RangeError} if the name is unknown, there are not as many examples, `validation` is not below the
 *   number of those to train on, or unbounded numbers are to be modelled by a Bernoulli likelihood
 * @throws {SyntaxError} if a file is not what it should be
 * @throws {Error} if it cannot be fetched or read
 *
 * @example
 * ```ts
 * import { loadDataset } from "./load.ts";
 * import assert from "node:assert/strict";
 *
 * const { shape, train, validation, test } = await loadDataset("glyphs", { validation: 1000 });
 * assert.deepEqual(shape, [28, 28]);
 * assert.deepEqual([train.count, validation?.count, test.count], [11000, 1000, 2000]);
 * ```
 */
export async function loadDataset(name: string, options: LoadOptions = {}): Promise<Dataset> {
  const { examples, testExamples, validation = 0 } = options;
  const isDrawn = name === "heavy-tail-1d" || name === "heavy-tail-2d";
  let dataset = isDrawn ? await drawNumbers(name, options) : await loadWhole(name, options);
  if (examples !== undefined && !isDrawn) dataset = takeFirst(dataset, { part: "train", count: examples });
  if (testExamples !== undefined) dataset = takeFirst(dataset, { part: "test", count: testExamples });
  return holdOut(dataset, validation);
}

async function loadWhole(name: string, options: LoadOptions): Promise<Dataset> {
  const registry: Registry = options.registry ?? DATASETS;
  if (name === "glyphs") return await glyphs();
  if (name === "binarized-mnist") return await binarized(await loadPublished("mnist", options), name);
  if (Object.hasOwn(registry, name)) return loadPublished(name, options);
  if (isUserDataPath(name)) return readUserData(name, options);
  const or = `a path ending in ${USER_DATA_ENDINGS}`;
  throw new RangeError(unknownName("data set", { name, valid: Object.keys(registry), or }));
}

function drawNumbers(
  name: "heavy-tail-1d" | "heavy-tail-2d",
  { examples, likelihood }: LoadOptions,
): Promise<Dataset> {
  if (likelihood === "bernoulli") {
    throw new RangeError(
      `Cannot use ${name}: likelihood must be gaussian or student-t for numbers outside of [0, 1], got bernoulli`,
    );
  }
  return name === "heavy-tail-1d" ? heavyTail1d({ examples }) : heavyTail2d({ examples });
}

async function loadPublished(name: string, options: LoadOptions): Promise<Dataset> {
  const files = new Map((await fetchDataset(name, options)).map((file) => [file.role, file]));
  const images = { train: await readFile("train-images", files), test: await readFile("test-images", files) };
  const labels = { train: await readFile("train-labels", files), test: await readFile("test-labels", files) };
  const [trainCount, ...shape] = images.train.shape;
  return {
    name,
    shape,
    train: { values: images.train.values, count: trainCount, labels: labels.train.values },
    test: { values: images.test.values, count: images.test.shape[0], labels: labels.test.values },
    sha256: Object.fromEntries([...files.values()].map(({ name, sha256 }) => [name, sha256])),
  };
}

async function readFile(
  role: FileRole,
  files: ReadonlyMap<FileRole, FetchedFile>,
): Promise<ReturnType<typeof parseIdx>> {
  const file = files.get(role);
  if (file === undefined) throw new RangeError(`Cannot load a data set without a file of ${role}`);
  const bytes = await Deno.readFile(file.path);
  return parseIdx(gunzip(bytes, file.path), { name: file.path, shape: file.shape });
}
