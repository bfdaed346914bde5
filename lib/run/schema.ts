/**
 * What a configuration may hold, with defaults and short forms.
 *
 * @module
 */

import * as v from "valibot";
import { OUTLIER_KINDS } from "../data/outliers.ts";
import { datasetNames, isDatasetName } from "../data/registry.ts";
import { isUserDataPath, USER_DATA_ENDINGS } from "../data/user_data.ts";
import { ENGINE_NAMES, MAX_THREADS } from "../engine/engine.ts";
import { dfFloor, dfInitial, priorDf } from "../model/degrees_of_freedom.ts";
import { PRESETS } from "../model/presets.ts";
import type { Latent, StudentTLatent } from "../model/record.ts";
import { DF_WORDS } from "./flags.ts";
import { isObject } from "./json.ts";
import { must, unknownName } from "./schema_messages.ts";
import {
  boolean,
  count,
  finite,
  keys,
  longForm,
  name,
  notNegative,
  number,
  numberOr,
  object,
  positive,
  positiveInteger,
  seed,
} from "./schema_rules.ts";

const threads = number(
  `an integer from 0 to ${MAX_THREADS}`,
  (x) => Number.isSafeInteger(x) && x >= 0 && x <= MAX_THREADS,
);

const dataset = v.custom<string>(
  (x) => typeof x === "string" && (isDatasetName(x) || isUserDataPath(x)),
  unknownName("data set", datasetNames, `a path ending in ${USER_DATA_ENDINGS}`),
);

const fraction = number("from 0 to 1", (x) => x >= 0 && x <= 1);
const noSource = {
  dataset: "only other-dataset has one: leave it out or set outliers.kind to other-dataset",
};

const outliers = v.pipe(
  v.unknown(),
  longForm("kind", { kind: "uniform" }),
  v.custom<Record<string, unknown>>(isObject, must("be an object")),
  v.variant("kind", [
    keys({ fraction, kind: v.literal("uniform") }, noSource),
    keys({ fraction, kind: v.literal("heavy") }, noSource),
    keys({ fraction, kind: v.literal("salt") }, noSource),
    keys({ fraction, kind: v.literal("other-dataset"), dataset }),
  ], unknownName("kind of outliers", OUTLIER_KINDS)),
);

const dfNames = Object.keys(DF_WORDS) as (keyof typeof DF_WORDS)[];

const df = v.lazy((df) => {
  if (!isObject(df)) {
    return v.pipe(
      numberOr(dfNames),
      v.transform((short) => typeof short === "number" ? { fixed: short } : DF_WORDS[short]),
    );
  }
  if ("learned" in df) return keys({ learned: name("kind of df", ["global", "per-dimension"]) });
  return "amortised" in df
    ? keys({
      amortised: v.literal(true, must("be true")),
      l2: v.optional(notNegative),
      kernel: v.optional(v.tuple([finite, finite], must("be two numbers, as in [2, 30]"))),
      bias: v.optional(finite),
    })
    : keys({ fixed: positive });
});

const klSample = v.optional(name("sample", ["second"]));

/** With what the record would leave open of df that move, given or not; independent coordinates need no word. */
function withDfSettled({ joint, ...latent }: StudentTLatent): StudentTLatent {
  const given = joint ? { ...latent, joint } : latent;
  const { df } = latent;
  if ("fixed" in df) return given;
  const startsElsewhere = "amortised" in df && (df.kernel !== undefined || df.bias !== undefined);
  return {
    ...given,
    ...(startsElsewhere ? {} : { dfInitial: dfInitial(latent) }),
    dfFloor: dfFloor(latent),
    priorDf: priorDf(latent),
  };
}

