/**
 * Which engine to use.
 *
 * @module
 */

import { sizeOf } from "../model/record.ts";
import {
  checkEngineName,
  checkOptions,
  createEngine,
  ENGINE_NAMES,
  type EngineName,
  type EngineOptions,
  isPlannable,
} from "./engine.ts";
import { findGpu } from "./gpu.ts";

/** An engine's name and, for `auto`, why it was chosen. */
export interface Selection {
  /** Never `auto`. */
  readonly name: EngineName;
  /** One phrase for people: `forced`, or what was found on this machine. */
  readonly reason: string;
}

/**
 * Chooses the engine: the named one, or for `auto` wasm, unless there is a hardware GPU on which tfjs-webgpu is faster.
 *
 * Small models often train faster on the processor, so where there is a GPU each of the two takes a few steps of what is to
 * be trained. A software adapter runs WebGPU on the processor, far slower than wasm does, so `auto` counts it as no GPU.
 * What wasm cannot train `auto` gives to tfjs-wasm. To look for a GPU it sets environment variables, as {@linkcode findGpu}
 * says; a named engine is taken as it is.
 *
 * @param backend an engine's name or `auto`
 * @param options what is to be trained; where absent, a model that wasm can train and a GPU, if there is one, is faster at
 * @returns the choice; whether a forced engine can start is found out by {@linkcode createEngine}
 * @throws {RangeError} if there is no such engine, or an option is out of range or without meaning
 * @throws {TypeError} if a layer does not fit its input, or the decoder's output not the model's input
 * @throws {Deno.errors.NotCapable} of `auto`, without permission to read and set the environment
 */
export async function selectEngine(
  backend: EngineName | "auto",
  options?: EngineOptions,
): Promise<Selection> {
  checkEngineName(backend, ["auto", ...ENGINE_NAMES]);
  if (options !== undefined) checkOptions(options);
  if (backend !== "auto") return { name: backend, reason: "forced" };
  const gpu = await findGpu();
  const objective = options?.objective;
  if (gpu !== undefined && !gpu.software) {
    const [name, reason] = ["tfjs-webgpu", `hardware GPU ${gpu.description}`] as const;
    if (options === undefined || !isPlannable(options.objective)) return { name, reason };
    return fastest(await tryEngines([name, "wasm"], options), reason);
  }
  const reason = gpu === undefined
    ? "no WebGPU adapter on this machine"
    : `no hardware GPU, only the software adapter ${gpu.description}`;
  return objective === undefined || isPlannable(objective)
    ? { name: "wasm", reason }
    : { name: "tfjs-wasm", reason: `${reason}; wasm does not train ${objective.kind}` };
}

/**
 * The engine that was fastest in a trial, with all times, or why there is none.
 *
 * @param trials of at least one engine, the fastest first
 * @param found what else led to the choice
 * @returns the first engine
 */
export function fastest(trials: readonly Trial[], found: string): Selection {
  const times = trials.map(({ name, milliseconds, error }) =>
    `${name} ${error === undefined ? `${milliseconds.toFixed(1)} ms a step` : `failed: ${error}`}`
  );
  return { name: trials[0].name, reason: [found, ...times].join("; ") };
}

/** What a trial found. */
export interface Trial {
  readonly name: EngineName;
  /** Of the fastest of some steps; infinite where the engine could not start or failed. */
  readonly milliseconds: number;
  /** Why it could not. */
  readonly error?: string;
}

/** Milliseconds that are spent on an engine's steps, about, once it is warm, and how many they are at most. */
const PATIENCE = 300;
const STEPS = 20;

/**
 * Takes a few training steps on each of some engines, of the model and batch that are to be trained.
 *
 * What the examples are makes no difference to how long a step takes; noise does for them.
 *
 * @param names the engines
 * @param options the model and how to train it
 * @returns one for each name, the fastest first
 */
export async function tryEngines(
  names: readonly EngineName[],
  options: EngineOptions,
): Promise<readonly Trial[]> {
  const trials: Trial[] = [];
  for (const name of names) trials.push(await tryEngine(name, options));
  return trials.sort((a, b) => a.milliseconds - b.milliseconds);
}

async function tryEngine(name: EngineName, options: EngineOptions): Promise<Trial> {
  const { batchSize, model: { input } } = options;
  const data = Uint8Array.from(
    { length: batchSize * sizeOf(input) },
    (_, i) => Math.imul(i, 2654435761) >>> 24,
  );
  const indices = Uint32Array.from({ length: batchSize }, (_, i) => i);
  try {
    const engine = await createEngine(name, options);
    try {
      // The first steps compile.
      for (let warm = 0; warm < 2; warm++) await engine.trainSteps(data, indices);
      let milliseconds = Infinity;
      const end = performance.now() + PATIENCE;
      for (let step = 0; step < STEPS && (step === 0 || performance.now() < end); step++) {
        const begun = performance.now();
        await engine.trainSteps(data, indices);
        milliseconds = Math.min(milliseconds, performance.now() - begun);
      }
      return { name, milliseconds };
    } finally {
      await engine.close();
    }
  } catch (error) {
    return { name, milliseconds: Infinity, error: (error as Error).message };
  }
}
