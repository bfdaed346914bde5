/**
 * The configuration of a training run.
 *
 * @module
 */

import type { Outliers } from "../data/outliers.ts";
import type { EngineName, Optimizer } from "../engine/engine.ts";
import { LEARNING_RATES, type PresetName } from "../model/presets.ts";
import { type OriginalName, ORIGINALS } from "../model/originals.ts";
import type { Latent, Layer, Likelihood, Objective, Shape } from "../model/record.ts";
import { canonicalJson, isObject, type JsonObject, parseJson } from "./json.ts";
import { checkSchema, DEFAULTS } from "./schema.ts";
import { show } from "./schema_messages.ts";
import { UsageError } from "./usage_error.ts";

/** A model by a preset's name. */
export interface PresetModel {
  /** Which preset. */
  readonly preset: PresetName;
  /** Units of the hidden layers of `fc` and `original-fc`; the preset's own where absent. */
  readonly hidden?: readonly number[];
}

/** A model written out. */
export interface WholeModel {
  /** Letters, digits and . _ -; part of the name of a run's folder. */
  readonly name: string;
  /** The shape of one example; the data set's where absent. */
  readonly input?: Shape;
  /** From the input to the latent heads. */
  readonly encoder: readonly Layer[];
  /** From the latent to one output for each element of the input. */
  readonly decoder: readonly Layer[];
}

/** Everything that decides a training run, in the long form. */
export interface Config {
  /** The version of this record. */
  readonly schemaVersion: 1;
  /** A data set's name, or the path of a file. */
  readonly dataset: string;
  /** Training examples to take, the first ones; all of them where absent. */
  readonly examples?: number;
  /** Test examples to take, the first ones; all of them where absent. */
  readonly testExamples?: number;
  /** Training examples held out to choose the best epoch by, or as many of the data set's own validation set. */
  readonly validation: number;
  /** What replaces a share of the training examples; nothing where absent. */
  readonly outliers?: Outliers;
  /** The network. */
  readonly model: PresetModel | WholeModel;
  /** Posterior, prior and their divergence. */
  readonly latent: Latent;
  /** What training maximises. */
  readonly objective: Objective;
  /** p(x|z). */
  readonly likelihood: Likelihood;
  /** How parameters follow gradients. */
  readonly optimizer: Optimizer;
  /** Examples per step. */
  readonly batchSize: number;
  /** Passes over the training set. */
  readonly epochs: number;
  /** Epochs without a lower validation loss after which to stop; 0 never stops. */
  readonly patience: number;
  /** Epochs from one checkpoint to the next. */
  readonly checkpointEvery: number;
  /** Decides weights, order and noise: an integer from 0 to 2^53 − 1. */
  readonly seed: number;
  /** The engine that computes; `auto` finds one. */
  readonly backend: EngineName | "auto";
  /** Threads to compute on, of engines that can have several; 0 for one per processor. Results do not depend on it. */
  readonly threads: number;
}

/**
 * Checks a configuration and brings it into the long form, defaults filled in.
 *
 * Short forms: `model: "fc"` for `{preset: "fc"}`, `likelihood: "gaussian"` for `{kind: "gaussian"}`,
 * `objective: "iwae"` for `{kind: "iwae"}`, `latent.df: 5` for `{fixed: 5}`, `"learned"` for `{learned: "global"}`,
 * `"per-dimension"` for `{learned: "per-dimension"}` and `"amortised"` for `{amortised: true}`. The presets of the
 * original imply its latent and its loss where those are not given. A whole model may bring its own `latent` and
 * `likelihood`. The learning rate is the preset's unless it is given; a whole model has that of `fc`.
 *
 * @param input what was written, usually parsed JSON; `{}` gives all defaults
 * @returns the long form; parsing it again gives the same
 * @throws {UsageError} in one line that names the key, the rule and the value
 *
 * @example
 * ```ts
 * import { parseConfig } from "./config.ts";
 * import assert from "node:assert/strict";
 *
 * const config = parseConfig({ dataset: "mnist", latent: { df: 7 } });
 * assert.deepEqual(config.latent, { family: "student-t", size: 3, df: { fixed: 7 }, kl: "exact" });
 * assert.throws(() => parseConfig({ latent: { size: 0 } }), /latent.size must be a positive integer, got 0/);
 * ```
 */