const latent = v.pipe(
  v.unknown(),
  longForm("family", { family: "student-t" }),
  v.variant("family", [
    keys({
      family: v.literal("student-t"),
      size: v.optional(positiveInteger, 3),
      joint: v.optional(boolean),
      df: v.optional(df, 5),
      dfInitial: v.optional(positive),
      dfFloor: v.optional(notNegative),
      priorDf: v.optional(numberOr(["tied"])),
      kl: v.optional(name("divergence", ["exact", "monte-carlo"]), "exact"),
      klSample,
      generationDf: v.optional(positive),
    }),
    keys({
      family: v.literal("gaussian"),
      size: v.optional(positiveInteger, 3),
      kl: v.optional(name("divergence", ["closed", "monte-carlo"]), "closed"),
      klSample,
    }, {
      ...Object.fromEntries(
        ["df", "dfInitial", "dfFloor", "priorDf", "generationDf"].map((key) => [
          key,
          "a Gaussian has no degrees of freedom: leave it out or set latent.family to student-t",
        ]),
      ),
      joint: "uncorrelated coordinates of a Gaussian are independent: leave it out",
    }),
  ], unknownName("family", ["student-t", "gaussian"])),
  v.transform((latent): Latent => latent.family === "student-t" ? withDfSettled(latent) : latent),
);

const scale = v.optional(numberOr(["learned"]), 1);

const likelihood = v.pipe(
  v.unknown(),
  longForm("kind", { kind: "bernoulli" }),
  v.variant("kind", [
    keys({ kind: v.literal("bernoulli") }, {
      scale: "a Bernoulli has no scale: leave it out or set likelihood.kind to gaussian or student-t",
      df: "a Bernoulli has no degrees of freedom: leave it out or set likelihood.kind to student-t",
    }),
    keys({ kind: v.literal("gaussian"), scale }, {
      df: "a Gaussian has no degrees of freedom: leave it out or set likelihood.kind to student-t",
    }),
    keys({ kind: v.literal("student-t"), df: v.optional(positive, 5), scale }),
  ], unknownName("likelihood", ["bernoulli", "gaussian", "student-t"])),
);

const ofElbo = (what: string) => `only elbo has ${what}: leave it out or set objective.kind to elbo`;
const NOT_OF_ELBO = {
  samples: "only iwae has a number of samples: leave it out or set objective.kind to iwae",
};
const NOT_OF_OTHERS = {
  beta: ofElbo("a weight of the divergence"),
  freeBits: ofElbo("free bits"),
  reduction: ofElbo("a choice of reduction"),
};

const objective = v.pipe(
  v.unknown(),
  longForm("kind", { kind: "elbo" }),
  v.custom<Record<string, unknown>>(isObject, must("be a name or an object")),
  v.variant("kind", [
    keys({
      kind: v.literal("elbo"),
      beta: v.optional(notNegative, 1),
      freeBits: v.optional(notNegative),
      reduction: v.optional(name("reduction", ["mean", "sum-of-element-means"])),
    }, NOT_OF_ELBO),
    keys({ kind: v.literal("iwae"), samples: v.optional(positiveInteger, 5) }, NOT_OF_OTHERS),
    keys({ kind: v.literal("t3") }, { ...NOT_OF_OTHERS, ...NOT_OF_ELBO }),
  ], unknownName("objective", ["elbo", "iwae", "t3"])),
);

const shape = v.pipe(
  v.array(positiveInteger, must("be an array of sizes, as in [28, 28]")),
  v.minLength(1, must("have at least one axis")),
);

const activation = name("activation", ["linear", "relu"]);

const conv = {
  filters: positiveInteger,
  size: v.optional(positiveInteger, 3),
  stride: v.optional(positiveInteger, 1),
  activation: v.optional(activation, "linear"),
  bias: v.optional(boolean, true),
};

