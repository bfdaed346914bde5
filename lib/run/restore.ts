/**
 * Using what a run has learned.
 *
 * @module
 */

import { checkEngine, createEngine, type Engine, type EngineName, type Posterior } from "../engine/engine.ts";
import { sampleExamples } from "../engine/sample_examples.ts";
import { generateLatents, type GenerateOptions } from "../model/generate_latents.ts";
import { type Model, type Objective, sizeOf } from "../model/record.ts";
import { type Checkpoint, type CheckpointName, loadCheckpoint } from "./checkpoint.ts";
import { openRun, type Run } from "./directory.ts";
import { engineOptions, modelOf } from "./resolve.ts";
import { asUsage, UsageError } from "./usage_error.ts";

export type * from "../engine/mod.ts";
export type { PresetName } from "../model/presets.ts";
export type { Config, PresetModel, WholeModel } from "./config.ts";
export type { ResolvedConfig } from "./resolve.ts";
export type { RunFolder } from "./status.ts";
export type { CheckpointName, Run };

/** Which parameters of a run to use, and on what. */
export interface RestoreOptions {
  /** The best epoch by validation loss where there is one, else the last, by default. */
  readonly checkpoint?: CheckpointName;
  /** The engine that the run was trained on by default. */
  readonly backend?: EngineName;
  /** As many as the run's configuration says by default; 0 for one per processor. */
  readonly threads?: number;
}

/** A run's engine with the parameters of one checkpoint. */
export interface RestoredEngine {
  /** With the checkpoint's parameters, moments and step; it can train on. */
  readonly engine: Engine;
  /** The checkpoint it was given. */
  readonly checkpoint: CheckpointName;
}

/**
 * Starts an engine with what a run has learned.
 *
 * @param run the run, which may still be training
 * @param options which checkpoint, and on which engine
 * @returns the engine, to be closed after use, and the checkpoint it was given
 * @throws {UsageError} if the run has no such checkpoint, or the engine cannot do what the run was trained for
 * @throws {SyntaxError} if the checkpoint is corrupt
 * @throws {Error} if the engine cannot start
 */
export async function restoreEngine(
  run: Run,
  { checkpoint, backend = run.config.backend, threads = run.config.threads }: RestoreOptions = {},
): Promise<RestoredEngine> {
  // Another engine than the run's own may be unable to do what it was trained for.
  asUsage(() => checkEngine(backend, run.config.objective));
  const [name, { state }] = await findCheckpoint(run, checkpoint);
  const engine = await createEngine(backend, engineOptions({ ...run.config, threads }));
  try {
    await engine.importState(state);
    return { engine, checkpoint: name };
  } catch (error) {
    await engine.close();
    throw error;
  }
}

async function findCheckpoint(
  run: Run,
  wanted?: CheckpointName,
): Promise<[CheckpointName, Checkpoint<object>]> {
  for (const name of wanted === undefined ? ["best", "last"] as const : [wanted]) {
    const checkpoint = await loadCheckpoint(run, name);
    if (checkpoint !== undefined) return [name, checkpoint];
  }
  const never = wanted === "best" && run.config.validation === 0;
  throw new UsageError(
    `Cannot use run ${run.path}: ` +
      (never
        ? "without a validation set it has no best checkpoint; use --checkpoint last"
        : `it has no ${wanted ?? "finished"} checkpoint yet; train it on with --resume`),
  );
}

/** Which new examples to draw. */
export interface SampleOptions extends Pick<GenerateOptions, "count" | "from"> {
  /** Decides the draws: an integer from 0 to 2^53 − 1; 0 by default. */
  readonly seed?: number;
  /** Whether to draw x ~ p(x|z) instead of its mean; false by default. */
  readonly noise?: boolean;
}

/** A trained model in memory. */
export interface LoadedRun {
  /** The shape of one example. */
  readonly shape: readonly number[];
  /** Latent dimensions. */
  readonly latentSize: number;
  /** The record that was trained. */
  readonly model: Model;
  /** What training optimised. */
  readonly objective: Objective;
  /** The engine with its parameters, for `evaluate()` and `latentSource()`; `close()` ends it. */
  readonly engine: Engine;
  /**
   * q(z|x) for rows of examples.
   *
   * @param x `[rows, inputSize]` row-major: 8-bit values stand for value/255, float values for themselves
   * @returns loc and scale, `[rows, latentSize]` each, and df where the encoder emits them
   * @throws {TypeError} if `x` is not whole rows
   */
  encode(x: Uint8Array | Float32Array): Promise<Posterior>;
  /**
   * The mean of p(x|z) for rows of latents.
   *
   * @param z `[rows, latentSize]` row-major
   * @returns `[rows, inputSize]` row-major
   * @throws {TypeError} if `z` is not whole rows
   */
  decode(z: Float32Array): Promise<Float32Array>;
  /**
   * New examples: draws from the prior, for the objective t3 from its alternative prior, decoded to the mean of p(x|z);
   * the same for the same seed.
   *
   * @param options how many, of what, and the seed
   * @returns `[count, inputSize]` row-major
   * @throws {RangeError} if count or seed is out of range, or the alternative prior is asked of another objective than t3
   */
  sample(options: SampleOptions): Promise<Float32Array>;
  /** Frees the model's memory; it cannot be used afterwards. */
  close(): Promise<void>;
}

/**
 * Loads a trained run to encode, decode and sample with.
 *
 * @param path the run's folder
 * @param options which checkpoint, and on which engine
 * @returns the model; `close()` it after use
 * @throws {UsageError} if there is no run at this path, or it has no such checkpoint
 * @throws {SyntaxError} if a file of the run is corrupt
 * @throws {Error} if the engine cannot start
 *
 * @example
 * ```ts ignore
 * const run = await loadRun("runs/glyphs-fc-student-t-1");
 * const images = await run.sample({ count: 16, seed: 1 });
 * await run.close();
 * ```
 */
export async function loadRun(path: string, options: RestoreOptions = {}): Promise<LoadedRun> {
  const run = await openRun(path);
  const model = modelOf(run.config);
  const { objective } = run.config;
  const { engine } = await restoreEngine(run, options);
  return {
    shape: model.input,
    latentSize: model.latent.size,
    model,
    objective,
    engine,
    encode: (x) =>
      // The caller may use the same array for other examples later on.
      engine.encode(x.slice(), Uint32Array.from({ length: x.length / sizeOf(model.input) }, (_, i) => i)),
    decode: (z) => engine.decode(z),
    sample: async ({ count, seed = 0, from, noise = false }) => {
      const learnedDf = await engine.learnedDf();
      const latents = generateLatents(model, { objective, from, learnedDf, count, seed });
      return noise
        ? await sampleExamples(engine, { model, objective, latents, seed })
        : await engine.decode(latents);
    },
    close: () => engine.close(),
  };
}
