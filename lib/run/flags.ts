/**
 * Flags of the command line: short names for keys of the configuration.
 *
 * @module
 */

import { isObject, type JsonObject } from "./json.ts";
import { UsageError } from "./usage_error.ts";

/** A flag and the key it sets. */
export type Flag =
  & {
    /** As it is typed. */
    readonly flag: `--${string}`;
    /** The key's dotted name. */
    readonly key: string;
    /** One line for the help text, ending in the default. */
    readonly description: string;
  }
  & ({
    /** What the value looks like; the schema says which values are valid. */
    readonly kind: "number" | "string" | "number-or-word";
    /** What stands for the value in the help text. */
    readonly metavar: string;
  } | {
    /** It takes no value: being there sets its key to true. */
    readonly kind: "switch";
  });

/** Every key that has a flag of its own; `--set` reaches the others. */
export const FLAGS: readonly Flag[] = [
  {
    flag: "--dataset",
    key: "dataset",
    metavar: "NAME|FILE",
    kind: "string",
    description:
      "glyphs, mnist, binarized-mnist, fashion-mnist, heavy-tail-1d, heavy-tail-2d, or a file of your own: " +
      ".idx(.gz), .npy, .csv (default: glyphs)",
  },
  {
    flag: "--validation",
    key: "validation",
    metavar: "N",
    kind: "number",
    description: "training examples held out to choose the best epoch by (default: 0)",
  },
  {
    flag: "--outliers",
    key: "outliers.fraction",
    metavar: "X",
    kind: "number",
    description: "share of the training examples that outliers replace (default: 0)",
  },
  {
    flag: "--outlier-kind",
    key: "outliers.kind",
    metavar: "KIND",
    kind: "string",
    description: "what they are: uniform, heavy, salt or other-dataset (default: uniform)",
  },
  {
    flag: "--outlier-dataset",
    key: "outliers.dataset",
    metavar: "NAME|FILE",
    kind: "string",
    description: "where those of other-dataset come from (default: none)",
  },
  {
    flag: "--model",
    key: "model",
    metavar: "PRESET",
    kind: "string",
    description:
      "the network: fc, cnn for images, original-fc, original-cnn, or a whole record in --config (default: fc)",
  },
  {
    flag: "--latent-size",
    key: "latent.size",
    metavar: "N",
    kind: "number",
    description: "number of latent dimensions (default: 3)",
  },
  {
    flag: "--posterior",
    key: "latent.family",
    metavar: "FAMILY",
    kind: "string",
    description: "family of posterior and prior: student-t or gaussian (default: student-t)",
  },
  {
    flag: "--joint",
    key: "latent.joint",
    kind: "switch",
    description: "one multivariate t instead of an independent t for each dimension (default: off)",
  },
  {
    flag: "--df",
    key: "latent.df",
    metavar: "X",
    kind: "number-or-word",
    description:
      "degrees of freedom: a number, learned, per-dimension, or amortised, the encoder's (default: 5)",
  },
  {
    flag: "--prior-df",
    key: "latent.priorDf",
    metavar: "X",
    kind: "number-or-word",
    description:
      "the prior's df, 5 where the posterior's move, or tied to them, no bound if amortised (default: as --df)",
  },
  {
    flag: "--kl",
    key: "latent.kl",
    metavar: "KIND",
    kind: "string",
    description: "the divergence: exact, closed for a gaussian, or monte-carlo (default: exact)",
  },
  {
    flag: "--objective",
    key: "objective.kind",
    metavar: "KIND",
    kind: "string",
    description: "what training optimises: elbo, iwae or t3 (default: elbo)",
  },
  {
    flag: "--beta",
    key: "objective.beta",
    metavar: "X",
    kind: "number",
    description: "weight of the KL divergence in elbo (default: 1)",
  },
  {
    flag: "--likelihood",
    key: "likelihood.kind",
    metavar: "KIND",
    kind: "string",
    description: "p(x|z): bernoulli, gaussian or student-t (default: bernoulli)",
  },
  {
    flag: "--learning-rate",
    key: "optimizer.learningRate",
    metavar: "X",
    kind: "number",
    description: "Adam's step size; for cnn and original-cnn 0.0003 (default: 0.0005)",
  },
  {
    flag: "--batch-size",
    key: "batchSize",
    metavar: "N",
    kind: "number",
    description: "examples per step (default: 512)",
  },
  {
    flag: "--epochs",
    key: "epochs",
    metavar: "N",
    kind: "number",
    description: "passes over the training set (default: 30)",
  },
  {
    flag: "--patience",
    key: "patience",
    metavar: "N",
    kind: "number",
    description: "stop after N epochs without a lower validation loss; 0 never does (default: 0)",
  },
  {
    flag: "--seed",
    key: "seed",
    metavar: "N",
    kind: "number",
    description: "decides weights, order and noise (default: 0)",
  },
  {
    flag: "--backend",
    key: "backend",
    metavar: "ENGINE",
    kind: "string",
    description: "the engine: wasm, tfjs-webgpu, tfjs-wasm, tfjs-cpu or auto (default: auto)",
  },
  {
    flag: "--threads",
    key: "threads",
    metavar: "N",
    kind: "number",
    description: "threads of wasm, which change no result; 0 for one per processor (default: 0)",
  },
];

