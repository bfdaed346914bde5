/**
 * What every engine can do.
 *
 * @module
 */

import {
  checkEngine,
  checkEngineName,
  checkOptions,
  type EngineName,
  type EngineOptions,
} from "./options.ts";

export * from "./options.ts";

/** Examples in rows: 8-bit pixels, which engines divide by 255, or numbers, which they use as they are. */
export type Examples = Uint8Array | Float32Array;

/** Sums over examples; divide by `examples` for the mean. */
export interface ObjectiveSums {
  /** How many examples the sums are over. */
  readonly examples: number;
  /**
   * What training minimises but for L2 penalties. In nats, but for the objective `t3`; where the ELBO's reduction is
   * not the mean, in its own gradient's proportions, reconstruction + beta · kl, beta being the ratio of `lossWeights()`.
   */
  readonly loss: number;
  /** −log p(x|z) in nats, one z ~ q(z|x) for each example, and the mean over all k draws of `iwae`. */
  readonly reconstruction: number;
  /** KL(q(z|x) ‖ p(z)) in nats, or its one-sample estimate where the latent says so; not weighted by beta. */
  readonly kl: number;
}

/** {@linkcode ObjectiveSums} with the divergence split by latent coordinate, and what the sums are of. */
export interface ObjectiveParts extends ObjectiveSums {
  /** `[latentSize]`; adds up to `kl`. Absent for a joint latent, whose divergence is no sum over coordinates. */
  readonly klPerDimension?: Float64Array;
  /** Of each example, in the order of the rows. */
  readonly perExample: ExampleValues;
}

/** Numbers of each of some examples. */
export interface ExampleValues {
  /** −log p(x|z) in nats, `[examples]`. */
  readonly reconstruction: Float32Array;
  /** KL(q(z|x) ‖ p(z)) in nats, `[examples, latentSize]` row-major, or `[examples, 1]` for a joint latent. */
  readonly kl: Float32Array;
  /** What the objective minimises, where it is another function than of these two, `[examples]`. */
  readonly bound?: Float32Array;
}

/** Importance-weighted estimates for each of some examples. */
export interface LogLikelihood {
  /** log (1/k) Σ p(x|z) p(z)/q(z|x) over k draws z ~ q(z|x), in nats. */
  readonly logLikelihood: Float64Array;
  /** How many equal weights would be as good: (Σ w)²/Σ w², from 1 to k; 0 if every weight is. */
  readonly effectiveSampleSize: Float64Array;
}

/** Row-major parameters of q(z|x), `[rows, latentSize]` each. */
export interface Posterior {
  /** The median, and where there is one the mean. */
  readonly loc: Float32Array;
  /** > 0; the standard deviation of a Gaussian, but not of a Student's t. Of what is sampled from, also for `t3`. */
  readonly scale: Float32Array;
  /** Amortised degrees of freedom, `[rows, 1]` where they are joint; absent where they do not depend on x. */
  readonly df?: Float32Array;
}

/** Everything that training changes: named parameters, Adam moments and statistics, and the number of steps taken. */
export interface EngineState {
  /** Optimiser steps taken; Adam's bias correction and the noise of further steps follow from it. */
  readonly step: number;
  /**
   * `<parameter>`, `adam/m/<parameter>` and `adam/v/<parameter>` for every parameter of the model, and
   * `<statistic>` for every running statistic.
   */
  readonly tensors: ReadonlyMap<string, NamedTensor>;
}

/** A float32 array with its shape. */
export interface NamedTensor {
  /** Sizes of the axes. */
  readonly shape: readonly number[];
  /** Row-major. */
  readonly data: Float32Array;
}

/**
 * A model on a device, being trained or used. Rows of `data` are chosen by index; pixels stay put.
 *
 * Calls may overlap: each waits for the one before. No rows give empty arrays and sums of 0.
 */