export function parseConfig(input: unknown): Config {
  const checked = checkSchema(withOriginal(input));
  if ("defect" in checked) throw new UsageError(checked.defect);
  const { model, ...config } = checked.output;
  const { latent, likelihood, ...layers } = { latent: undefined, likelihood: undefined, ...model };

  if (config.patience > 0 && config.validation === 0) {
    throw new UsageError(
      "Cannot use configuration: patience must be 0 without a validation set, whose loss it watches, " +
        `got ${config.patience}; set validation to the number of examples to hold out`,
    );
  }
  return {
    ...config,
    model: layers,
    optimizer: {
      learningRate: LEARNING_RATES["preset" in layers ? layers.preset : "fc"],
      ...config.optimizer,
    },
    latent: oneOf("latent", { given: config.latent, inModel: latent }) ?? DEFAULTS.latent,
    likelihood: oneOf("likelihood", { given: config.likelihood, inModel: likelihood }) ?? DEFAULTS.likelihood,
  };
}

/**
 * Reads a file of configuration keys.
 *
 * @param path a JSON file
 * @param what what it is to be, for errors
 * @returns what it holds, for `assignKey()` and {@linkcode parseConfig}, which checks it
 * @throws {UsageError} if there is no such file, or it is no JSON object
 */
export async function readConfigFile(path: string, what = "configuration"): Promise<JsonObject> {
  try {
    const value = parseJson(await Deno.readTextFile(path), path);
    if (isObject(value)) return value;
    throw new UsageError(`Cannot read ${path}: a ${what} must be a JSON object, got ${show(value)}`);
  } catch (error) {
    if (error instanceof SyntaxError) throw new UsageError(error.message);
    if (error instanceof Deno.errors.NotFound) {
      throw new UsageError(`Cannot read ${what} ${path}: there is no such file`);
    }
    throw error;
  }
}

/**
 * What was written, with what a preset of the original implies beneath it: nothing of amortised df for others, no
 * second sample for a divergence that is not sampled, no reduction for other objectives.
 */
function withOriginal(input: unknown): unknown {
  if (!isObject(input)) return input;
  const { model } = input;
  const preset = isObject(model) ? model.preset : model;
  if (typeof preset !== "string" || !Object.hasOwn(ORIGINALS, preset)) return input;
  const long = (key: "family" | "kind", value: unknown = {}) =>
    typeof value === "string" ? { [key]: value } : value;
  const [latent, objective] = [long("family", input.latent), long("kind", input.objective)];
  if (!isObject(latent) || !isObject(objective)) return input;
  const original = ORIGINALS[preset as OriginalName];
  const { kind = "elbo" } = objective;
  const { df, kl = "monte-carlo" } = latent;
  const implied: Record<string, unknown> = latent.family === "gaussian"
    ? { ...original.gaussian }
    : { family: "student-t", ...original.studentT };
  if (df !== undefined && df !== "amortised" && !(isObject(df) && "amortised" in df)) {
    delete implied.priorDf;
    delete implied.dfFloor;
  }
  if (kl !== "monte-carlo" || kind !== "elbo") delete implied.klSample;
  return {
    ...input,
    latent: { ...implied, ...latent, ...(df === "amortised" ? { df: implied.df } : {}) },
    objective: kind === "elbo" ? { ...original.objective, ...objective } : objective,
  };
}

/** What was given, in the configuration or in its model; both only if they agree. */
function oneOf<T>(
  key: string,
  { given, inModel }: { readonly given: T | undefined; readonly inModel: T | undefined },
): T | undefined {
  if (given === undefined || inModel === undefined) return given ?? inModel;
  if (canonicalJson(given) === canonicalJson(inModel)) return given;
  throw new UsageError(
    `Cannot use configuration: ${key} and model.${key} must agree, got ${show(given)} and ${
      show(inModel)
    }; ` +
      "give one of them",
  );
}
