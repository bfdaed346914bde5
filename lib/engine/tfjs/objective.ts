/**
 * The likelihood and the objective as tfjs ops.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import { kl, type Noise } from "../../dist/mod.ts";
import type { Likelihood, Model } from "../../model/record.ts";
import { decode, encode, prior, type Weights } from "./network.ts";

/**
 * Minus log p(x|z) and KL(q(z|x) ‖ p(z)), with one z drawn from q.
 *
 * The divergence is not weighted: −ELBO is their sum, the loss has beta before the second.
 *
 * @param model the record
 * @param inputs `x`, examples, `[rows, inputSize]`, `noise`, uniforms for the draw, `[rows, latentSize]` each, and
 *   the weights
 * @returns nats: `reconstruction` `[rows]`, `klPerDimension` `[rows, latentSize]`
 */
export function negativeElboParts(
  model: Model,
  { x, noise, ...weights }: { x: tf.Tensor2D; noise: Noise } & Weights,
): { reconstruction: tf.Tensor1D; klPerDimension: tf.Tensor2D } {
  const posterior = encode(model, { x, ...weights });
  const z = posterior.rsample(noise) as tf.Tensor2D;
  const output = decode(model, { z, ...weights });
  return {
    reconstruction: tf.neg(tf.sum(logLikelihood(model.likelihood, { output, x }), 1)),
    klPerDimension: kl(posterior, prior(model.latent)) as tf.Tensor2D,
  };
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
