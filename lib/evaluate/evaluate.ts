/**
 * Measuring a trained model.
 *
 * @module
 */

import type { Split } from "../data/dataset.ts";
import type { Engine, ObjectiveParts } from "../engine/engine.ts";
import { priorDependsOnX, priorDf } from "../model/degrees_of_freedom.ts";
import { generateLatents } from "../model/generate_latents.ts";
import { isJoint } from "../model/latent.ts";
import { type Latent, type Model, type Objective, sizeOf } from "../model/record.ts";
import { aggregatePosteriorMetrics } from "./aggregate_posterior.ts";
import { labelMetrics } from "./label_metrics.ts";
import { asNumbers } from "./as_numbers.ts";
import { logLikelihood, logLikelihoodMetrics, type LogLikelihoodOptions } from "./log_likelihood.ts";
import { columns, mean } from "./mean.ts";
import { type Metric, metricOf, metricPerDimension, type Metrics } from "./metric.ts";
import { sampleMetrics } from "./sample_metrics.ts";
import { likelihoodInWords, priorInWords, trainedOn } from "./words.ts";

/** Metrics by name, and the arrays that figures are drawn from. */
export interface Evaluation {
  /** How many examples were measured. */
  readonly examples: number;
  /**
   * `elbo`, `reconstruction`, `kl`, `klPerDimension` unless the latent is joint, `activeUnits`, `df` where they are
   * learned; those of `logLikelihoodMetrics()` where they are asked for, of `aggregatePosteriorMetrics()`, of `labelMetrics()` where there are labels, and of `sampleMetrics()`
   * where they are asked for. A diagnostic that is not finite is left out.
   */
  readonly metrics: Metrics;
  /** What figures are drawn from. */
  readonly arrays: EvaluationArrays;
}

/** Pictures and latents, row-major. */
export interface EvaluationArrays {
  /** Decoded draws of `generateLatents()`, `[samples, inputSize]`. */
  readonly samples: Float32Array;
  /** The first examples, `[rows, inputSize]`, pixels in [0, 1]. */
  readonly inputs: Float32Array;
  /** The mean of p(x|z) at the loc of each of their posteriors, `[rows, inputSize]`. */
  readonly reconstructions: Float32Array;
  /** loc of q(z|x) for every example, `[examples, latentSize]`. */
  readonly loc: Float32Array;
}

/** What to measure, and how many pictures to make. */
export interface EvaluateOptions {
  /** The record that the engine was made with. */
  readonly model: Model;
  /** What the engine was made to train on; the ELBO by default. */
  readonly objective?: Objective;
  /** Decides the draws that are decoded to samples. */
  readonly seed: number;
  /** How many of these; 64 by default. */
  readonly samples?: number;
  /** Examples to reconstruct, all of them where there are fewer; 16 by default. */
  readonly reconstructions?: number;
  /** What the model was trained on: the latents that the test set's classes are guessed from, where both have labels. */
  readonly train?: Split;
  /** How the importance-weighted log-likelihood is to be measured; absent where it is not, as it takes long. */
  readonly iwae?: LogLikelihoodOptions;
  /** Draws, and test examples, that MMD compares; absent where it is not to be measured, as it takes seconds. */
  readonly mmd?: number;
}

const ELBO: Objective = { kind: "elbo", beta: 1 };

/** A coordinate whose posterior loc varies less than this over the data carries no information. */
const ACTIVE_VARIANCE = 0.01;

/**
 * Measures a model on a data split, with one latent sample for each example, or as many as `iwae` takes.
 *
 * The ELBO is the bound itself, whatever objective, beta or free bits the model was trained with. Noise follows from
 * each example's index, so that measuring again gives the same numbers. Standard errors are over the examples; the noise
 * of the latent samples is in them.
 *
 * @param engine the trained model
 * @param split examples that it was not trained on
 * @param options the model's record and objective, the seed and how many pictures to make
 * @returns metrics in nats per example, and the arrays for figures
 *
 * Source: active units are those of Burda, Grosse & Salakhutdinov 2016, section 5.2.
 */
