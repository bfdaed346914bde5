/**
 * Objectives as tfjs ops: their parts for each example, and the loss that training differentiates.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import { type Distribution, kl, type Noise } from "../../dist/mod.ts";
import { isJoint } from "../../model/latent.ts";
import { freeNats, lossWeights } from "../../model/loss_weights.ts";
import { parameterTable } from "../../model/parameters.ts";
import { type ElboObjective, type Latent, sizeOf } from "../../model/record.ts";
import { posterior, prior, type Task } from "./latent.ts";
import { logLikelihood } from "./likelihood.ts";
import { logMeanExp } from "./log_mean_exp.ts";
import { decode, type Parameters, type Weights } from "./network.ts";
import { t3LogLikelihood, t3Loss } from "./t3.ts";

/** What is needed of a batch. */
export interface BatchInputs extends Weights {
  /** Examples, `[rows, inputSize]`. */
  readonly x: tf.Tensor2D;
  /** For the z that is decoded, `[rows, noiseDimensions]`; for `iwae` `[samples, rows, noiseDimensions]`. */
  readonly noise: Noise;
  /** For the z that a Monte-Carlo divergence is taken at, where that is another one. */
  readonly secondNoise?: Noise;
}

/** Of each example, in nats but for the bound of `t3`. */
export interface ExampleParts {
  /** −log p(x|z) at z ~ q(z|x), or its mean over the draws of `iwae`, `[rows]`. */
  readonly reconstruction: tf.Tensor1D;
  /** KL(q(z|x) ‖ p(z)), not weighted: `[rows, latentSize]`, or `[rows, 1]` where the latent is joint. */
  readonly kl: tf.Tensor2D;
  /** What `iwae` and `t3` minimise the mean of, `[rows]`; `elbo` minimises a function of the other two. */
  readonly bound?: tf.Tensor1D;
}

/**
 * An objective's parts for each example.
 *
 * Where the latent asks for `"monte-carlo"` the divergence is log q(z|x) − log p(z) at the z that is decoded, or at a
 * second one: unbiased, and at times negative. For `iwae` and `t3` reconstruction and divergence are those of the same
 * model's ELBO, to be told and not to be trained on.
 *
 * @param task the record and its objective
 * @param batch examples, noise and weights
 * @returns the parts
 */
export function exampleParts(task: Task, { x, noise, secondNoise, ...weights }: BatchInputs): ExampleParts {
  const { model, objective } = task;
  const { latent, likelihood } = model;
  const q = posterior(task, { x, ...weights });
  const p = prior(latent, q);
  const z = q.rsample(noise);
  const rows = decode(model, { z: tf.reshape(z, [-1, latent.size]), ...weights });
  const output = tf.reshape(rows, [...z.shape.slice(0, -1), -1]);

  /** log q(z|x) − log p(z), `[…, latentSize]` or `[…, 1]`. */
  const logRatio = (at: tf.Tensor): tf.Tensor => byTerms(latent, tf.sub(q.logProb(at), p.logProb(at)));
  /** The divergence; `sampled` is its estimate. */
  const divergence = (sampled: () => tf.Tensor) =>
    (latent.kl === "monte-carlo" ? sampled() : byTerms(latent, kl(q, p))) as tf.Tensor2D;
  const logProb = (): tf.Tensor => logLikelihood(likelihood, { output, x, parameters: weights.parameters });

  switch (objective.kind) {
    case "elbo":
      return {
        reconstruction: tf.neg(logProb()) as tf.Tensor1D,
        kl: divergence(() => logRatio(secondNoise === undefined ? z : q.rsample(secondNoise))),
      };
    case "iwae": {
      const [fits, ratios] = [logProb(), logRatio(z)];
      return {
        reconstruction: tf.neg(tf.mean(fits, 0)),
        kl: divergence(() => tf.mean(ratios, 0)),
        bound: tf.neg(logMeanExp(tf.sub(fits, tf.sum(ratios, -1)))) as tf.Tensor1D,
      };
    }
    case "t3":
      return {
        reconstruction: tf.neg(t3LogLikelihood(model, { output, x, z })),
        kl: divergence(() => logRatio(z)),
        bound: t3Loss(model, { output, x, posterior: q }),
      };
  }
}

