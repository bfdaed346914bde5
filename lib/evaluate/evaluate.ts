/**
 * Measuring a trained model.
 *
 * @module
 */

import type { Split } from "../data/dataset.ts";
import type { Engine } from "../engine/engine.ts";
import { priorDependsOnX, priorDf } from "../model/degrees_of_freedom.ts";
import { generateLatents } from "../model/generate_latents.ts";
import { isJoint } from "../model/latent.ts";
import { type Latent, type Model, type Objective, sizeOf } from "../model/record.ts";
import { likelihoodInWords, priorInWords, trainedOn } from "./words.ts";

/** A number with what it means. */
export interface Metric {
  /** One number, or one per latent dimension. */
  readonly value: number | readonly number[];
  /** Of what, in words: `nats per example`. */
  readonly unit: string;
  /** What was measured, and how. */
  readonly definition: string;
}

/** Metrics by name, and the arrays that figures are drawn from. */
export interface Evaluation {
  /** How many examples were measured. */
  readonly examples: number;
  /**
   * `elbo`, `reconstruction`, `kl`, `klPerDimension` unless the latent is joint, `activeUnits`, and `df` where they are
   * learned.
   */
  readonly metrics: Readonly<Record<string, Metric>>;
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
}

const ELBO: Objective = { kind: "elbo", beta: 1 };

/** A coordinate whose posterior loc varies less than this over the data carries no information. */
const ACTIVE_VARIANCE = 0.01;

/**
 * Measures a model on a data split, with one latent sample for each example, or as many as `iwae` takes.
 *
 * The ELBO is the bound itself, whatever objective, beta or free bits the model was trained with. Noise follows from
 * each example's index, so that measuring again gives the same numbers.
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
  { model, objective = ELBO, seed, samples = 64, reconstructions = 16 }: EvaluateOptions,
): Promise<Evaluation> {
  const all = Uint32Array.from({ length: split.count }, (_, i) => i);
  const shown = all.subarray(0, Math.min(reconstructions, split.count));
  const parts = await engine.objectiveParts(split.values, all);
  const { loc } = await engine.encode(split.values, all);
  const learnedDf = await engine.learnedDf();
  const mean = (sum: number) => sum / parts.examples;
  const unit = "nats per example";
  const { latent } = model;
  const z = objective.kind === "iwae" && objective.samples > 1 ? `${objective.samples} z` : "one z";
  const divergence = latent.kl === "monte-carlo"
    ? `log q(z|x) − log p(z) at ${z} ~ q(z|x)`
    : "KL(q(z|x) ‖ p(z))";
  const prior = `; p(z) ${priorInWords(latent)}`;
  const joint = isJoint(latent);
  return {
    examples: parts.examples,
    metrics: {
      elbo: {
        value: -mean(parts.reconstruction + parts.kl),
        unit,
        definition: `E log p(x|z) − KL(q(z|x) ‖ p(z)), with ${z} ~ q(z|x) per example; higher is better${
          priorDependsOnX(latent) ? "; NOT a bound of log p(x), as p(z) has the df of q(z|x)" : ""
        }${trainedOn(objective)}`,
      },
      reconstruction: {
        value: mean(parts.reconstruction),
        unit,
        definition: `−log p(x|z) of all elements of x, with ${z} ~ q(z|x) per example; p(x|z) ${
          likelihoodInWords(model, objective)
        }`,
      },
      kl: {
        value: mean(parts.kl),
        unit,
        definition: `${divergence}, ${
          joint ? "of all latent dimensions together" : "summed over latent dimensions"
        }${prior}`,
      },
      ...(parts.klPerDimension && {
        klPerDimension: {
          value: Array.from(parts.klPerDimension, mean),
          unit,
          definition: `${divergence} of each latent dimension${prior}`,
        },
      }),
      activeUnits: {
        value: variances(loc, model.latent.size).filter((variance) => variance > ACTIVE_VARIANCE).length,
        unit: `latent dimensions of ${model.latent.size}`,
        definition:
          `dimensions whose posterior loc has a variance above ${ACTIVE_VARIANCE} over the examples`,
      },
      ...(learnedDf && { df: dfMetric(latent, learnedDf) }),
    },
    arrays: {
      samples: await engine.decode(generateLatents(model, { objective, learnedDf, count: samples, seed })),
      inputs: asNumbers(split.values.subarray(0, shown.length * sizeOf(model.input))),
      reconstructions: await engine.decode(loc.slice(0, shown.length * model.latent.size)),
      loc,
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

/** The variance of each column of a row-major matrix. */
function variances(values: Float32Array, columns: number): number[] {
  const rows = values.length / columns;
  return Array.from({ length: columns }, (_, column) => {
    let mean = 0, squares = 0;
    for (let row = 0; row < rows; row++) {
      const value = values[row * columns + column];
      const delta = value - mean;
      mean += delta / (row + 1);
      squares += delta * (value - mean);
    }
    return squares / rows;
  });
}

function asNumbers(values: Uint8Array | Float32Array): Float32Array {
  return Float32Array.from(values, values instanceof Uint8Array ? (value) => value / 255 : (value) => value);
}
