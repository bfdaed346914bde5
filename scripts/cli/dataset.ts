/**
 * Loading the data set that a configuration names.
 *
 * @module
 */

import type { Dataset } from "../../lib/data/dataset.ts";
import { loadDataset } from "../../lib/data/load.ts";
import type { Config } from "../../lib/run/config.ts";
import { UsageError } from "../../lib/run/usage_error.ts";
import { downloadProgress } from "./download_progress.ts";

/**
 * Loads a configuration's data set, fetching it with visible progress if it is missing.
 *
 * @param config names the data set, what to hold out of it, and the likelihood that decides its scaling
 * @param options the mirror that the user named, and the signal that ends a transfer
 * @returns the data set
 * @throws {UsageError} if more is to be held out than there is
 */
export async function readDataset(
  { dataset, validation, likelihood }: Config,
  { mirror, signal }: { readonly mirror?: string; readonly signal?: AbortSignal } = {},
): Promise<Dataset> {
  using progress = downloadProgress();
  try {
    return await loadDataset(dataset, {
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