/**
 * The parts of an importance weight at one z ~ q(z|x), whatever is minimised.
 *
 * @param task the record and its objective
 * @param options `q`, the posterior of the examples `x`, the noise of one draw, and weights
 * @returns −log p(x|z), `[rows]`, and as `kl` log q(z|x) − log p(z), `[rows, latentSize]` or `[rows, 1]`
 */
export function weightParts(
  { model, objective }: Task,
  { q, x, noise, ...weights }: Pick<BatchInputs, "x" | "noise"> & Weights & { readonly q: Distribution },
): ExampleParts {
  const { latent, likelihood } = model;
  const p = prior(latent, q);
  const z = q.rsample(noise) as tf.Tensor2D;
  const output = decode(model, { z, ...weights });
  const logProb = objective.kind === "t3"
    ? t3LogLikelihood(model, { output, x, z })
    : logLikelihood(likelihood, { output, x, parameters: weights.parameters });
  return {
    reconstruction: tf.neg(logProb) as tf.Tensor1D,
    kl: byTerms(latent, tf.sub(q.logProb(z), p.logProb(z))) as tf.Tensor2D,
  };
}

/**
 * The divergence in the groups of dimensions that the loss floors, each by itself; where it floors none they are one.
 *
 * @param task the record and its objective
 * @param kl of {@linkcode exampleParts}
 * @returns `[rows, groups]`
 */
export function lossGroups({ objective, model }: Task, kl: tf.Tensor2D): tf.Tensor2D {
  return freeNats(objective, model.latent) === 0 ? tf.sum(kl, 1, true) : kl;
}

/**
 * What training minimises: the objective of the batch, and l2 · Σ value² of every array that has an l2.
 *
 * @param task the record and its objective
 * @param parts of {@linkcode exampleParts}, the divergence in its {@linkcode lossGroups}, trained `parameters` by name, and
 *   the `l2` that the optimiser adds to that of each array
 * @returns a scalar
 */
export function trainingLoss(
  { model, objective }: Task,
  { parameters, l2: l2OfAll = 0, ...parts }: ExampleParts & {
    readonly parameters: Parameters;
    readonly l2?: number;
  },
): tf.Scalar {
  const fit = objective.kind === "elbo"
    ? elboLoss(objective, { ...parts, latent: model.latent, elements: sizeOf(model.input) })
    : tf.mean(parts.bound!) as tf.Scalar;
  return parameterTable(model).reduce(
    (loss: tf.Scalar, { name, l2: ownL2 = 0 }) => {
      const l2 = ownL2 + l2OfAll;
      return l2 === 0 ? loss : tf.add(loss, tf.mul(tf.sum(tf.square(parameters[name])), l2));
    },
    fit,
  );
}

/** The weighted batch means of both parts. */
function elboLoss(
  objective: ElboObjective,
  { reconstruction, kl, latent, elements }: ExampleParts & {
    readonly latent: Latent;
    readonly elements: number;
  },
): tf.Scalar {
  const weights = lossWeights(objective, { rows: reconstruction.shape[0], elements });
  const weighted = weights.reconstruction === 1
    ? reconstruction
    : tf.mul(reconstruction, weights.reconstruction);
  const free = freeNats(objective, latent);
  if (free === 0) return tf.mean(tf.add(weighted, tf.mul(tf.squeeze(kl, [1]), weights.kl)));
  const excess = tf.relu(tf.sub(tf.mean(kl, 0), free));
  return tf.add(tf.mean(weighted), tf.mul(tf.sum(tf.add(excess, free)), weights.kl));
}

/** Of each coordinate, or of all together as one term where they are joint. */
function byTerms(latent: Latent, values: tf.Tensor): tf.Tensor {
  return isJoint(latent) ? tf.expandDims(values, -1) : values;
}
