/**
 * The importance-weighted log-likelihood of a data split.
 *
 * @module
 */

import type { Split } from "../data/dataset.ts";
import type { Engine, LogLikelihood } from "../engine/engine.ts";
import { priorDependsOnX } from "../model/degrees_of_freedom.ts";
import type { Model, Objective } from "../model/record.ts";
import { mean } from "./mean.ts";
import { metricOf, type Metrics } from "./metric.ts";
import { likelihoodInWords, priorInWords, trainedOn } from "./words.ts";

/** How many draws, and who hears of progress. */
export interface LogLikelihoodOptions {
  /** Draws for each example, an integer from 1 to 65,536. */
  readonly samples: number;
  /** Called after every batch with the number of examples that are done. */
  readonly onProgress?: (done: number) => void;
}

/**
 * log p(x) of every example, estimated as log (1/k) Σ p(x|z) p(z)/q(z|x) over k draws z ~ q(z|x).
 *
 * @param engine the trained model
 * @param split the examples
 * @param options `samples`, k, and `onProgress`
 * @returns estimates in nats and effective sample sizes, `[split.count]` each
 * @throws {RangeError} if `samples` is out of range
 *
 * Source: Burda, Grosse & Salakhutdinov 2016, "Importance weighted autoencoders", equation 8.
 */
export async function logLikelihood(
  engine: Engine,
  split: Split,
  { samples, onProgress }: LogLikelihoodOptions,
): Promise<LogLikelihood> {
  const whole = {
    logLikelihood: new Float64Array(split.count),
    effectiveSampleSize: new Float64Array(split.count),
  };
  for (let start = 0; start < split.count; start += engine.batchSize) {
    const count = Math.min(engine.batchSize, split.count - start);
    const indices = Uint32Array.from({ length: count }, (_, i) => start + i);
    const batch = await engine.logLikelihood(split.values, indices, { samples });
    whole.logLikelihood.set(batch.logLikelihood, start);
    whole.effectiveSampleSize.set(batch.effectiveSampleSize, start);
    onProgress?.(start + count);
  }
  return whole;
}

/**
 * Its means over a data split.
 *
 * @param estimates of {@linkcode logLikelihood}
 * @param of the model and its objective, and the number of draws
 * @returns `logLikelihood` and `effectiveSampleSize`, with standard errors over the examples
 */
export function logLikelihoodMetrics(
  { logLikelihood, effectiveSampleSize }: LogLikelihood,
  { model, objective, samples }: {
    readonly model: Model;
    readonly objective: Objective;
    readonly samples: number;
  },
): Metrics {
  const draws = samples === 1 ? "one draw" : `${samples} draws`;
  const bound = priorDependsOnX(model.latent)
    ? "NOT an estimate of log p(x), as p(z) has the df of q(z|x)"
    : "a lower bound of log p(x) in expectation";
  return {
    logLikelihood: metricOf(mean(logLikelihood), {
      unit: "nats per example",
      definition: `log of the mean of p(x|z) p(z)/q(z|x) over ${draws} z ~ q(z|x) per example, ${bound}; ` +
        `higher is better; p(z) ${priorInWords(model.latent)}; p(x|z) ${likelihoodInWords(model, objective)}${
          trainedOn(objective)
        }`,
    }),
    effectiveSampleSize: metricOf(mean(effectiveSampleSize), {
      unit: `draws of ${samples}`,
      definition: "(Σ w)²/Σ w² of each example's importance weights w = p(x|z) p(z)/q(z|x): " +
        "how many equal weights would be as good",
    }),
  };
}
