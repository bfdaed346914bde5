/**
 * From a configuration to the one model and engine it means.
 *
 * @module
 */

import { sha256 } from "../data/hash.ts";
import { checkEngine, type EngineName, type EngineOptions } from "../engine/engine.ts";
import { checkModel } from "../model/check_model.ts";
import { checkObjective } from "../model/check_objective.ts";
import { PRESETS } from "../model/presets.ts";
import type { Model, Shape } from "../model/record.ts";
import type { Config } from "./config.ts";
import { canonicalJson, isObject } from "./json.ts";
import { show } from "./schema_messages.ts";
import { asUsage, UsageError } from "./usage_error.ts";

/** A configuration that leaves nothing open: what a run's config.json holds. */
export interface ResolvedConfig extends Config {
  /** The network, written out. */
  readonly model: Pick<Model, "name" | "input" | "encoder" | "decoder">;
  /** The engine that computes. */
  readonly backend: EngineName;
}

/** One that leaves open at most which engine computes. */
export interface DescribedConfig<Backend extends EngineName | "auto">
  extends Omit<ResolvedConfig, "backend"> {
  readonly backend: Backend;
}

/** Keys that decide how long and how fast a run trains, and nothing about its steps. */
const FREE_KEYS: readonly string[] = ["epochs", "patience", "threads"];

/**
 * Fills in what only the data set and the machine can tell.
 *
 * @param config the configuration
 * @param found `input`, the shape of the data set's examples, and `backend`, the engine that was chosen, or `auto` while
 *   none is
 * @returns the configuration with a whole model; `parseConfig()` accepts it and changes nothing
 * @throws {UsageError} if the model does not fit the data set, cannot be built, or not be trained on the
 *   objective or with this engine
 *
 * @example
 * ```ts
 * import { parseConfig } from "./config.ts";
 * import { modelOf, resolveConfig } from "./resolve.ts";
 * import assert from "node:assert/strict";
 *
 * const config = resolveConfig(parseConfig({}), { input: [28, 28], backend: "tfjs-cpu" });
 * assert.deepEqual(modelOf(config).decoder.at(-1), { kind: "dense", units: 784, activation: "linear" });
 * ```
 */
export function resolveConfig<Backend extends EngineName | "auto">(
  config: Config,
  { input, backend }: { readonly input: Shape; readonly backend: Backend },
): DescribedConfig<Backend> {
  const { latent, likelihood, objective, model: given } = config;
  if (!("preset" in given) && given.input !== undefined && String(given.input) !== String(input)) {
    throw new UsageError(
      `Cannot use configuration: model.input must be the shape of the examples of ${config.dataset}, ` +
        `[${input.join(", ")}], got [${given.input.join(", ")}]`,
    );
  }
  return asUsage(() => {
    const { name, encoder, decoder } = "preset" in given
      ? PRESETS[given.preset]({ ...given, input, latent, likelihood })
      : given;
    const model = { name, input, encoder, decoder };
    checkModel({ ...model, latent, likelihood });
    checkObjective({ ...model, latent, likelihood }, objective);
    if (backend !== "auto") checkEngine(backend, objective);
    return { ...config, model, backend };
  });
}

/** What an engine is made for that trains a run. */
export function engineOptions(config: Omit<ResolvedConfig, "backend">): EngineOptions {
  const { objective, optimizer, batchSize, seed, threads } = config;
  const model = modelOf(config);
  return { model, objective, optimizer, batchSize, seed, ...(threads === 0 ? {} : { threads }) };
}

/** The record of the model that a run trains. */
export function modelOf({ model, latent, likelihood }: Omit<ResolvedConfig, "backend">): Model {
  return { ...model, latent, likelihood };
}

/**
 * Names what a checkpoint belongs to: the SHA-256 of the configuration without `epochs`, `patience` and `threads`,
 * which change how long and how fast a run trains but none of its steps.
 *
 * @returns 64 hexadecimal digits, the same whatever order the keys are in
 */
export async function configHash(config: ResolvedConfig): Promise<string> {
  const entries = Object.entries(config).filter(([key]) => !FREE_KEYS.includes(key));
  return await sha256(new TextEncoder().encode(canonicalJson(Object.fromEntries(entries))));
}

/**
 * Checks that a run may go on under a changed configuration.
 *
 * @param run the configuration it was started with
 * @param wanted the configuration it is to go on with
 * @throws {UsageError} naming the first key that differs, if it is not `epochs`, `patience` or `threads`, with
 *   both values
 */
export function checkResumable(run: Config, wanted: Config): void {
  const [old, now] = [leaves(run), leaves(wanted)];
  for (const key of new Set([...old.keys(), ...now.keys()])) {
    const [before, after] = [old.get(key), now.get(key)];
    if (canonicalJson(before) === canonicalJson(after) || FREE_KEYS.includes(key)) continue;
    throw new UsageError(
      `Cannot resume: only ${FREE_KEYS.join(", ")} may change, but ${key} was ${show(before)} and is ` +
        `to be ${show(after)}; leave it out, or start a new run`,
    );
  }
}

/** Values by dotted key; an array is one value. */
function leaves(value: object, prefix = ""): ReadonlyMap<string, unknown> {
  return new Map(
    Object.entries(value).flatMap(([key, part]): [string, unknown][] =>
      isObject(part) ? [...leaves(part, `${prefix}${key}.`)] : [[prefix + key, part]]
    ),
  );
}
