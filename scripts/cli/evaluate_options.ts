/**
 * The flags of `evaluate`, which `sweep evaluate` takes too.
 *
 * @module
 */

import { object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { map, optional } from "@optique/core/modifiers";
import type { Parser } from "@optique/core/parser";
import { option } from "@optique/core/primitives";
import { integer, string } from "@optique/core/valueparser";
import { MAX_SAMPLES } from "../../lib/engine/importance.ts";
import type { EngineName } from "../../lib/engine/engine.ts";
import type { CheckpointName } from "../../lib/run/checkpoint.ts";
import { mirrorOption } from "./mirror.ts";
import { type GivenOutliers, testOutlierOptions } from "./outlier_options.ts";
import { backendOption, checkpointOption } from "./run_argument.ts";
import { wideSimdOption } from "./wide_simd.ts";

/** What to measure besides what is always measured; absent where it was not asked for. */
export interface Measures {
  /** Draws of the log-likelihood. */
  readonly iwae?: number;
  /** A data set to tell the test set from, as typed. */
  readonly against?: string;
  /** Examples of each of MMD's two samples. */
  readonly mmd?: number;
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
  }),
  ({ iwae, against, mmd }) => ({
    ...(iwae !== undefined && { iwae }),
    ...(against !== undefined && { against }),
    ...(mmd !== undefined && { mmd }),
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
