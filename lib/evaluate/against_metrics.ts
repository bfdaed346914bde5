/**
 * How well a model tells its own data from others.
 *
 * @module
 */

import type { Split } from "../data/dataset.ts";
import type { Engine, LogLikelihood, ObjectiveParts } from "../engine/engine.ts";
import { auroc, type Scores } from "./auroc.ts";
import { logLikelihood, type LogLikelihoodOptions } from "./log_likelihood.ts";
import { metricOf, type Metrics } from "./metric.ts";
import { negativeElbo } from "./objective_metrics.ts";

/** Examples that the model was not meant for. */
export interface Against {
  /** The data set's name. */
  readonly name: string;
  /** Of the same shape as what the model was trained on. */
  readonly split: Split;
}

/** What the model's own test examples gave. */
export interface OwnScores {
  readonly parts: ObjectiveParts;
  /** The importance-weighted estimates, and how they were made, where they were. */
  readonly weighted?: { readonly estimates: LogLikelihood; readonly options: LogLikelihoodOptions };
}

/**
 * The AUROC of −ELBO, and of −log p(x), as a sign that an example is of another data set.
 *
 * @param engine the trained model
 * @param options scores of its own test examples, and the others
 * @returns `elboAuroc`, and `logLikelihoodAuroc` where its own log-likelihood is given
 */
export async function againstMetrics(
  engine: Engine,
  { own, against: { name, split } }: { readonly own: OwnScores; readonly against: Against },
): Promise<Metrics> {
  const count = own.parts.examples;
  const metric = (score: string, scores: Scores) =>
    metricOf(auroc(scores), {
      unit: "probability",
      definition:
        `that one of the ${split.count} test examples of ${name} has a lower ${score} than one of the ` +
        `${count} test examples, plus half of that they are equal`,
    });
  const others = await engine.objectiveParts(
    split.values,
    Uint32Array.from({ length: split.count }, (_, i) => i),
  );
  const { weighted } = own;
  const elbo = metric("ELBO", {
    positive: negativeElbo(others.perExample),
    negative: negativeElbo(own.parts.perExample),
  });
  if (weighted === undefined) return { elboAuroc: elbo };

  const { estimates, options: { samples, onProgress } } = weighted;
  const otherEstimates = await logLikelihood(engine, split, {
    samples,
    onProgress: (done) => onProgress?.(count + done),
  });
  const negative = ({ logLikelihood }: LogLikelihood) => logLikelihood.map((value) => -value);
  return {
    elboAuroc: elbo,
    logLikelihoodAuroc: metric("estimate of log p(x)", {
      positive: negative(otherEstimates),
      negative: negative(estimates),
    }),
  };
}
