/**
 * Measuring a trained model.
 *
 * @module
 */

import type { Split } from "../data/dataset.ts";
import type { Engine, Examples } from "../engine/engine.ts";
import { priorDf } from "../model/degrees_of_freedom.ts";
import { generateLatents } from "../model/generate_latents.ts";
import { defaultLatentSource, type LatentSourceName } from "../model/latent_sources.ts";
import { isImage, type Latent, type Model, type Objective, sizeOf } from "../model/record.ts";
import { aggregatePosteriorMetrics } from "./aggregate_posterior.ts";
import {
  type GenerationEntry,
  type GenerationMeasures,
  generationMetrics,
  type SurvivalCurves,
} from "./generation_metrics.ts";
import { labelMetrics } from "./label_metrics.ts";
import { type Against, againstMetrics } from "./against_metrics.ts";
import { asNumbers } from "./as_numbers.ts";
import { type LatentSource, latentSource } from "./latent_source.ts";
import { logLikelihood, logLikelihoodMetrics, type LogLikelihoodOptions } from "./log_likelihood.ts";
import { variances } from "./mean.ts";
import { finiteMetrics, type Metric, type Metrics } from "./metric.ts";
import { objectiveMetrics } from "./objective_metrics.ts";
import { penaltyMetric } from "./penalty_metric.ts";
import { type Pictures, pictures } from "./pictures.ts";
import { shownExamples } from "./shown_examples.ts";

/** Metrics by name, and the arrays that figures are drawn from. */
export interface Evaluation {
  /** How many examples were measured. */
  readonly examples: number;
  /**
   * `elbo`, `reconstruction`, `kl`, `klPerDimension` unless the latent is joint, `activeUnits`, `df` where they are
   * learned; those of `penaltyMetric()`, of `aggregatePosteriorMetrics()`, of `labelMetrics()` where there are labels,
   * and of `logLikelihoodMetrics()` and `againstMetrics()` where they are asked for. A diagnostic that is not finite is
   * left out.
   */
  readonly metrics: Metrics;
  /** Of new examples, by where their latents come from; empty where nothing of them is asked for. */
  readonly generation: readonly GenerationEntry[];
  /** What figures are drawn from. */
  readonly arrays: EvaluationArrays;
}

/** Pictures and latents, row-major. */
export interface EvaluationArrays {
  /** New examples from the first source of latents, each the mean of p(x|z), `[samples, inputSize]`. */
  readonly samples: Float32Array;
  /** Some examples, `[rows, inputSize]`, pixels in [0, 1]: of images those of `shownExamples()`, else the first. */
  readonly inputs: Float32Array;
  /** Their classes, `[rows]`; only of images that were chosen by them. */
  readonly inputLabels?: Uint8Array;
  /** The mean of p(x|z) at the loc of each of their posteriors, `[rows, inputSize]`. */
  readonly reconstructions: Float32Array;
  /** loc of q(z|x) for every example, `[examples, latentSize]`. */
  readonly loc: Float32Array;
  /** What the decoder makes of chosen latents; only of images. */
  readonly pictures?: Pictures;
  /** How far out test examples and new ones are; only where tails are measured. */
  readonly survival?: SurvivalCurves;
  /** How far out their latents are; only where tails are measured. */
  readonly latentSurvival?: SurvivalCurves;
}

