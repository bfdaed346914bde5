/**
 * Storing and restoring a run's state.
 *
 * @module
 */

import { join } from "node:path";
import { sha256 } from "../data/hash.ts";
import type { EngineState, NamedTensor } from "../engine/engine.ts";
import { writeAtomic } from "./atomic.ts";
import type { Run } from "./directory.ts";
import { parseJson } from "./json.ts";
import { advised, ifThere } from "./record_file.ts";
import { configHash } from "./resolve.ts";
import { decode, encode } from "./safetensors.ts";

/** The latest state, and the state after the epoch of least validation loss. */
export type CheckpointName = "last" | "best";

/** An engine's state and the training loop's. */
export interface Checkpoint<Progress extends object> {
  /** Parameters, moments and step. */
  readonly state: EngineState;
  /** The training loop's own record, which must survive JSON. */
  readonly progress: Progress;
}

/** Of the metadata, not of safetensors. */
const FORMAT_VERSION = "1";

/**
 * Stores a checkpoint in place of the one before it: `checkpoints/<name>.safetensors`.
 *
 * Equal states give equal bytes: no clock value goes into the file.
 *
 * @param run the run that the state belongs to
 * @param name which checkpoint
 * @param checkpoint what to store
 */
export async function saveCheckpoint<Progress extends object>(
  run: Run,
  name: CheckpointName,
  { state, progress }: Checkpoint<Progress>,
): Promise<void> {
  const metadata = {
    formatVersion: FORMAT_VERSION,
    configHash: await configHash(run.config),
    seed: String(run.config.seed),
    step: String(state.step),
    progress: JSON.stringify(progress),
  };
  const checksum = await sha256(encode(state.tensors, metadata));
  await writeAtomic(pathOf(run, name), encode(state.tensors, { ...metadata, checksum }));
}

/**
 * Restores a checkpoint.
 *
 * @param run the run, whose configuration the checkpoint must be of
 * @param name which checkpoint
 * @returns what was stored; undefined if there is none. `progress` is what the training loop gave, unchecked
 * @throws {SyntaxError} if the file is corrupt, naming the file and the defect
 * @throws {Error} if it is a checkpoint of another configuration or of another version of this program
 */
export async function loadCheckpoint<Progress extends object>(
  run: Run,
  name: CheckpointName,
): Promise<Checkpoint<Progress> | undefined> {
  return await advised(
    "put a good copy back, or delete checkpoints/ to train anew",
    () => read(run, pathOf(run, name)),
  );
}

async function read<Progress extends object>(
  run: Run,
  path: string,
): Promise<Checkpoint<Progress> | undefined> {
  const bytes = await ifThere(Deno.readFile(path));
  if (bytes === undefined) return undefined;

  const { tensors, metadata: { checksum, ...metadata } } = decode(bytes, path);
  if (metadata.formatVersion !== FORMAT_VERSION) {
    throw new Error(
      `Cannot load ${path}: its format version must be ${FORMAT_VERSION}, got ${metadata.formatVersion}; ` +
        "use the version of this program that wrote it",
    );
  }
  if (checksum !== undefined && checksum !== await sha256(encode(tensors, metadata))) {
    throw new SyntaxError(`Cannot read ${path}: its content is not what its checksum is of`);
  }
  if (metadata.configHash !== await configHash(run.config)) {
    throw new Error(
      `Cannot load ${path}: it is a checkpoint of another model or configuration than ${run.path} has; ` +
        "put the run's own one back or start a new run",
    );
  }
  const step = Number(metadata.step);
  if (!Number.isSafeInteger(step) || step < 0) {
    throw new SyntaxError(`Cannot read ${path}: step must be an integer >= 0, got ${metadata.step}`);
  }
  for (const [tensor, { data }] of tensors) {
    if (!(data instanceof Float32Array)) {
      throw new SyntaxError(`Cannot read ${path}: ${tensor} must be F32, got U8`);
    }
  }
  return {
    state: { step, tensors: tensors as ReadonlyMap<string, NamedTensor> },
    progress: parseJson(metadata.progress, `progress in ${path}`) as Progress,
  };
}

function pathOf(run: Run, name: CheckpointName): string {
  return join(run.path, "checkpoints", `${name}.safetensors`);
}
