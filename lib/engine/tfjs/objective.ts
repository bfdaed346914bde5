/**
 * The likelihood and the objective as tfjs ops.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import { kl, type Noise } from "../../dist/mod.ts";
import { lossWeights } from "../../model/loss_weights.ts";
import { parameterTable } from "../../model/parameters.ts";
import { type Likelihood, type Model, type Objective, sizeOf } from "../../model/record.ts";
import { decode, encode, type Parameters, prior, type Weights } from "./network.ts";

/**
 * Minus log p(x|z) and KL(q(z|x) ‖ p(z)), with one z drawn from q.
 *
 * The divergence is not weighted: −ELBO is their sum, the loss has beta before the second. Where the latent asks for
 * `"monte-carlo"` it is log q(z|x) − log p(z) at that z, or at a second one: unbiased, and at times negative.
 *
 * @param model the record
 * @param inputs `x`, examples, `[rows, inputSize]`, `noise`, uniforms for the draw, `[rows, latentSize]` each,
 *   `secondNoise`, likewise, where `latent.klSample` asks for it, and the weights
 * @returns nats: `reconstruction` `[rows]`, `klPerDimension` `[rows, latentSize]`
 */
export function negativeElboParts(
  model: Model,
  { x, noise, secondNoise = noise, ...weights }: BatchInputs,
): { reconstruction: tf.Tensor1D; klPerDimension: tf.Tensor2D } {
  const posterior = encode(model, { x, ...weights });
  const z = posterior.rsample(noise) as tf.Tensor2D;
  const output = decode(model, { z, ...weights });
  const divergence = () => {
    const p = prior(posterior);
    if (model.latent.kl !== "monte-carlo") return kl(posterior, p);
    const at = secondNoise === noise ? z : posterior.rsample(secondNoise);
    return tf.sub(posterior.logProb(at), p.logProb(at));
  };
  return {
    reconstruction: tf.neg(tf.sum(logLikelihood(model.likelihood, { output, x }), 1)),
    klPerDimension: divergence() as tf.Tensor2D,
  };
}

/** What is needed of a batch. */
export interface BatchInputs extends Weights {
  /** Examples, `[rows, inputSize]`. */
  readonly x: tf.Tensor2D;
  /** For the z that is decoded. */
  readonly noise: Noise;
  /** For the z that a Monte-Carlo divergence is taken at, where that is another one. */
  readonly secondNoise?: Noise;
}

/**
 * What training minimises: the weighted batch means of both parts, and l2 · Σ value² of every array that has an l2.
 *
 * @param model the record
 * @param parts of `negativeElboParts()`, the divergence summed over dimensions, `[rows]` each
 * @param options the `objective`, and trained `parameters` by name
 * @returns a scalar
 */
export function trainingLoss(
  model: Model,
  { reconstruction, divergence }: { reconstruction: tf.Tensor1D; divergence: tf.Tensor1D },
  { objective, parameters }: { objective: Objective; parameters: Parameters },
): tf.Scalar {
  const weights = lossWeights(objective, { rows: reconstruction.shape[0], elements: sizeOf(model.input) });
  const weighted = weights.reconstruction === 1
    ? reconstruction
    : tf.mul(reconstruction, weights.reconstruction);
  const fit: tf.Scalar = tf.mean(tf.add(weighted, tf.mul(divergence, weights.kl)));
  return parameterTable(model).reduce(
    (loss: tf.Scalar, { name, l2 = 0 }) =>
      l2 === 0 ? loss : tf.add(loss, tf.mul(tf.sum(tf.square(parameters[name])), l2)),
    fit,
  );
}

/**
 * The mean of p(x|z).
 *
 * @param likelihood which distribution
 * @param output of the decoder, `[rows, inputSize]`
 * @returns `[rows, inputSize]`; probabilities for Bernoulli
 */
export function likelihoodMean(likelihood: Likelihood, output: tf.Tensor2D): tf.Tensor2D {
  return likelihood.kind === "bernoulli" ? tf.sigmoid(output) : output;
}

/** log p(x|z), element by element. */
function logLikelihood(
  likelihood: Likelihood,
  { output, x }: { output: tf.Tensor2D; x: tf.Tensor2D },
): tf.Tensor2D {
  if (likelihood.kind === "bernoulli") return bernoulliLogProb(output, x);
  const { scale } = likelihood;
  const residual = tf.div(tf.sub(x, output), scale);
  return tf.sub(tf.mul(tf.square(residual), -0.5), Math.log(scale) + 0.5 * Math.log(2 * Math.PI));
}

/**
 * x·l − softplus(l) for logits l: log-probability of a Bernoulli variable, extended to x within [0, 1].
 *
 * The gradient in l, x − sigmoid(l), is written out: the overflow-free forward form has a kink at l = 0, where
 * automatic differentiation would be wrong, and rows whose units are all off sit exactly there.
 */
function bernoulliLogProb(logits: tf.Tensor2D, x: tf.Tensor2D): tf.Tensor2D {
  const op = tf.customGrad((...args: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const [l, save] = args as [tf.Tensor, tf.GradSaveFunc];
    save([l]);
    // softplus(l) = max(l, 0) + log1p(exp(−|l|))
    const softplus = tf.add(tf.relu(l), tf.log1p(tf.exp(tf.neg(tf.abs(l)))));
    return {
      value: tf.sub(tf.mul(x, l), softplus),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.mul(dy, tf.sub(x, tf.sigmoid(saved[0]))),
    };
  });
  return op(logits) as tf.Tensor2D;
}
