/**
 * The flags of `evaluate`, which `sweep evaluate` takes too.
 *
 * @module
 */

import { object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { map, multiple, optional } from "@optique/core/modifiers";
import type { Parser } from "@optique/core/parser";
import { option } from "@optique/core/primitives";
import { float, integer, string } from "@optique/core/valueparser";
import { MAX_SAMPLES } from "../../lib/engine/importance.ts";
import type { EngineName } from "../../lib/engine/engine.ts";
import {
  checkLatentSource,
  defaultLatentSource,
  LATENT_SOURCES,
  type LatentSourceName,
  latentSourcesOf,
} from "../../lib/model/latent_sources.ts";
import type { CheckpointName } from "../../lib/run/checkpoint.ts";
import type { AskedMeasures } from "../../lib/run/evaluation.ts";
import type { ResolvedConfig } from "../../lib/run/resolve.ts";
import { asUsage, UsageError } from "../../lib/run/usage_error.ts";
import { mirrorOption } from "./mirror.ts";
import { oneOf } from "./one_of.ts";
import { type GivenOutliers, testOutlierOptions } from "./outlier_options.ts";
import { backendOption, checkpointOption } from "./run_argument.ts";
import { wideSimdOption } from "./wide_simd.ts";

/** What `--latents` can name. */
const LATENTS = [...LATENT_SOURCES, "all"] as const;

/** What to measure besides what is always measured; absent where it was not asked for. */
export interface Measures extends AskedMeasures {
  /** Sources of the latents of new examples, in the order of `LATENT_SOURCES`. */
  readonly latents?: readonly (typeof LATENTS)[number][];
}

/** How to evaluate a run. */
export interface EvaluateArguments {
  readonly measures: Measures;
  readonly checkpoint: CheckpointName | undefined;
  readonly backend: EngineName | undefined;
  readonly wideSimd: boolean;
  readonly mirror: string | undefined;
  readonly testOutliers: GivenOutliers;
}

/** The kernel of all pairs of so many and so many examples takes 0.4 GB. */
const MOST_MMD = 5_000;

/** Draws of `--tails` unless `--draws` says otherwise. */
const DRAWS = 100_000;

const measureOptions: Parser<"sync", Measures, unknown> = map(
  object("Measures", {
    iwae: optional(option("--iwae", integer({ min: 1, max: MAX_SAMPLES, metavar: "K" }), {
      description:
        message`also estimate the log-likelihood from K importance-weighted draws for each example`,
    })),
    against: optional(option("--against", string({ metavar: "NAME|FILE" }), {
      description:
        message`also say how well the ELBO tells the test set from that of another data set: fashion-mnist`,
    })),
    mmd: optional(option("--mmd", integer({ min: 2, max: MOST_MMD, metavar: "N" }), {
      description:
        message`also compare N new examples with the first N test examples by MMD, in time that grows with N²`,
    })),
    tails: optional(option("--tails", float({ metavar: "R" }), {
      description:
        message`also compare draws of new examples with the test set: how many have a norm above R, quantiles, and MMD in linear time`,
    })),
    draws: optional(option("--draws", integer({ min: 2, metavar: "N" }), {
      description: message`draws of --tails (default: 100,000)`,
    })),
    latents: multiple(option("--latents", oneOf("NAME", LATENTS), {
      description:
        message`where new examples come from, those of --mmd and --tails and, from the first of them, the pictures: prior, alternative-prior (of the objective t3), ex-post-t, ex-post-mixture, posterior, or all; may be repeated (default: alternative-prior after t3, else prior)`,
    })),
  }),
  ({ iwae, against, mmd, tails, draws = tails === undefined ? undefined : DRAWS, latents }) => ({
    ...(iwae !== undefined && { iwae }),
    ...(against !== undefined && { against }),
    ...(mmd !== undefined && { mmd }),
    ...(tails !== undefined && { tails }),
    ...(draws !== undefined && { draws }),
    ...(latents.length > 0 && { latents: LATENTS.filter((name) => latents.includes(name)) }),
  }),
);

/** A parser of them all but `--threads`, which means something else for many runs at once. */
export const evaluateOptions: Parser<"sync", EvaluateArguments, unknown> = object({
  measures: measureOptions,
  checkpoint: checkpointOption,
  backend: backendOption,
  wideSimd: wideSimdOption,
  mirror: mirrorOption,
  testOutliers: testOutlierOptions,
});

/**
 * The command line that the options were parsed from, or one that means the same.
 *
 * @param given what {@linkcode evaluateOptions} gave
 * @returns words for `evaluate`
 */
export function evaluateWords(
  { measures, checkpoint, backend, wideSimd, mirror, testOutliers }: EvaluateArguments,
): string[] {
  const flags: Readonly<Record<string, string | number | boolean | readonly string[] | undefined>> = {
    "--iwae": measures.iwae,
    "--against": measures.against,
    "--mmd": measures.mmd,
    "--tails": measures.tails,
    "--draws": measures.draws,
    "--latents": measures.latents,
    "--checkpoint": checkpoint,
    "--backend": backend,
    "--wide-simd": wideSimd,
    "--mirror": mirror,
    "--outliers": testOutliers.fraction,
    "--outlier-kind": testOutliers.kind,
    "--outlier-dataset": testOutliers.dataset,
  };
  return Object.entries(flags).flatMap(([flag, value]) =>
    value === undefined || value === false
      ? []
      : value === true
      ? [flag]
      : [value].flat().flatMap((each) => [flag, String(each)])
  );
}

/**
 * Checks what is to be measured by rules that a parser cannot know.
 *
 * @param measures what was asked for
 * @param config of the run to be measured
 * @throws {UsageError} in one line, if a flag has no meaning without another one, or none for this run
 */
export function checkMeasures(
  { tails, draws, latents = [] }: Measures,
  { likelihood, objective }: Pick<ResolvedConfig, "likelihood" | "objective">,
): void {
  if (tails === undefined && draws !== undefined) {
    throw new UsageError("Cannot use --draws alone: it counts the draws of --tails; give both");
  }
  if (tails !== undefined && !(tails > 0)) {
    throw new UsageError(`Cannot measure tails: --tails must be > 0, got ${tails}`);
  }
  if (tails !== undefined && likelihood.kind === "bernoulli") {
    throw new UsageError(
      "Cannot measure tails: the run's likelihood must be gaussian or student-t, got bernoulli; leave --tails out",
    );
  }
  for (const name of latents) {
    if (name !== "all") asUsage(() => checkLatentSource(name, objective));
  }
}

/**
 * The sources of latents that were asked for.
 *
 * @param measures what was asked for
 * @param config of the run to be measured
 * @returns each once, in the order that results are shown in
 */
export function askedSources(
  { latents }: AskedMeasures,
  { objective }: Pick<ResolvedConfig, "objective">,
): LatentSourceName[] {
  if (latents === undefined) return [defaultLatentSource(objective)];
  return latentSourcesOf(objective).filter((name) => latents.includes("all") || latents.includes(name));
}
