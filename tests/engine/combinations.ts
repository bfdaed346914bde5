/**
 * Latents, likelihoods and objectives of every kind, and small models of them.
 *
 * @module
 */

import { checkModel } from "../../lib/model/check_model.ts";
import { checkObjective } from "../../lib/model/check_objective.ts";
import type { Latent, Likelihood, Model, Objective, StudentTLatent } from "../../lib/model/record.ts";
import type { EngineOptions } from "../../lib/engine/engine.ts";
import { tiny, tinyImages } from "./engines.ts";
import type { Combination } from "./pairwise.ts";

const T = { family: "student-t", size: 2, kl: "exact" } as const;

/** By family, joint and df; three coordinates where they are joint, as the last one then has no partner. */
const LATENTS: Readonly<Record<string, Latent>> = {
  "gaussian": { family: "gaussian", size: 2, kl: "closed" },
  "t, fixed df": { ...T, df: { fixed: 5 } },
  "t, one learned df": { ...T, df: { learned: "global" } },
  "t, learned df of dimensions": { ...T, df: { learned: "per-dimension" }, dfInitial: 4 },
  "t, amortised df": { ...T, df: { amortised: true }, dfFloor: 0.5, generationDf: 3 },
  "joint t, fixed df": { ...T, joint: true, size: 3, df: { fixed: 4 } },
  "joint t, learned df": { ...T, joint: true, size: 3, df: { learned: "global" }, dfFloor: 1 },
  "joint t, amortised df": { ...T, joint: true, size: 3, df: { amortised: true }, generationDf: 3 },
};

const PRIORS: Readonly<Record<string, Pick<StudentTLatent, "priorDf">>> = {
  "prior by default": {},
  "prior df 7": { priorDf: 7 },
  "tied prior": { priorDf: "tied" },
};

const KLS: Readonly<Record<string, Pick<Latent, "kl" | "klSample"> | undefined>> = {
  "exact KL": undefined,
  "sampled KL": { kl: "monte-carlo" },
  "KL of a second sample": { kl: "monte-carlo", klSample: "second" },
};

const OBJECTIVES: Readonly<Record<string, Objective>> = {
  "elbo": { kind: "elbo", beta: 1 },
  "elbo with free bits": { kind: "elbo", beta: 0.5, freeBits: 0.1 },
  "elbo of sums": { kind: "elbo", beta: 1, reduction: "sum-of-element-means" },
  "iwae": { kind: "iwae", samples: 3 },
  "t3": { kind: "t3" },
};

const LIKELIHOODS: Readonly<Record<string, Likelihood>> = {
  "bernoulli": { kind: "bernoulli" },
  "normal": { kind: "gaussian", scale: 0.5 },
  "normal of learned scale": { kind: "gaussian", scale: "learned" },
  "t likelihood": { kind: "student-t", df: 3, scale: 0.3 },
  "t likelihood of learned scale": { kind: "student-t", df: 5, scale: "learned" },
};

/** A dense network, and a convolutional one with batch norm. */
const NETWORKS = { "dense": tiny, "convolutions": tinyImages } as const;

/** Every kind of everything, by name. */
export const FACTORS = {
  latent: LATENTS,
  prior: PRIORS,
  kl: KLS,
  objective: OBJECTIVES,
  likelihood: LIKELIHOODS,
  network: NETWORKS,
} as const;

/** One kind of each. */
export type Choice = Combination<typeof FACTORS>;

/** A t with an exact KL on a dense network, but for what is given. */
export function choice(given: Partial<Choice>): Choice {
  return {
    latent: "t, fixed df",
    prior: "prior by default",
    kl: "exact KL",
    objective: "elbo",
    likelihood: "bernoulli",
    network: "dense",
    ...given,
  };
}

/** Its records. */
export function optionsOf({ latent, prior, kl, objective, likelihood, network }: Choice): EngineOptions {
  const options = NETWORKS[network as keyof typeof NETWORKS](
    { ...LATENTS[latent], ...PRIORS[prior], ...KLS[kl] } as Latent,
  );
  return {
    ...options,
    model: { ...options.model, likelihood: LIKELIHOODS[likelihood] },
    objective: OBJECTIVES[objective],
  };
}

/** Whether an engine takes it; a prior's df has no place in a gaussian latent's record. */
export function isValid(chosen: Choice): boolean {
  if (chosen.latent === "gaussian" && chosen.prior !== "prior by default") return false;
  const { model, objective } = optionsOf(chosen);
  try {
    checkModel(model);
    checkObjective(model, objective);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** The model with linear layers only: kinks of rectifiers would hide in finite differences what is to be seen. */
export function smooth(model: Model): Model {
  const linear = (layers: Model["encoder"]) =>
    layers.map((layer) => layer.kind === "dense" ? { ...layer, activation: "linear" } as const : layer);
  return { ...model, encoder: linear(model.encoder), decoder: linear(model.decoder) };
}