const layer = v.pipe(
  v.custom<Record<string, unknown>>(isObject, must("be an object")),
  v.variant("kind", [
    keys({ kind: v.literal("dense"), units: positiveInteger, activation, l2: v.optional(notNegative) }),
    keys({ kind: v.literal("conv"), ...conv }),
    keys({ kind: v.literal("conv-transpose"), ...conv }),
    keys({
      kind: v.literal("batch-norm"),
      momentum: v.optional(number("from 0 to below 1", (x) => x >= 0 && x < 1), 0.9),
      epsilon: v.optional(positive, 1e-3),
    }),
    keys({
      kind: v.literal("leaky-relu"),
      slope: v.optional(number("from 0 to 1", (x) => x >= 0 && x <= 1), 0.3),
    }),
    keys({ kind: v.literal("reshape"), shape }),
  ], unknownName("layer", ["dense", "conv", "conv-transpose", "batch-norm", "leaky-relu", "reshape"])),
);

const layers = v.array(layer, must("be an array of layers"));

const hidden = v.optional(v.array(positiveInteger, must("be an array of sizes, as in [128, 64, 32]")));
const noHidden = { hidden: "only fc and original-fc have hidden layers to choose: leave it out" };

const presetModel = v.pipe(
  v.unknown(),
  longForm("preset", { preset: "fc" }),
  v.variant("preset", [
    keys({ preset: v.literal("fc"), hidden }),
    keys({ preset: v.literal("cnn") }, noHidden),
    keys({ preset: v.literal("original-fc"), hidden }),
    keys({ preset: v.literal("original-cnn") }, noHidden),
  ], unknownName("model", Object.keys(PRESETS))),
);

const wholeModel = keys({
  name: v.optional(
    v.custom<string>(
      (x) => typeof x === "string" && /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(x),
      must("be letters, digits and . _ - (it becomes part of a folder's name)"),
    ),
    "custom",
  ),
  input: v.optional(shape),
  encoder: layers,
  decoder: layers,
  latent: v.optional(latent),
  likelihood: v.optional(likelihood),
});

const model = v.pipe(
  v.unknown(),
  longForm("preset"),
  v.custom<Record<string, unknown>>(isObject, must("be a preset's name or an object")),
  v.lazy((x) => isObject(x) && ("encoder" in x || "decoder" in x) ? wholeModel : presetModel),
);

/** A configuration as users write it; its output is the long form, defaults filled in. */
export const SCHEMA = object({
  schemaVersion: v.optional(v.literal(1, must("be 1")), 1),
  dataset: v.optional(dataset, "glyphs"),
  examples: v.optional(positiveInteger),
  testExamples: v.optional(positiveInteger),
  validation: v.optional(count, 0),
  outliers: v.optional(outliers),
  model: v.optional(model, "fc"),
  /** Left open, because a whole model may bring them along. */
  latent: v.optional(latent),
  objective: v.optional(objective, {}),
  likelihood: v.optional(likelihood),
  /** Without a learning rate the preset's own is meant. */
  optimizer: v.optional(
    object({ learningRate: v.optional(positive), clipNorm: v.optional(positive), l2: v.optional(positive) }),
    {},
  ),
  batchSize: v.optional(positiveInteger, 512),
  epochs: v.optional(positiveInteger, 30),
  patience: v.optional(count, 0),
  checkpointEvery: v.optional(positiveInteger, 1),
  seed: v.optional(seed, 0),
  backend: v.optional(name("engine", ["auto", ...ENGINE_NAMES]), "auto"),
  threads: v.optional(threads, 0),
});

/** What the schema makes of one of its parts where nothing is given. */
export const DEFAULTS = { latent: v.parse(latent, {}), likelihood: v.parse(likelihood, {}) } as const;

/**
 * Checks a configuration against the schema.
 *
 * @param input what the user wrote
 * @returns the long form, or the first defect in one line
 */
export function checkSchema(
  input: unknown,
): { readonly output: v.InferOutput<typeof SCHEMA> } | { readonly defect: string } {
  const result = v.safeParse(SCHEMA, input, { abortEarly: true });
  if (result.success) return { output: result.output };
  const [issue] = result.issues;
  const key = v.getDotPath(issue) ?? "the configuration";
  return { defect: issue.message.replace("{key}", () => key) };
}
