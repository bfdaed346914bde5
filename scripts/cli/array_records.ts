/**
 * The pictures and latents of an evaluation.
 *
 * @module
 */

import { DATASETS, isDatasetName } from "../../lib/data/registry.ts";
import type { ArrayRecords, ImageGrid, TraversalRecords } from "../../lib/plot/records.ts";
import type { StoredArrays } from "../../lib/run/evaluation.ts";

/** What has to be known of a run beside its arrays. */
export interface DescribedRun {
  /** The data set, as it was asked for. */
  readonly dataset: string;
  /** Its examples' shape. */
  readonly model: { readonly input: readonly number[] };
  /** Its latent dimensions. */
  readonly latent: { readonly size: number };
}

/**
 * What figures are drawn from, out of an evaluation's arrays.
 *
 * @param config of the run
 * @param arrays as they are stored
 * @returns records for a report; pictures that an earlier version did not store are absent
 * @throws {SyntaxError} if an array that every evaluation has is missing
 */
export function arrayRecords(
  { dataset, model, latent }: DescribedRun,
  arrays: StoredArrays,
): ArrayRecords {
  const numbers = (name: string): Float32Array => {
    const data = arrays.get(name)?.data;
    if (data instanceof Float32Array) return data;
    throw new SyntaxError(
      `Cannot draw: evaluation.safetensors has no ${name}; run \`deno task evaluate\` again`,
    );
  };
  const classes = isDatasetName(dataset) ? DATASETS[dataset].classes : [];
  return {
    shape: model.input,
    samples: numbers("samples"),
    inputs: numbers("inputs"),
    reconstructions: numbers("reconstructions"),
    loc: numbers("loc"),
    latentSize: latent.size,
    ...(classes.length > 0 && { classes }),
    labels: bytes(arrays, "labels"),
    inputLabels: bytes(arrays, "inputLabels"),
    traversals: traversals(arrays),
    manifold: imageGrid(arrays, "manifold"),
    interpolations: imageGrid(arrays, "interpolations"),
  };
}

function traversals(arrays: StoredArrays): TraversalRecords | undefined {
  const images = imageGrid(arrays, "traversals/images");
  const [dimension, probability] = ["dimension", "probability"].map((name) =>
    arrays.get(`traversals/${name}`)?.data
  );
  return images && dimension instanceof Float32Array && probability instanceof Float32Array
    ? { ...images, dimension, probability }
    : undefined;
}

function imageGrid(arrays: StoredArrays, name: string): ImageGrid | undefined {
  const { data, shape } = arrays.get(name) ?? {};
  return data instanceof Float32Array && shape?.length === 3
    ? { images: data, columns: shape[1] }
    : undefined;
}

function bytes(arrays: StoredArrays, name: string): Uint8Array | undefined {
  const data = arrays.get(name)?.data;
  return data instanceof Uint8Array ? data : undefined;
}
