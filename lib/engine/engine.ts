/**
 * What every engine can do.
 *
 * @module
 */

import { checkModel } from "../model/check_model.ts";
import { checkObjective } from "../model/check_objective.ts";
import type { Model, Objective } from "../model/record.ts";

/** Every engine to train with, by name. */
export const ENGINE_NAMES = ["wasm", "tfjs-webgpu", "tfjs-wasm", "tfjs-cpu"] as const;

/** The name of an engine. */
export type EngineName = (typeof ENGINE_NAMES)[number];

/** Examples in rows: 8-bit pixels, which engines divide by 255, or numbers, which they use as they are. */
export type Examples = Uint8Array | Float32Array;

/** Adam (Kingma & Ba 2015, Algorithm 1) with beta1 0.9, beta2 0.999, epsilon 1e-8. */
export interface Optimizer {
  /** alpha, the step size: finite and > 0. */
  readonly learningRate: number;
  /** The gradient of all parameters together is shortened to this norm where it is longer; absent for no limit. */
  readonly clipNorm?: number;
  /**
   * Training adds l2 · Σ value² over everything it fits to its loss, before the gradient is shortened: finite and > 0;
   * absent for none. What PyTorch's Adam calls `weight_decay` is 2 · l2.
   */
  readonly l2?: number;
}

/** Threads that an engine computes on at most. */
export const MAX_THREADS = 256;

/** What an engine is made for. */
export interface EngineOptions {
  /** The record to lower. */
  readonly model: Model;
  /** What training optimises. */
  readonly objective: Objective;
  /** How parameters follow gradients. */
  readonly optimizer: Optimizer;
  /** Examples per optimiser step, and per pass of the other functions. */
  readonly batchSize: number;
  /** Decides initial weights and all noise: the same seed gives the same integers on every engine. */
  readonly seed: number;
  /**
   * Threads to compute on, from 1 to {@linkcode MAX_THREADS}; one for each of the processor's where absent. Results do
   * not depend on it. Only `wasm` has several.
   */
  readonly threads?: number;
}

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

/** A model on a device, being trained or used. Rows of `data` are chosen by index; pixels stay put. */
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
   * @throws {Error} if the device fails or is lost
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
   * @throws {Error} if the device fails or is lost
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
   * @throws {RangeError} if `samples` is out of range
   * @throws {Error} if the device fails or is lost
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
   * @throws {Error} if the device fails or is lost
   */
  encode(data: Examples, indices: Uint32Array): Promise<Posterior>;
  /**
   * One draw z ~ q(z|x) for each row, the one that `objectiveParts` measures with, of several the first.
   *
   * @param data examples, `[rows, inputSize]`
   * @param indices the rows to encode
   * @returns latents, `[indices.length, latentSize]` row-major
   * @throws {Error} if the device fails or is lost
   */
  sampleLatent(data: Examples, indices: Uint32Array): Promise<Float32Array>;
  /**
   * The mean of p(x|z), or its median where there is none, for each row of `latent`: probabilities for a Bernoulli
   * likelihood.
   *
   * @param latent `[rows, latentSize]` row-major
   * @returns `[rows, inputSize]` row-major
   * @throws {Error} if the device fails or is lost
   */
  decode(latent: Float32Array): Promise<Float32Array>;
  /**
   * Degrees of freedom that training fits: one, or one for each latent dimension.
   *
   * @returns the numbers as they stand; undefined where `latent.df` are fixed or amortised
   * @throws {Error} if the device fails or is lost
   */
  learnedDf(): Promise<Float32Array | undefined>;
  /**
   * Copies everything that training changes.
   *
   * @returns the state, which further training leaves alone
   * @throws {Error} if the device fails or is lost
   */
  exportState(): Promise<EngineState>;
  /**
   * Takes over a state, of this engine or another one; training on from it repeats the same bits on the same engine.
   *
   * @param state from `exportState()` of an engine with the same model; copied
   * @throws {TypeError} if names or shapes are not this model's; nothing is changed then
   */
  importState(state: EngineState): Promise<void>;
  /** Frees the engine's memory; it cannot be used afterwards. */
  close(): Promise<void>;
}

/**
 * Checks that an engine can train on an objective.
 *
 * @param name which engine
 * @param objective what is to be trained on
 * @throws {RangeError} if it cannot, naming an engine that can
 */
export function checkEngine(name: EngineName, objective: Objective): void {
  if (name !== "wasm" || isPlannable(objective)) return;
  throw new RangeError(
    `Cannot train on objective ${objective.kind} with the engine wasm: it takes one draw for each example; ` +
      "use --backend tfjs-wasm, or leave --backend out",
  );
}

/** Whether plans have it, and so the engines that run them. */
export function isPlannable({ kind }: Objective): boolean {
  return kind !== "iwae";
}

/**
 * Starts an engine with freshly initialised parameters.
 *
 * @param name which engine
 * @param options the model and how to train it
 * @returns the engine; `close()` it after use
 * @throws {RangeError} if a size, a parameter, the objective, the seed or the number of threads is out of range or without
 *   meaning, or the engine cannot train on the objective
 * @throws {TypeError} if a layer does not fit its input, or the decoder's output not the model's input
 * @throws {Error} if it cannot start on this machine, with the reason and what to do; never a silent fallback
 */
export async function createEngine(name: EngineName, options: EngineOptions): Promise<Engine> {
  checkModel(options.model);
  checkObjective(options.model, options.objective);
  checkEngine(name, options.objective);
  const { threads = 1 } = options;
  if (!Number.isSafeInteger(threads) || threads < 1 || threads > MAX_THREADS) {
    throw new RangeError(
      `Cannot start ${name}: threads must be an integer from 1 to ${MAX_THREADS}, got ${threads}`,
    );
  }
  if (name === "wasm") {
    const { createWasmEngine } = await import("./wasm/engine.ts");
    return await createWasmEngine(options);
  }
  const { createTfjsEngine } = await import("./tfjs/engine.ts");
  return await createTfjsEngine(name, options);
}
