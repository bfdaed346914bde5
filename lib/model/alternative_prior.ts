/**
 * What the power divergence has in the prior's place.
 *
 * @module
 */

import { t3Prior } from "../math/divergence.ts";
import { checkObjective } from "./check_objective.ts";
import { type FixedDf, type Model, sizeOf, type StudentTLatent } from "./record.ts";

/** A centred multivariate t whose coordinates have one scale. */
export interface AlternativePrior {
  /** Degrees of freedom, `latent.df` + n for examples of n elements. */
  readonly df: number;
  /** Of each coordinate. */
  readonly scale: number;
}

/**
 * The alternative prior t_m(0, τ² I, ν + n) of a model that is trained on the objective t3.
 *
 * @param model the record
 * @returns degrees of freedom and τ
 * @throws {RangeError} if the model is not one that t3 is defined for
 *
 * Source: Kim, Kwon, Cho, Lee & Won 2024, "t³-Variational autoencoder", the alternative prior.
 */
export function alternativePrior(model: Model): AlternativePrior {
  checkObjective(model, { kind: "t3" });
  const { df: { fixed } } = model.latent as StudentTLatent & { readonly df: FixedDf };
  const { scale: reconstructionScale } = model.likelihood as { readonly scale: number };
  return t3Prior({ dataSize: sizeOf(model.input), df: fixed, reconstructionScale });
}
