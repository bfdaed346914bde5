/**
 * The latent space as distributions of lib/dist.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import { type Distribution, MultivariateStudentT, Normal, type Parameter, StudentT } from "../../dist/mod.ts";
import { dfFloor, learnedDfFloor, priorDf } from "../../model/degrees_of_freedom.ts";
import { POSTERIOR_SCALE_FLOOR } from "../../model/latent.ts";
import type { Latent, Model, Objective, StudentTLatent } from "../../model/record.ts";
import { dense, encode, type Parameters, type Weights } from "./network.ts";
import { t3Posterior } from "./t3.ts";

/** What is trained, and on what; the power divergence has a posterior of its own. */
export interface Task {
  /** The record. */
  readonly model: Model;
  /** What training optimises. */
  readonly objective: Objective;
}

/**
 * q(z|x), with loc = h · W₁ + b₁ and scale = softplus(h · W₂ + b₂) + 1e-6 from the encoder's output h; amortised df
 * are softplus(h · W₃ + b₃) above their floor.
 *
 * @param task the record and its objective
 * @param inputs `x`, examples, `[rows, inputSize]`, and the weights
 * @returns the posterior of `rows`, over `latentSize` coordinates each
 */
export function posterior(
  { model, objective }: Task,
  { x, ...weights }: { readonly x: tf.Tensor2D } & Weights,
): Distribution {
  const { latent } = model;
  const hidden = encode(model, { x, ...weights });
  const loc = dense(hidden, { name: "latent/loc", ...weights });
  const scale: tf.Tensor2D = tf.add(
    tf.softplus(dense(hidden, { name: "latent/scale", ...weights })),
    POSTERIOR_SCALE_FLOOR,
  );
  if (latent.family === "gaussian") return Normal({ loc, scale });
  if (objective.kind === "t3") return t3Posterior(model, { loc, scale });
  return family(latent)({ df: posteriorDf(latent, { hidden, ...weights }), loc, scale });
}

/**
 * p(z): the latent family at loc 0 and scale 1. Tied to amortised df it is no prior in Bayes' sense, as it depends on x.
 *
 * @param latent the latent space
 * @param posterior q(z|x), whose df a tied prior has
 * @returns the prior; it broadcasts against the posterior
 */
export function prior(latent: Latent, posterior: Distribution): Distribution {
  if (posterior.family === "normal" || latent.family === "gaussian") return Normal({ loc: 0, scale: 1 });
  const df = priorDf(latent);
  return family(latent)({
    df: df === "tied" ? posterior.df : df,
    loc: latent.joint ? tf.zeros([latent.size]) : 0,
    scale: 1,
  });
}

/**
 * Degrees of freedom that training fits: softplus(parameter) above their floor.
 *
 * @param latent the latent space
 * @param parameters trained arrays by name
 * @returns `[1]` or `[latentSize]`; undefined where df are fixed or amortised
 */
export function learnedDf(latent: Latent, parameters: Parameters): tf.Tensor1D | undefined {
  if (latent.family === "gaussian" || !("learned" in latent.df)) return undefined;
  return tf.add(tf.softplus(parameters["latent/df"] as tf.Tensor1D), learnedDfFloor(latent));
}

function family({ joint }: StudentTLatent): typeof StudentT | typeof MultivariateStudentT {
  return joint ? MultivariateStudentT : StudentT;
}

/** A number, or a tensor: learned, or for each row and, where they are independent, coordinate. */
function posteriorDf(
  latent: StudentTLatent,
  { hidden, ...weights }: { readonly hidden: tf.Tensor2D } & Weights,
): Parameter {
  if ("fixed" in latent.df) return latent.df.fixed;
  const learned = learnedDf(latent, weights.parameters);
  if (learned !== undefined) return learned;
  const df = tf.add(tf.softplus(dense(hidden, { name: "latent/df", ...weights })), dfFloor(latent));
  return latent.joint ? tf.squeeze(df, [1]) : df;
}