export interface Engine {
  /** Which engine this is; `reference` is for tests, which compare the others to it. */
  readonly name: EngineName | "reference";
  /** The device as its driver names it, or the processor. */
  readonly device: string;
  /** Threads that compute. */
  readonly threads: number;
  /** Examples in a batch of `trainSteps`. */
  readonly batchSize: number;
  /** Optimiser steps taken so far. */
  readonly step: number;
  /** How many steps one `trainSteps` call should take so that reading results back costs little. */
  readonly stepsPerCall: number;
  /**
   * Trains on rows of `data` in consecutive batches, one optimiser step each.
   *
   * The last batch may be shorter and is averaged over its own size. Noise follows from the step number and the
   * place in the batch. Batch norm takes the batch's own statistics, and the running ones everywhere else.
   *
   * @param data examples, `[rows, inputSize]`; here and below an engine may keep a copy and take an array that comes
   *   again for the same examples
   * @param indices the rows to train on, in order
   * @returns the objective of each batch, under the parameters before its step
   * @throws {RangeError} if an index is not below the number of rows
   * @throws {TypeError} if the data are not whole rows
   * @throws {Error} if the device fails or is lost, or the engine has been closed
   */
  trainSteps(data: Examples, indices: Uint32Array): Promise<ObjectiveSums[]>;
  /**
   * The objective on rows of `data`, one latent sample each or as many as it asks for, nothing trained.
   *
   * A row's noise follows from its index alone, so that every call measures with the same draws.
   *
   * @param data examples, `[rows, inputSize]`
   * @param indices the rows to measure
   * @param options `statistics`: what batch norm normalises by, its `running` ones by default, or each `batch`'s own,
   *   as while training; no statistic moves
   * @returns sums over the rows, and what they are of
   * @throws {RangeError} if an index is not below the number of rows
   * @throws {TypeError} if the data are not whole rows
   * @throws {Error} if the device fails or is lost, or the engine has been closed
   */
  objectiveParts(
    data: Examples,
    indices: Uint32Array,
    options?: { readonly statistics?: "running" | "batch" },
  ): Promise<ObjectiveParts>;
  /**
   * The importance-weighted estimate of log p(x) for each row, with running statistics, nothing trained.
   *
   * A lower bound in expectation, and the ELBO with one draw; more draws come closer. A row's noise follows from its
   * index and the number of the draw alone; the first draw is the one that `objectiveParts` measures with. Whoever wants
   * to hear of progress, or to stop, asks for few rows at a time: `batchSize`.
   *
   * @param data examples, `[rows, inputSize]`
   * @param indices the rows to measure
   * @param options `samples`: draws for each row, an integer from 1 to 65,536
   * @returns estimates in the order of `indices`
   * @throws {RangeError} if `samples` is out of range, or an index not below the number of rows
   * @throws {TypeError} if the data are not whole rows
   * @throws {Error} if the device fails or is lost, or the engine has been closed
   *
   * Source: Burda, Grosse & Salakhutdinov 2016, "Importance weighted autoencoders", equation 8.
   */
  logLikelihood(
    data: Examples,
    indices: Uint32Array,
    options: { readonly samples: number },
  ): Promise<LogLikelihood>;
  /**
   * The posterior of each row, of the objective `t3` with its scale already shrunk.
   *
   * @param data examples, `[rows, inputSize]`
   * @param indices the rows to encode
   * @returns loc, scale and amortised df of q(z|x), in the order of `indices`
   * @throws {RangeError} if an index is not below the number of rows
   * @throws {TypeError} if the data are not whole rows
   * @throws {Error} if the device fails or is lost, or the engine has been closed
   */
  encode(data: Examples, indices: Uint32Array): Promise<Posterior>;
  /**
   * One draw z ~ q(z|x) for each row, the one that `objectiveParts` measures with, of several the first.
   *
   * @param data examples, `[rows, inputSize]`
   * @param indices the rows to encode
   * @returns latents, `[indices.length, latentSize]` row-major
   * @throws {RangeError} if an index is not below the number of rows
   * @throws {TypeError} if the data are not whole rows
   * @throws {Error} if the device fails or is lost, or the engine has been closed
   */
  sampleLatent(data: Examples, indices: Uint32Array): Promise<Float32Array>;
  /**
   * The mean of p(x|z), or its median where there is none, for each row of `latent`: probabilities for a Bernoulli
   * likelihood.
   *
   * @param latent `[rows, latentSize]` row-major
   * @returns `[rows, inputSize]` row-major
   * @throws {TypeError} if the latents are not whole rows
   * @throws {Error} if the device fails or is lost, or the engine has been closed
   */
  decode(latent: Float32Array): Promise<Float32Array>;
  /**
   * Degrees of freedom that training fits: one, or one for each latent dimension.
   *
   * @returns the numbers as they stand; undefined where `latent.df` are fixed or amortised
   * @throws {Error} if the device fails or is lost, or the engine has been closed
   */
  learnedDf(): Promise<Float32Array | undefined>;
  /**
   * Copies everything that training changes.
   *
   * @returns the state, which further training leaves alone
   * @throws {Error} if the device fails or is lost, or the engine has been closed
   */
  exportState(): Promise<EngineState>;
  /**
   * Takes over a state, of this engine or another one; training on from it repeats the same bits on the same engine.
   *
   * @param state from `exportState()` of an engine with the same model; copied
   * @throws {TypeError} if names or shapes are not this model's; nothing is changed then
   * @throws {Error} if the device fails or is lost, or the engine has been closed
   */
  importState(state: EngineState): Promise<void>;
  /** Frees the engine's memory once all calls have ended; it cannot be used afterwards. A second call does nothing. */
  close(): Promise<void>;
}

/**
 * Starts an engine with freshly initialised parameters.
 *
 * @param name which engine
 * @param options the model and how to train it
 * @returns the engine; `close()` it after use
 * @throws {RangeError} if there is no engine of this name, it cannot train on the objective, or an option is out of range
 *   or without meaning
 * @throws {TypeError} if a layer does not fit its input, or the decoder's output not the model's input
 * @throws {Error} if it cannot start on this machine, with the reason and what to do; never a silent fallback
 */
export async function createEngine(name: EngineName, options: EngineOptions): Promise<Engine> {
  checkEngineName(name);
  checkOptions(options);
  checkEngine(name, options.objective);
  if (name === "wasm") {
    const { createWasmEngine } = await import("./wasm/engine.ts");
    return await createWasmEngine(options);
  }
  const { createTfjsEngine } = await import("./tfjs/engine.ts");
  return await createTfjsEngine(name, options);
}