/** What to measure, and how many pictures to make. */
export interface EvaluateOptions extends GenerationMeasures {
  /** The record that the engine was made with. */
  readonly model: Model;
  /** What the engine was made to train on; the ELBO by default. */
  readonly objective?: Objective;
  /** Decides the draws that are decoded to samples. */
  readonly seed: number;
  /** How many of these; 64 by default. */
  readonly samples?: number;
  /** Examples to reconstruct where they are not chosen by their classes, all where there are fewer; 16 by default. */
  readonly reconstructions?: number;
  /**
   * What the model was trained on: the latents that the test set's classes are guessed from, where both have labels, and
   * that sources of latents are fitted to.
   */
  readonly train?: Split;
  /** How the importance-weighted log-likelihood is to be measured; absent where it is not, as it takes long. */
  readonly iwae?: LogLikelihoodOptions;
  /** Where the latents of new examples come from, one source or more; `defaultLatentSource()` alone by default. */
  readonly latents?: readonly LatentSourceName[];
  /** Examples of another data set, to be told from the test examples by ELBO and log-likelihood; absent where none are. */
  readonly against?: Against;
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
 * @param options the model's record and objective, the seed, what else to measure and how many pictures to make
 * @returns metrics in nats per example, those of new examples, and the arrays for figures
 * @throws {RangeError} as `latentSource()`
 *
 * Source: active units are those of Burda, Grosse & Salakhutdinov 2016, section 5.2.
 */
export async function evaluate(
  engine: Engine,
  split: Split,
  {
    model,
    objective = ELBO,
    seed,
    samples = 64,
    reconstructions = 16,
    train,
    iwae,
    against,
    latents = [defaultLatentSource(objective)],
    ...measures
  }: EvaluateOptions,
): Promise<Evaluation> {
  const all = Uint32Array.from({ length: split.count }, (_, i) => i);
  const areImages = isImage(model.input);
  const { rows: shown, labels: inputLabels } = shownExamples(
    areImages ? split : { ...split, labels: undefined },
    reconstructions,
  );
  const parts = await engine.objectiveParts(split.values, all);
  const { loc } = await engine.encode(split.values, all);
  const posterior = await engine.sampleLatent(split.values, all);
  // Samples are of the first source alone. What has too few examples for a fit says so before anything takes long.
  const areMeasured = measures.mmd !== undefined || measures.tails !== undefined;
  const sources: LatentSource[] = [];
  for (const name of areMeasured ? latents : latents.slice(0, 1)) {
    sources.push(await latentSource(engine, { name, model, objective, train, seed }));
  }
  const { entries, ...curves } = await generationMetrics(engine, {
    model,
    objective,
    sources,
    test: split,
    posterior,
    seed,
    ...measures,
  });
  const learnedDf = await engine.learnedDf();
  const weighted = iwae && { estimates: await logLikelihood(engine, split, iwae), options: iwae };
  const prior = generateLatents(model, { objective, learnedDf, count: split.count, seed });
  const metrics = {
    ...objectiveMetrics(parts, { model, objective }),
    activeUnits: {
      value: variances(loc, model.latent.size).filter((variance) => variance > ACTIVE_VARIANCE).length,
      unit: `latent dimensions of ${model.latent.size}`,
      definition: `dimensions whose posterior loc has a variance above ${ACTIVE_VARIANCE} over the examples`,
    },
    ...(learnedDf && { df: dfMetric(model.latent, learnedDf) }),
    ...await penaltyMetric(engine, model),
    ...finiteMetrics({
      ...(weighted && logLikelihoodMetrics(weighted.estimates, { model, objective, ...weighted.options })),
      ...aggregatePosteriorMetrics({ posterior, prior }, model.latent),
      ...(train && await labelMetrics(engine, { train, test: split, latent: model.latent, loc })),
      ...(against && await againstMetrics(engine, { own: { parts, weighted }, against })),
    }),
  };
  return {
    examples: parts.examples,
    metrics,
    generation: entries,
    arrays: {
      samples: await engine.decode(sources[0].sample({ count: samples, seed })),
      inputs: asNumbers(rowsOf(split.values, { rows: shown, columns: sizeOf(model.input) })),
      ...(inputLabels && { inputLabels }),
      reconstructions: await engine.decode(rowsOf(loc, { rows: shown, columns: model.latent.size })),
      loc,
      ...(areImages && shown.length > 0 && {
        pictures: await pictures(engine, { model, objective, loc, shown, learnedDf }),
      }),
      ...curves,
    },
  };
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

/** Some rows of a row-major matrix. */
function rowsOf<T extends Examples>(
  values: T,
  { rows, columns }: { readonly rows: Uint32Array; readonly columns: number },
): T {
  const chosen = values.slice(0, rows.length * columns) as T;
  rows.forEach((row, i) => chosen.set(values.subarray(row * columns, (row + 1) * columns), i * columns));
  return chosen;
}
