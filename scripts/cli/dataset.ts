/**
 * Loading the data set that a configuration names.
 *
 * @module
 */

import type { Dataset } from "../../lib/data/dataset.ts";
import { loadDataset } from "../../lib/data/load.ts";
import { addOutliers, type Outliers } from "../../lib/data/outliers.ts";
import type { Config } from "../../lib/run/config.ts";
import { asUsage, UsageError } from "../../lib/run/usage_error.ts";
import { downloadProgress } from "./download_progress.ts";

/**
 * Loads a configuration's data set with its outliers, fetching what is missing with visible progress.
 *
 * @param config names the data set, what to hold out of it, the likelihood that decides its scaling, and outliers of the
 *   training set
 * @param options the mirror that the user named, the signal that ends a transfer, and outliers of the test set
 * @returns the data set
 * @throws {UsageError} if more is to be held out than there is, or outliers do not fit the data set
 */
export async function readDataset(config: Config, options: ReadOptions = {}): Promise<Dataset> {
  const { seed, outliers } = config;
  const clean = await load(config, options);
  const wanted = [["train", outliers], ["test", options.testOutliers]] as const;
  let dataset = clean;
  for (const [part, outliers] of wanted) {
    if (outliers === undefined) continue;
    const source = outliers.dataset === undefined
      ? undefined
      : await load({ ...config, ...WHOLE, dataset: outliers.dataset }, options);
    dataset = asUsage(() => addOutliers(dataset, { ...outliers, part, seed, source }));
  }
  return dataset;
}

/** Keys of a configuration that ask for all examples of another data set, to train on and to test. */
export const WHOLE = { examples: undefined, testExamples: undefined, validation: 0 } as const;

/** How to read a data set. */
export interface ReadOptions {
  readonly mirror?: string;
  readonly signal?: AbortSignal;
  /** What replaces a share of the test examples. */
  readonly testOutliers?: Outliers;
}

async function load(
  { dataset, examples, testExamples, validation, likelihood }: Config,
  { mirror, signal }: ReadOptions,
): Promise<Dataset> {
  using progress = downloadProgress();
  try {
    return await loadDataset(dataset, {
      examples,
      testExamples,
      validation,
      likelihood: likelihood.kind,
      mirror,
      signal,
      onProgress: progress.show,
    });
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(error.message);
    throw error;
  }
}
