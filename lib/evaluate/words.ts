/**
 * A model's distributions in the words of a metric's definition.
 *
 * @module
 */

import { priorDf } from "../model/degrees_of_freedom.ts";
import type { FixedDf, Latent, Model, Objective } from "../model/record.ts";

/**
 * What p(z) is.
 *
 * @param latent the latent space
 * @returns the end of a sentence that began with "p(z)"
 */
export function priorInWords(latent: Latent): string {
  if (latent.family === "gaussian") return "is N(0, I)";
  const df = priorDf(latent);
  const kind = latent.joint ? "one multivariate t" : "an independent t in each latent dimension";
  return `is ${kind}, with ${df === "tied" ? "the df of q(z|x)" : `${df} degrees of freedom`}`;
}

/**
 * What p(x|z) is.
 *
 * @param model the record
 * @param objective what it was trained on; t3 makes a Gaussian likelihood the t of its own model
 * @returns the end of a sentence that began with "p(x|z)"
 */
export function likelihoodInWords({ likelihood, latent }: Model, { kind }: Objective): string {
  if (likelihood.kind === "bernoulli") return "is Bernoulli in each element";
  const scale = likelihood.scale === "learned" ? "a learned scale" : `scale ${likelihood.scale}`;
  if (kind === "t3") {
    const { df: { fixed }, size } = latent as { readonly df: FixedDf; readonly size: number };
    const df = fixed + size;
    return `is one multivariate t with ${df} degrees of freedom and ${scale} · √((${fixed} + |z|²)/${df})`;
  }
  return likelihood.kind === "gaussian"
    ? `is normal in each element, with ${scale}`
    : `is a t in each element, with ${likelihood.df} degrees of freedom and ${scale}`;
}

/**
 * That the model was trained on something else than what is measured.
 *
 * @param objective what it was trained on
 * @returns a sentence's end, empty for an ELBO
 */
export function trainedOn(objective: Objective): string {
  switch (objective.kind) {
    case "elbo":
      return "";
    case "iwae":
      return `; the model was trained on the importance-weighted bound of ${objective.samples} samples`;
    case "t3":
      return "; the model was trained on the power divergence of a t model";
  }
}
