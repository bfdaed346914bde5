/**
 * A model's distributions in the words of a metric's definition.
 *
 * @module
 */

import { priorDf } from "../model/degrees_of_freedom.ts";
import type { Latent, Likelihood, Objective } from "../model/record.ts";

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
 * @param likelihood as it is in the record
 * @param objective what the model was trained on; t3 makes a Gaussian the t of its own model
 * @returns the end of a sentence that began with "p(x|z)"
 */
export function likelihoodInWords(likelihood: Likelihood, { kind }: Objective): string {
  if (likelihood.kind === "bernoulli") return "is Bernoulli in each element";
  const scale = likelihood.scale === "learned" ? "a learned scale" : `scale ${likelihood.scale}`;
  if (kind === "t3") {
    return `is one multivariate t with df + latent size degrees of freedom, ${scale} · √((df + |z|²)/(df + latent size))`;
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
