/**
 * Measuring a trained model.
 *
 * @module
 */

import type { Split } from "../data/dataset.ts";
import type { Engine } from "../engine/engine.ts";
import { samplePrior } from "../model/prior.ts";
import { type Model, sizeOf } from "../model/record.ts";

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
  /** `elbo`, `reconstruction`, `kl`, `klPerDimension` and `activeUnits`. */
  readonly metrics: Readonly<Record<string, Metric>>;
  /** What figures are drawn from. */
  readonly arrays: EvaluationArrays;
}

/** Pictures and latents, row-major. */
export interface EvaluationArrays {
  /** Decoded draws from the prior, `[samples, inputSize]`. */
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
  /** Decides the draws from the prior. */
  readonly seed: number;
  /** Draws from the prior to decode; 64 by default. */
  readonly samples?: number;
  /** Examples to reconstruct, all of them where there are fewer; 16 by default. */
  readonly reconstructions?: number;
}

/** A coordinate whose posterior loc varies less than this over the data carries no information. */
const ACTIVE_VARIANCE = 0.01;

/**
 * Measures a model on a data split, with one latent sample for each example.
 *
 * The ELBO is the bound itself, whatever beta the model was trained with. Noise follows from each example's index,
 * so that measuring again gives the same numbers.
 *
 * @param engine the trained model
 * @param split examples that it was not trained on
 * @param options the model's record, the seed and how many pictures to make
 * @returns metrics in nats per example, and the arrays for figures
 *
 * Source: active units are those of Burda, Grosse & Salakhutdinov 2016, section 5.2.
 */
export async function evaluate(
  engine: Engine,
  split: Split,
  { model, seed, samples = 64, reconstructions = 16 }: EvaluateOptions,
): Promise<Evaluation> {
  const all = Uint32Array.from({ length: split.count }, (_, i) => i);
  const shown = all.subarray(0, Math.min(reconstructions, split.count));
  const parts = await engine.objectiveParts(split.values, all);
  const { loc } = await engine.encode(split.values, all);
  const mean = (sum: number) => sum / parts.examples;
  const unit = "nats per example";
  const { family, kl } = model.latent;
  const tied = family === "student-t" && model.latent.priorDf === "tied";
  const divergence = kl === "monte-carlo" ? "log q(z|x) − log p(z) at one z ~ q(z|x)" : "KL(q(z|x) ‖ p(z))";
  const prior = tied ? "; p(z) has the df of q(z|x)" : "";
  return {
    examples: parts.examples,
    metrics: {
      elbo: {
        value: -mean(parts.reconstruction + parts.kl),
        unit,
        definition: `E log p(x|z) − KL(q(z|x) ‖ p(z)), with one z ~ q(z|x) per example; higher is better${
          tied ? "; NOT a bound of log p(x), as p(z) has the df of q(z|x)" : ""
        }`,
      },
      reconstruction: {
        value: mean(parts.reconstruction),
        unit,
        definition: "−log p(x|z) summed over the elements of x, with one z ~ q(z|x) per example",
      },
      kl: { value: mean(parts.kl), unit, definition: `${divergence}, summed over latent dimensions${prior}` },
      klPerDimension: {
        value: Array.from(parts.klPerDimension, mean),
        unit,
        definition: `${divergence} of each latent dimension${prior}`,
      },
      activeUnits: {
        value: variances(loc, model.latent.size).filter((variance) => variance > ACTIVE_VARIANCE).length,
        unit: `latent dimensions of ${model.latent.size}`,
        definition:
          `dimensions whose posterior loc has a variance above ${ACTIVE_VARIANCE} over the examples`,
      },
    },
    arrays: {
      samples: await engine.decode(samplePrior(model.latent, { count: samples, seed })),
      inputs: asNumbers(split.values.subarray(0, shown.length * sizeOf(model.input))),
      reconstructions: await engine.decode(loc.slice(0, shown.length * model.latent.size)),
      loc,
    },
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
