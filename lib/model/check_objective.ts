/**
 * Whether a model can be trained on an objective.
 *
 * @module
 */

import type { Model, Objective } from "./record.ts";
import { type Checks, checks, NOT_NEGATIVE, POSITIVE_INTEGER } from "./rules.ts";

/**
 * Checks the numbers of an objective, and that the model has what it is defined for.
 *
 * The importance-weighted bound takes its weights at the draws that are decoded. The power divergence is that of one
 * particular model: a joint t of fixed df > 2 and a decoder around whose output x has a scale of its own.
 *
 * @param model the record, which `checkModel()` has accepted
 * @param objective what training optimises
 * @throws {RangeError} naming the first key that is out of range, or that the objective has no meaning with
 *
 * @example
 * ```ts
 * import { checkObjective } from "./check_objective.ts";
 * import { fc } from "./presets.ts";
 * import assert from "node:assert/strict";
 *
 * const model = fc({
 *   input: [7],
 *   latent: { family: "student-t", size: 2, df: { fixed: 5 }, kl: "exact" },
 *   likelihood: { kind: "gaussian", scale: 1 },
 * });
 * checkObjective(model, { kind: "iwae", samples: 5 });
 * assert.throws(() => checkObjective(model, { kind: "t3" }), /latent.joint must be true for the objective t3/);
 * ```
 */
export function checkObjective(model: Model, objective: Objective): void {
  const check = checks(`train model ${model.name}`);
  const { klSample } = model.latent;
  if (objective.kind !== "elbo" && klSample !== undefined) {
    check.reject(
      `latent.klSample must be left out for the objective ${objective.kind}, in which no divergence is sampled, got ` +
        klSample,
    );
  }
  switch (objective.kind) {
    case "elbo":
      check.number("objective.beta", objective.beta, NOT_NEGATIVE);
      return check.number("objective.freeBits", objective.freeBits ?? 0, NOT_NEGATIVE);
    case "iwae":
      return check.number("objective.samples", objective.samples, POSITIVE_INTEGER);
    case "t3":
      return checkPowerDivergence(model, check);
  }
}

function checkPowerDivergence({ latent, likelihood }: Model, check: Checks): void {
  const need = (key: string, rule: string, got: unknown): never =>
    check.reject(`${key} must be ${rule}, got ${got}`);
  if (latent.family !== "student-t") {
    return need(
      "latent.family",
      "student-t for the objective t3, a divergence between t models",
      latent.family,
    );
  }
  const { joint = false, df, priorDf, generationDf } = latent;
  if (!joint) need("latent.joint", "true for the objective t3, whose posterior is a multivariate t", joint);
  if (!("fixed" in df)) {
    return need(
      "latent.df",
      "a number > 2 for the objective t3, whose loss is a divergence for one df only",
      "learned" in df ? "learned" : "amortised",
    );
  }
  if (df.fixed <= 2) {
    need("latent.df", "> 2 for the objective t3, which takes the variance of the model's t", df.fixed);
  }
  if (priorDf !== undefined) {
    need("latent.priorDf", "left out for the objective t3, whose prior has latent.df", priorDf);
  }
  if (generationDf !== undefined) {
    const rule = "left out for the objective t3, which has a distribution of its own to generate from";
    need("latent.generationDf", rule, generationDf);
  }
  if (likelihood.kind !== "gaussian") {
    const rule = "gaussian for the objective t3, which makes it the t of its model";
    need("likelihood.kind", rule, likelihood.kind);
  } else if (likelihood.scale === "learned") {
    need("likelihood.scale", "a number for the objective t3, whose constants depend on it", likelihood.scale);
  }
}
