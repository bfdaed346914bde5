/**
 * Where the latents of new examples come from: what a model says they are, or what its encoder makes of real examples.
 *
 * @module
 */

import type { Split } from "../data/dataset.ts";
import type { Engine } from "../engine/engine.ts";
import { type NoiseKey, permutation } from "../math/philox.ts";
import { alternativePrior } from "../model/alternative_prior.ts";
import { generateLatents } from "../model/generate_latents.ts";
import { GENERATION_STEP } from "../model/generation_steps.ts";
import type { Model, Objective } from "../model/record.ts";
import { fitGaussianMixture } from "./fit_gaussian_mixture.ts";
import { fitStudentT, type FittedDensity } from "./fit_student_t.ts";
import { priorInWords } from "./words.ts";

/** Every source, by name; {@linkcode latentSource} says what they are. */
export const LATENT_SOURCES = [
  "prior",
  "alternative-prior",
  "ex-post-t",
  "ex-post-mixture",
  "posterior",
] as const;

/** A name in {@linkcode LATENT_SOURCES}. */
export type LatentSourceName = (typeof LATENT_SOURCES)[number];

/** The source that stands for the aggregate posterior by what training optimised. */
export function defaultLatentSource({ kind }: Objective): LatentSourceName {
  return kind === "t3" ? "alternative-prior" : "prior";
}

/** The sources that a model has by what training optimised: the objective t3 alone has an alternative prior. */
export function latentSourcesOf({ kind }: Objective): LatentSourceName[] {
  return LATENT_SOURCES.filter((name) => name !== "alternative-prior" || kind === "t3");
}

/** Whether a source needs what the model was trained on. */
export function needsTraining(name: LatentSourceName): boolean {
  return name !== "prior" && name !== "alternative-prior";
}

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

/** Training examples whose latents are drawn from. */
export const MOST_EXAMPLES = 100_000;

/** Training examples that a distribution is fitted to: seconds, and 20 of them lie beyond the 99.9 % quantile. */
export const FITTED_EXAMPLES = 20_000;

/** Gaussians of a mixture, as many as in Ghosh et al. 2020. */
const COMPONENTS = 10;

/**
 * Prepares to draw the latents of new examples.
 *
 * - `prior`: p(z).
 * - `alternative-prior`: what the objective t3 has in its place.
 * - `ex-post-t`: one multivariate t of full scale matrix, fitted to z ~ q(z|x) of training examples.
 * - `ex-post-mixture`: a mixture of 10 Gaussians of full covariances, fitted to the same.
 * - `posterior`: z ~ q(z|x) of training examples drawn at random, none twice while there are others.
 *
 * One z is drawn for each of at most {@linkcode MOST_EXAMPLES} training examples, chosen at random; distributions are
 * fitted to the first {@linkcode FITTED_EXAMPLES} of them.
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
  const { size: dimensions } = model.latent;
  switch (name) {
    case "prior":
    case "alternative-prior": {
      if (!latentSourcesOf(objective).includes(name)) {
        throw new RangeError(
          `Cannot draw latents from the ${name}: the objective must be t3, got ${objective.kind}; use one of ` +
            latentSourcesOf(objective).join(", "),
        );
      }
      const learnedDf = await engine.learnedDf();
      return {
        name,
        definition: `z ~ ${
          name === "prior" ? `p(z), which ${priorInWords(model.latent)}` : alternativeInWords(model)
        }`,
        sample: (options) => generateLatents(model, { ...options, objective, from: name, learnedDf }),
      };
    }
    case "ex-post-t": {
      const { latents, inWords } = await trainingLatents(engine, {
        name,
        train,
        seed,
        most: FITTED_EXAMPLES,
      });
      const fitted = fitStudentT(latents, { dimensions });
      const definition = `z ~ a multivariate t of ${
        fitted.df.toPrecision(4)
      } degrees of freedom, fitted to ${inWords}`;
      return { name, definition, sample: sampleOf(fitted) };
    }
    case "ex-post-mixture": {
      const { latents, inWords } = await trainingLatents(engine, {
        name,
        train,
        seed,
        most: FITTED_EXAMPLES,
      });
      const fitted = fitGaussianMixture(latents, { dimensions, components: COMPONENTS, seed });
      const definition = `z ~ a mixture of ${fitted.components.length} Gaussians, fitted to ${inWords}`;
      return { name, definition, sample: sampleOf(fitted) };
    }
    case "posterior": {
      const { latents, inWords } = await trainingLatents(engine, { name, train, seed, most: MOST_EXAMPLES });
      const rows = latents.length / dimensions;
      return {
        name,
        definition: `z drawn at random from ${inWords}`,
        sample: ({ count, seed }) => {
          const order = permutation(rows, latentsKey(seed));
          const drawn = new Float32Array(count * dimensions);
          for (let i = 0; i < count; i++) {
            const row = order[i % rows];
            drawn.set(latents.subarray(row * dimensions, (row + 1) * dimensions), i * dimensions);
          }
          return drawn;
        },
      };
    }
  }
}

function sampleOf(fitted: FittedDensity): LatentSource["sample"] {
  return ({ count, seed }) => {
    return Float32Array.from(fitted.sample(latentsKey(seed), { rows: count }));
  };
}

/** One z ~ q(z|x) for each of some training examples chosen at random. */
async function trainingLatents(
  engine: Engine,
  { name, train, seed, most }: Pick<LatentSourceOptions, "name" | "train" | "seed"> & {
    readonly most: number;
  },
): Promise<{ latents: Float32Array; inWords: string }> {
  if (train === undefined) {
    throw new RangeError(`Cannot draw latents from ${name}: there must be training examples, got none`);
  }
  const rows = permutation(train.count, { seed, stream: "generation", step: GENERATION_STEP.trainingRows })
    .subarray(0, most);
  return {
    latents: await engine.sampleLatent(train.values, rows),
    inWords: `one z ~ q(z|x) for each of ${rows.length} of ${train.count} training examples`,
  };
}

function latentsKey(seed: number): NoiseKey {
  return { seed, stream: "generation", step: GENERATION_STEP.latents };
}

function alternativeInWords(model: Model): string {
  const { df, scale } = alternativePrior(model);
  return `the alternative prior of t3, a multivariate t of ${df} degrees of freedom and scale ${
    scale.toPrecision(4)
  }`;
}