/** Degrees of freedom that are no number, by the word for them. */
export const DF_WORDS = {
  "learned": { learned: "global" },
  "per-dimension": { learned: "per-dimension" },
  "amortised": { amortised: true },
} as const;

function isDfWord(df: unknown): df is keyof typeof DF_WORDS {
  return typeof df === "string" && Object.hasOwn(DF_WORDS, df);
}

/** Values that may stand for an object, and that object. */
const LONG_FORM: Readonly<Record<string, (short: unknown) => JsonObject>> = {
  "model": (preset) => ({ preset }),
  "latent": (family) => ({ family }),
  "latent.df": (df) => isDfWord(df) ? DF_WORDS[df] : { fixed: df },
  "objective": (kind) => ({ kind }),
  "likelihood": (kind) => ({ kind }),
};

/**
 * A configuration with one key set.
 *
 * A short form on the way is kept in its long form: setting `likelihood.scale` on `{likelihood: "gaussian"}` gives
 * `{likelihood: {kind: "gaussian", scale}}`. Keys are not checked: `parseConfig()` rejects those it does not know.
 *
 * @param config what the user wrote; not changed
 * @param assignment the key's dotted name and its value
 * @returns a new object
 *
 * @example
 * ```ts
 * import { assignKey, parseAssignment } from "./flags.ts";
 * import assert from "node:assert/strict";
 *
 * const config = [["seed", 1], parseAssignment("latent.size=8")] as const;
 * assert.deepEqual(config.reduce(assignKey, {}), { seed: 1, latent: { size: 8 } });
 * ```
 */
export function assignKey(
  config: JsonObject,
  [key, value]: readonly [key: string, value: unknown],
): JsonObject {
  const path = key.split(".");
  const assign = (object: JsonObject, depth: number): JsonObject => {
    const name = path[depth];
    if (depth === path.length - 1) return { ...object, [name]: value };
    const old = object[name];
    const long = LONG_FORM[path.slice(0, depth + 1).join(".")];
    const inner = isObject(old) ? old : old !== undefined && long !== undefined ? long(old) : {};
    return { ...object, [name]: assign(inner, depth + 1) };
  };
  return assign(config, 0);
}

/**
 * Reads `key=value`. The value is JSON where it parses as JSON, else text.
 *
 * @param text what followed `--set`
 * @returns the key and its value, for {@linkcode assignKey}
 * @throws {UsageError} if there is no `=` or no key before it
 */
export function parseAssignment(text: string): [key: string, value: unknown] {
  const [, key, value] = /^\s*([^=\s.]+(?:\.[^=\s.]+)*)\s*=(.*)$/s.exec(text) ?? [];
  if (key === undefined) {
    throw new UsageError(
      `Cannot set a key: must be key=value, as in latent.size=8, got ${JSON.stringify(text)}`,
    );
  }
  try {
    return [key, JSON.parse(value)];
  } catch {
    return [key, value.trim()];
  }
}
