/**
 * What every engine can do, and which one to use.
 *
 * @module
 */

import type { Model, Objective } from "../model/record.ts";

/** Every engine by name. */
export const ENGINE_NAMES = ["tfjs-webgpu", "tfjs-wasm", "tfjs-cpu"] as const;

/** The name of an engine. */
export type EngineName = (typeof ENGINE_NAMES)[number];

/** Examples in rows: 8-bit pixels, which engines divide by 255, or numbers, which they use as they are. */
export type Examples = Uint8Array | Float32Array;

/** Adam's settings; betas and epsilon are the paper's (0.9, 0.999, 1e-7 as in Keras). */
export interface Optimizer {
  readonly learningRate: number;
}

/** What an engine is made for. */
export interface EngineOptions {
  readonly model: Model;
  readonly objective: Objective;
  readonly optimizer: Optimizer;
  readonly batchSize: number;
  /** Decides initial weights and all noise: the same seed gives the same integers on every engine. */
  readonly seed: number;
}

/** Sums over examples, in nats; divide by `examples` for the mean. */
export interface ObjectiveSums {
  readonly examples: number;
  readonly loss: number;
  readonly reconstruction: number;
  readonly kl: number;
}

/** {@linkcode ObjectiveSums} with the divergence split by latent coordinate. */
export interface ObjectiveParts extends ObjectiveSums {
  readonly klPerDimension: Float64Array;
}

/** Row-major parameters of q(z|x), `[rows, latentSize]` each. */
export interface Posterior {
  readonly loc: Float32Array;
  readonly scale: Float32Array;
}

/** Everything that training changes: named parameters and Adam moments, and the number of steps taken. */
export interface EngineState {
  readonly step: number;
  readonly tensors: ReadonlyMap<string, NamedTensor>;
}

/** A float32 array with its shape. */
export interface NamedTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** A model on a device, being trained or used. Rows of `data` are chosen by index; pixels stay put. */
export interface Engine {
  readonly name: EngineName;
  /** The device as its driver names it, or the processor. */
  readonly device: string;
  readonly threads: number;
  /** Optimiser steps taken so far. */
  readonly step: number;
  /** Trains on `indices` in consecutive batches (the last may be shorter); one sum per batch. */
  trainSteps(data: Examples, indices: Uint32Array): Promise<ObjectiveSums[]>;
  /** The objective on rows of `data`, one latent sample each, nothing trained. */
  objectiveParts(data: Examples, indices: Uint32Array): Promise<ObjectiveParts>;
  encode(data: Examples, indices: Uint32Array): Promise<Posterior>;
  /** One draw z ~ q(z|x) for each row, `[rows, latentSize]`. */
  sampleLatent(data: Examples, indices: Uint32Array): Promise<Float32Array>;
  /** The mean of p(x|z) for each row of `latent`, `[rows, inputSize]`. */
  decode(latent: Float32Array): Promise<Float32Array>;
  exportState(): Promise<EngineState>;
  /** @throws {TypeError} if names or shapes are not this model's; nothing is changed then. */
  importState(state: EngineState): void;
  close(): Promise<void>;
}
