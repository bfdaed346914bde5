/**
 * What every contestant trains: the same network from the same weights on the same batches.
 *
 * @module
 */

import { generateGlyphs } from "../../lib/data/glyphs.ts";
import type { EngineOptions } from "../../lib/engine/engine.ts";
import { permutation } from "../../lib/math/philox.ts";
import { initialParameters, parameterTable } from "../../lib/model/parameters.ts";
import type { PresetName } from "../../lib/model/presets.ts";
import { sizeOf } from "../../lib/model/record.ts";
import { encode, type StoredTensor } from "../../lib/run/safetensors.ts";
import { trainingOptions } from "../engines.ts";

/** The presets that are compared; `original-cnn` is the original's network under the sound objective of the others. */
export const PEER_MODELS = ["fc", "cnn", "original-cnn"] as const satisfies readonly PresetName[];

/** One of {@linkcode PEER_MODELS}. */
export type PeerModel = (typeof PEER_MODELS)[number];

/** Examples per step. */
export const BATCH = 512;

/** How many different batches come in turn: a few megabytes, as nothing trains out of the nearest cache. */
const BATCHES = 8;

/** Which of the numbers in the noise stream `data` the images and their order are made from. */
const IMAGES = 6;
const ORDER = 7;

/** A model and images to train it on. */
export interface Workload {
  /** Of an engine, with Adam at 5e-4. */
  readonly options: EngineOptions;
  /** `[4096, 28, 28]`, from 0 to 255. */
  readonly pixels: Uint8Array;
  /** The rows of each batch, 512 indices; after the last one the first comes again. */
  readonly batches: readonly Uint32Array[];
}

/**
 * Makes a workload: a Student's t latent of three independent coordinates with df 5, exact KL, Bernoulli pixels.
 *
 * @param preset which network
 * @returns the same one whenever it is called
 */
export function workload(preset: PeerModel): Workload {
  const rows = BATCHES * BATCH;
  const order = permutation(rows, { seed: 0, stream: "data", step: ORDER });
  return {
    options: { ...trainingOptions(preset, BATCH), optimizer: { learningRate: 5e-4 } },
    pixels: generateGlyphs(rows, { seed: 0, step: IMAGES }).values,
    batches: Array.from({ length: BATCHES }, (_, i) => order.subarray(i * BATCH, (i + 1) * BATCH)),
  };
}

/**
 * A workload as data, for those who have neither engines nor presets.
 *
 * @param work what is to be trained
 * @returns initial parameters by name, and all batches one after the other as `pixels`, `[8, 512, 784]`
 */
export function workloadTensors({ options, pixels, batches }: Workload): ReadonlyMap<string, StoredTensor> {
  const { model, seed } = options;
  const initial = initialParameters(model, { seed });
  const width = sizeOf(model.input);
  const gathered = new Uint8Array(pixels.length);
  batches.flatMap((rows) => [...rows]).forEach((row, i) =>
    gathered.set(pixels.subarray(row * width, (row + 1) * width), i * width)
  );
  const tensors = parameterTable(model).map(({ name, shape }): [string, StoredTensor] => [
    name,
    { shape, data: initial.get(name)! },
  ]);
  return new Map([...tensors, ["pixels", { shape: [batches.length, BATCH, width], data: gathered }]]);
}

/**
 * A workload for another program, which can read it from a pipe.
 *
 * @param work what is to be trained
 * @returns a safetensors file of {@linkcode workloadTensors}; its metadata are the `model` as JSON and the
 *   `learningRate`
 */
export function encodeWorkload(work: Workload): Uint8Array<ArrayBuffer> {
  const { model, optimizer } = work.options;
  return encode(workloadTensors(work), {
    model: JSON.stringify(model),
    learningRate: String(optimizer.learningRate),
  });
}
