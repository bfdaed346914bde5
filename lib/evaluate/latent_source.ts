/**
 * Where the latents of new examples come from: what a model says they are, or what its encoder makes of real examples.
 *
 * @module
 */

import type { Split } from "../data/dataset.ts";
import type { Engine } from "../engine/engine.ts";
import { permutation } from "../math/philox.ts";
import { alternativePrior } from "../model/alternative_prior.ts";
import { generateLatents } from "../model/generate_latents.ts";
import { generationKey } from "../model/generation_key.ts";
import { checkLatentSource, type LatentSourceName } from "../model/latent_sources.ts";
import type { Latent, Model, Objective, StudentTLatent } from "../model/record.ts";
import { fitGaussianMixture } from "./fit_gaussian_mixture.ts";
import { fitStudentT, type FittedDensity } from "./fit_student_t.ts";
import { priorInWords } from "./words.ts";

/** A distribution of latents. */
export interface LatentSource {
  /** Which one. */
  readonly name: LatentSourceName;
  /** One line for people. */
  readonly definition: string;
  /**
   * Draws latents to decode; the same for the same seed.
   *
   * @param options how many, and the `seed`, an integer from 0 to 2^53 − 1
   * @returns `[count, latentSize]` row-major
   */
  sample(options: { readonly count: number; readonly seed: number }): Float32Array;
}

/** Which source, of what model. */
export interface LatentSourceOptions {
  /** Which source. */
  readonly name: LatentSourceName;
  /** The record that the engine was made with. */
  readonly model: Model;
  /** What the engine was made to train on. */
  readonly objective: Objective;
  /** What the model was trained on, of which {@linkcode needsTraining} tells whether it is needed. */
  readonly train?: Split;
  /** Decides which training examples are taken, and where the fit of a mixture starts. */
  readonly seed: number;
}

/** Training examples whose latents the source `posterior` draws from, at most. */
const MOST_EXAMPLES = 100_000;

/** Training examples that a distribution is fitted to, at most: it takes seconds, and 20 lie beyond the 99.9 % quantile. */
const FITTED_EXAMPLES = 20_000;

/** Gaussians that the fit of a mixture starts from, as many as in Ghosh et al. 2020. */
const COMPONENTS = 10;

/**
 * Prepares to draw the latents of new examples.
 *
 * - `prior`: p(z).
 * - `alternative-prior`: what the objective t3 has in its place.
 * - `ex-post-t`: one multivariate t of full scale matrix, fitted to z ~ q(z|x) of training examples.
 * - `ex-post-mixture`: a mixture of at most 10 Gaussians of full covariances, fitted to the same.
 * - `posterior`: z ~ q(z|x) of training examples drawn at random, none twice while there are others.
 *
 * Training examples are chosen at random, at most 20,000 of them for a fit and 100,000 for the posterior itself; one z is
 * drawn for each.
 *
 * @param engine the trained model
 * @param options which source, the model's record and objective, what it was trained on, and the seed
 * @returns the source, which asks nothing more of the engine
 * @throws {RangeError} if the alternative prior is asked of another objective than t3, training examples are needed and
 *   missing, or there are too few for a fit
 *
 * Source: Ghosh, Sajjadi, Vergari, Black & Schölkopf 2020, "From variational to deterministic autoencoders", section 4.
 *
 * @example
 * ```ts ignore
 * const source = await latentSource(engine, { name: "ex-post-t", model, objective, train, seed: 0 });
 * const examples = await engine.decode(source.sample({ count: 64, seed: 1 }));
 * ```
 */
export async function latentSource(
  engine: Engine,
  { name, model, objective, train, seed }: LatentSourceOptions,
): Promise<LatentSource> {
  checkLatentSource(name, objective);
  if (name === "prior" || name === "alternative-prior") {
    const learnedDf = await engine.learnedDf();
    return {
      name,
      definition: name === "prior" ? priorDefinition(model.latent) : alternativeDefinition(model),
      sample: (options) => generateLatents(model, { ...options, objective, from: name, learnedDf }),
    };
  }
  if (train === undefined) {
    throw new RangeError(`Cannot draw latents from ${name}: there must be training examples, got none`);
  }
  const rows = permutation(train.count, generationKey(seed, "trainingRows"))
    .subarray(0, name === "posterior" ? MOST_EXAMPLES : FITTED_EXAMPLES);
  const latents = await engine.sampleLatent(train.values, rows);
  const inWords = `one z ~ q(z|x) for each of ${rows.length} of ${train.count} training examples`;
  const { size: dimensions } = model.latent;
  switch (name) {
    case "ex-post-t": {
      const fitted = fitStudentT(latents, { dimensions });
      const df = fitted.df.toPrecision(4);
      const definition = `z ~ a multivariate t of ${df} degrees of freedom, fitted to ${inWords}`;
      return { name, definition, sample: sampleOf(fitted) };
    }
    case "ex-post-mixture": {
      const fitted = fitGaussianMixture(latents, { dimensions, components: COMPONENTS, seed });
      const definition = `z ~ a mixture of ${fitted.components.length} Gaussians, fitted to ${inWords}`;
      return { name, definition, sample: sampleOf(fitted) };
    }
    case "posterior":
      return {
        name,
        definition: `z drawn at random from ${inWords}`,
        sample: ({ count, seed }) => {
          const order = permutation(rows.length, generationKey(seed, "latents"));
          const drawn = new Float32Array(count * dimensions);
          for (let i = 0; i < count; i++) {
            const start = order[i % order.length] * dimensions;
            drawn.set(latents.subarray(start, start + dimensions), i * dimensions);
          }
          return drawn;
        },
      };
  }
}

function sampleOf(fitted: FittedDensity): LatentSource["sample"] {
  return ({ count, seed }) =>
    Float32Array.from(fitted.sample(generationKey(seed, "latents"), { rows: count }));
}

function priorDefinition(latent: Latent): string {
  const { generationDf } = latent as Partial<StudentTLatent>;
  const instead = generationDf === undefined ? "" : `, but drawn with ${generationDf} degrees of freedom`;
  return `z ~ p(z), which ${priorInWords(latent)}${instead}`;
}

function alternativeDefinition(model: Model): string {
  const { df, scale } = alternativePrior(model);
  return "z ~ the alternative prior of t3, a multivariate t " +
    `of ${df} degrees of freedom and scale ${scale.toPrecision(4)}`;
}
