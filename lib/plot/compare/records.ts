/**
 * What is known of runs that are compared. Plain data: whoever reads run directories fills it in.
 *
 * @module
 */

import type { Latent, Likelihood, Objective } from "../../model/record.ts";
import type { Entry, EpochRecord, EvaluationRecord, TailRecords } from "../records.ts";
import { COLORS, LINE_COLORS, type LineLook, lineLook } from "../theme.ts";

/** One of the runs. */
export interface ComparedRun {
  /** What tells it from the others. */
  readonly name: string;
  /** What was asked for. */
  readonly config: readonly Entry[];
  /** The data set's name. */
  readonly dataset: string;
  /** Posterior and prior. */
  readonly latent: Latent;
  /** What training optimised. */
  readonly objective: Objective;
  /** What p(x|z) is. */
  readonly likelihood: Likelihood["kind"];
  /** One record per epoch, in order. */
  readonly metrics: readonly EpochRecord[];
  /** What was measured after training. */
  readonly evaluation?: EvaluationRecord;
  /** How far examples and latents reach, where that was measured. */
  readonly tails?: TailRecords;
}

/** Blue are data. */
const RUN_COLORS = LINE_COLORS.filter((color) => color !== COLORS.data);

/**
 * A run's look, the same in every figure of a comparison.
 *
 * @param i the run's place, from 0
 */
export function runLook(i: number): LineLook {
  return lineLook(i, RUN_COLORS);
}
