/**
 * The likelihood as tfjs ops.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import { type Parameter, StudentT } from "../../dist/mod.ts";
import { type Likelihood, SCALE_FLOOR } from "../../model/record.ts";
import type { Parameters } from "./network.ts";

/**
 * log p(x|z), the sum over the elements of x.
 *
 * @param likelihood which distribution
 * @param inputs the decoder's `output`, `[…, inputSize]`, examples `x`, which broadcast against it, and the `parameters`
 * @returns nats, `[…]`
 */
export function logLikelihood(
  likelihood: Likelihood,
  { output, x, parameters }: {
    readonly output: tf.Tensor;
    readonly x: tf.Tensor2D;
    readonly parameters: Parameters;
  },
): tf.Tensor {
  const elements = (): tf.Tensor => {
    if (likelihood.kind === "bernoulli") return bernoulliLogProb(output, x);
    const scale = likelihoodScale(likelihood.scale, parameters);
    return likelihood.kind === "gaussian"
      ? gaussianLogProb(output, { x, scale })
      : StudentT({ df: likelihood.df, loc: output, scale }).logProb(x);
  };
  return tf.sum(elements(), -1);
}

/**
 * What p(x|z) has its elements around: their mean, where they have one.
 *
 * @param likelihood which distribution
 * @param output of the decoder, `[rows, inputSize]`
 * @returns `[rows, inputSize]`; probabilities for Bernoulli
 */
export function likelihoodMean(likelihood: Likelihood, output: tf.Tensor2D): tf.Tensor2D {
  return likelihood.kind === "bernoulli" ? tf.sigmoid(output) : output;
}

function likelihoodScale(scale: number | "learned", parameters: Parameters): Parameter {
  return scale === "learned" ? tf.add(tf.softplus(parameters["likelihood/scale"]), SCALE_FLOOR) : scale;
}

/** Its constant is one number, in float64 where it can be; a rounding of it would count once for every element. */
function gaussianLogProb(
  loc: tf.Tensor,
  { x, scale }: { readonly x: tf.Tensor2D; readonly scale: Parameter },
): tf.Tensor {
  const halfLogTwoPi = 0.5 * Math.log(2 * Math.PI);
  const constant = typeof scale === "number"
    ? Math.log(scale) + halfLogTwoPi
    : tf.add(tf.log(scale), halfLogTwoPi);
  return tf.sub(tf.mul(tf.square(tf.div(tf.sub(x, loc), scale)), -0.5), constant);
}

/**
 * x·l − softplus(l) for logits l: log-probability of a Bernoulli variable, extended to x within [0, 1].
 *
 * The gradient in l, x − sigmoid(l), is written out: the overflow-free forward form has a kink at l = 0, where
 * automatic differentiation would be wrong, and rows whose units are all off sit exactly there.
 */
function bernoulliLogProb(logits: tf.Tensor, x: tf.Tensor2D): tf.Tensor {
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
  return op(logits);
}