export async function evaluate(
  engine: Engine,
  split: Split,
  { model, objective = ELBO, seed, samples = 64, reconstructions = 16, train, iwae, mmd }: EvaluateOptions,
): Promise<Evaluation> {
  const all = Uint32Array.from({ length: split.count }, (_, i) => i);
  const shown = all.subarray(0, Math.min(reconstructions, split.count));
  const parts = await engine.objectiveParts(split.values, all);
  const { loc } = await engine.encode(split.values, all);
  const learnedDf = await engine.learnedDf();
  const generate = (count: number) => generateLatents(model, { objective, learnedDf, count, seed });
  const metrics = {
    ...objectiveMetrics(parts, { model, objective }),
    activeUnits: {
      value: variances(loc, model.latent.size).filter((variance) => variance > ACTIVE_VARIANCE).length,
      unit: `latent dimensions of ${model.latent.size}`,
      definition: `dimensions whose posterior loc has a variance above ${ACTIVE_VARIANCE} over the examples`,
    },
    ...(learnedDf && { df: dfMetric(model.latent, learnedDf) }),
    ...withoutInfinite({
      ...(iwae &&
        logLikelihoodMetrics(await logLikelihood(engine, split, iwae), { model, objective, ...iwae })),
      ...aggregatePosteriorMetrics(
        { posterior: await engine.sampleLatent(split.values, all), prior: generate(split.count) },
        model.latent,
      ),
      ...(train && await labelMetrics(engine, { train, test: split, latent: model.latent, loc })),
      ...(mmd !== undefined && await sampleMetrics(engine, { split, latents: generate(mmd), seed })),
    }),
  };
  return {
    examples: parts.examples,
    metrics,
    arrays: {
      samples: await engine.decode(generate(samples)),
      inputs: asNumbers(split.values.subarray(0, shown.length * sizeOf(model.input))),
      reconstructions: await engine.decode(loc.slice(0, shown.length * model.latent.size)),
      loc,
    },
  };
}

/** The ELBO and its parts. */
function objectiveMetrics(
  { examples, reconstruction, kl, klPerDimension, perExample }: ObjectiveParts,
  { model, objective }: { readonly model: Model; readonly objective: Objective },
): Metrics {
  const unit = "nats per example";
  const { latent } = model;
  const z = objective.kind === "iwae" && objective.samples > 1 ? `${objective.samples} z` : "one z";
  const divergence = latent.kl === "monte-carlo"
    ? `log q(z|x) − log p(z) at ${z} ~ q(z|x)`
    : "KL(q(z|x) ‖ p(z))";
  const prior = `; p(z) ${priorInWords(latent)}`;
  const klColumns = columns(perExample.kl, perExample.kl.length / examples);
  const klOf = Float64Array.from(
    perExample.reconstruction,
    (_, row) => klColumns.reduce((sum, column) => sum + column[row], 0),
  );
  // The sums are the engine's, in the order that it adds in: training reports the same ones.
  const estimate = (sum: number, values: ArrayLike<number>) => ({ ...mean(values), value: sum / examples });
  return {
    elbo: metricOf(
      estimate(-(reconstruction + kl), perExample.reconstruction.map((value, row) => value + klOf[row])),
      {
        unit,
        definition: `E log p(x|z) − KL(q(z|x) ‖ p(z)), with ${z} ~ q(z|x) per example; higher is better${
          priorDependsOnX(latent) ? "; NOT a bound of log p(x), as p(z) has the df of q(z|x)" : ""
        }${trainedOn(objective)}`,
      },
    ),
    reconstruction: metricOf(estimate(reconstruction, perExample.reconstruction), {
      unit,
      definition: `−log p(x|z) of all elements of x, with ${z} ~ q(z|x) per example; p(x|z) ${
        likelihoodInWords(model, objective)
      }`,
    }),
    kl: metricOf(estimate(kl, klOf), {
      unit,
      definition: `${divergence}, ${
        isJoint(latent) ? "of all latent dimensions together" : "summed over latent dimensions"
      }${prior}`,
    }),
    ...(klPerDimension && {
      klPerDimension: metricPerDimension(klColumns.map((column, i) => estimate(klPerDimension[i], column)), {
        unit,
        definition: `${divergence} of each latent dimension${prior}`,
      }),
    }),
  };
}

/** Of a degenerate model a diagnostic may be infinite, which JSON cannot say. */
function withoutInfinite(metrics: Metrics): Metrics {
  return Object.fromEntries(
    Object.entries(metrics).filter(([, { value }]) => [value].flat().every(Number.isFinite)),
  );
}

function dfMetric(latent: Latent, df: Float32Array): Metric {
  const tied = latent.family === "student-t" && priorDf(latent) === "tied";
  return {
    value: df.length === 1 ? df[0] : [...df],
    unit: "degrees of freedom",
    definition: `what training has fitted for q(z|x)${tied ? " and p(z)" : ""}${
      df.length === 1 ? "" : ", for each latent dimension"
    }`,
  };
}

/** The variance of each column of a row-major matrix. */
function variances(values: Float32Array, count: number): number[] {
  return columns(values, count).map((column) => {
    const { value: center } = mean(column);
    return mean(column.map((value) => (value - center) ** 2)).value;
  });
}
