/**
 * Which engines there are, and what one is made for.
 *
 * @module
 */

import { checkModel } from "../model/check_model.ts";
import { checkObjective } from "../model/check_objective.ts";
import type { Model, Objective } from "../model/record.ts";
import { checks, POSITIVE, POSITIVE_INTEGER, type Rule } from "../model/rules.ts";
import { unknownName } from "../names/unknown_name.ts";

/** Every engine to train with, by name. */
export const ENGINE_NAMES = ["wasm", "tfjs-webgpu", "tfjs-wasm", "tfjs-cpu"] as const;

/** The name of an engine. */
export type EngineName = (typeof ENGINE_NAMES)[number];

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

const THREADS: Rule = {
  must: `an integer from 1 to ${MAX_THREADS}`,
  holds: (x) => Number.isSafeInteger(x) && x >= 1 && x <= MAX_THREADS,
};

/**
 * Checks that there is an engine of this name.
 *
 * @param name what was given
 * @param valid the names that may be given
 * @throws {RangeError} if there is none, with the names of those that there are
 */
export function checkEngineName(name: string, valid: readonly string[] = ENGINE_NAMES): void {
  if (valid.includes(name)) return;
  throw new RangeError(unknownName("engine", { name, valid }));
}

/**
 * Checks what an engine is to be made for, but for the seed.
 *
 * @param options the model and how to train it
 * @throws {RangeError} if a size, a parameter, the objective, the optimiser, the batch size or the number of threads is
 *   out of range or without meaning
 * @throws {TypeError} if a layer does not fit its input, or the decoder's output not the model's input
 */
export function checkOptions({ model, objective, optimizer, batchSize, threads = 1 }: EngineOptions): void {
  checkModel(model);
  checkObjective(model, objective);
  const { learningRate, clipNorm = 1, l2 = 1 } = optimizer;
  const check = checks("create an engine");
  check.number("optimizer.learningRate", learningRate, POSITIVE);
  check.number("optimizer.clipNorm", clipNorm, POSITIVE);
  check.number("optimizer.l2", l2, POSITIVE);
  check.number("batchSize", batchSize, POSITIVE_INTEGER);
  check.number("threads", threads, THREADS);
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
