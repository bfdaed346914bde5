/**
 * Which numbers of several runs may be set side by side.
 *
 * @module
 */

import { priorDependsOnX } from "../../model/degrees_of_freedom.ts";
import type { Objective } from "../../model/record.ts";
import { commonSplit, type Means, type Split } from "../records.ts";
import type { ComparedRun } from "./records.ts";

/** What runs are compared by after each epoch. */
export interface Measure {
  /** `loss`, or `−ELBO` where losses do not compare. */
  readonly name: string;
  readonly unit: string;
  /** A run's means with the measure in place of its loss. */
  readonly of: (means: Means) => Means;
  /** What it is measured on. */
  readonly split: Split;
}

/** What is there to compare, and what is not. */
export interface Comparability {
  readonly measure: Measure;
  /** What does not compare, and why: a sentence each. */
  readonly cautions: readonly string[];
  /** Whether the least of the measure is the best. */
  readonly ranked: boolean;
}

/**
 * Finds what runs can be compared by.
 *
 * The losses of different objectives do not compare, nor do those of one with other weights: then reconstruction + KL,
 * which is minus the ELBO whatever was trained on, stands in for them. Nothing compares between data sets, a probability
 * not with a density, and a bound of ln p(x) not with what is none, as where the prior has the df of q(z|x).
 *
 * @param runs at least one
 */
export function comparability(runs: readonly ComparedRun[]): Comparability {
  const cautions: string[] = [];
  const caution = (words: (groups: string) => string, of: (run: ComparedRun) => string): void => {
    const groups = Map.groupBy(runs, of);
    if (groups.size === 1) return;
    const texts = [...groups].map(([what, runs]) => `${what} (${runs.map(({ name }) => name).join(", ")})`);
    cautions.push(words(texts.join(" and ")));
  };
  caution(
    (groups) => `Nothing that was measured on one data set compares with another: here are ${groups}.`,
    ({ dataset }) => dataset,
  );
  caution(
    (groups) => `Losses, reconstructions and ELBOs do not compare between ${groups}.`,
    ({ likelihood }) => likelihood === "bernoulli" ? "probabilities" : "densities",
  );
  caution(
    (groups) => `ELBOs, and losses that they make, do not compare between ${groups}.`,
    ({ latent }) =>
      priorDependsOnX(latent) ? "what is no bound, as p(z) has the df of q(z|x)," : "bounds of ln p(x)",
  );
  const ranked = cautions.length === 0;
  const alike = new Set(runs.map(({ objective }) => objectiveText(objective))).size === 1;
  caution(
    (groups) =>
      `Losses do not compare between the objectives ${groups}: reconstruction + KL, minus the ELBO, stands in for them.`,
    ({ objective }) => objectiveText(objective),
  );
  const measure = alike
    ? { name: "loss", unit: runs[0].objective.kind === "t3" ? "power divergence" : NATS, of: asIs }
    : { name: "−ELBO", unit: NATS, of: withBound };
  const split = commonSplit(runs.map(({ metrics }) => metrics), ["test", "validation"]);
  return { measure: { ...measure, split }, cautions, ranked };
}

/** What an ELBO is measured in. */
export const NATS = "nats per example";

function asIs(means: Means): Means {
  return means;
}

function withBound(means: Means): Means {
  return { ...means, loss: means.reconstruction + means.kl };
}

/** Such as `elbo with beta 2`. */
function objectiveText({ kind, ...settings }: Objective): string {
  const words = Object.entries(settings).map(([key, value]) => `${key} ${value}`);
  return [kind, ...(words.length === 0 ? [] : [words.join(", ")])].join(" with ");
}
