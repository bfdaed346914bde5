/**
 * How well a model tells its own data from others.
 *
 * @module
 */

import type { Split } from "../data/dataset.ts";
import type { Engine, ObjectiveParts } from "../engine/engine.ts";
import { auroc, type Scores } from "./auroc.ts";
import { logLikelihood, type LogLikelihoodOptions } from "./log_likelihood.ts";
import { type Metric, metricOf, type Metrics } from "./metric.ts";
import { negativeElbo } from "./objective_metrics.ts";

/** Examples that the model was not meant for. */
export interface Against {
  /** The data set's name. */
  readonly name: string;
  /** Of the same shape as what the model was trained on. */
  readonly split: Split;
}

/** What is known of the model's own test examples, and what of the others is to be measured. */
export interface AgainstOptions {
  /** Parts of the own examples and, where `iwae` is given, their log-likelihoods. */
  readonly own: { readonly parts: ObjectiveParts; readonly logLikelihood?: Float64Array };
  /** The others. */
  readonly against: Against;
  /** How their log-likelihood is to be measured, if it is; progress is counted on from the own examples. */
  readonly iwae?: LogLikelihoodOptions;
}

/**
 * The AUROC of a low ELBO, and of a low log-likelihood, as the sign that an example is of another data set.
 *
 * @param engine the trained model
 * @param options what is known of its own test examples, and the others
 * @returns `elboAuroc` and, with `iwae`, `logLikelihoodAuroc`
 */
export async function againstMetrics(
  engine: Engine,
  { own, against: { name, split }, iwae }: AgainstOptions,
): Promise<Metrics> {
  const { examples } = own.parts;
  const metric = (low: string, scores: Scores): Metric =>
    metricOf(auroc(scores), {
      unit: "probability",
      definition:
        `that one of the ${split.count} test examples of ${name} has a lower ${low} than one of the ` +
        `${examples} test examples, plus half of that they are equal`,
    });
  const others = await engine.objectiveParts(
    split.values,
    Uint32Array.from({ length: split.count }, (_, i) => i),
  );
  const elboAuroc = metric("ELBO", {
    positive: negativeElbo(others.perExample),
    negative: negativeElbo(own.parts.perExample),
  });
  if (iwae === undefined || own.logLikelihood === undefined) return { elboAuroc };
  const { onProgress, samples } = iwae;
  const estimates = await logLikelihood(engine, split, {
    samples,
    onProgress: (done) => onProgress?.(examples + done),
  });
  return {
    elboAuroc,
    logLikelihoodAuroc: metric(`log-likelihood (${samples} draws)`, {
      positive: estimates.logLikelihood.map((nats) => -nats),
      negative: own.logLikelihood.map((nats) => -nats),
    }),
  };
}
