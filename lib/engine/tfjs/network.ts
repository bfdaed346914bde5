/**
 * The record's layers as tfjs ops.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import { type Distribution, Normal, StudentT } from "../../dist/mod.ts";
import type { Activation, Latent, Layer, Model } from "../../model/record.ts";

/** Parameters by the names of `parameterTable()`. */
export type Parameters = Readonly<Record<string, tf.Tensor>>;

/** Added to softplus so that a scale is never 0, where the divergence is infinite. */
const SCALE_FLOOR = 1e-6;

/**
 * q(z|x), with loc = h · W₁ + b₁ and scale = softplus(h · W₂ + b₂) + 1e-6 from the encoder's output h.
 *
 * @param model the record
 * @param inputs `x`, examples, `[rows, inputSize]`, and the parameters
 * @returns the posterior, loc and scale `[rows, latentSize]`
 */
export function encode(
  { encoder, latent }: Model,
  { x, parameters }: { x: tf.Tensor2D; parameters: Parameters },
): Distribution {
  const hidden = network(encoder, { x, parameters, prefix: "encoder" });
  const loc = dense(hidden, parameters, "latent/loc");
  const scale = tf.add(tf.softplus(dense(hidden, parameters, "latent/scale")), SCALE_FLOOR);
  return distribution(latent, { loc, scale });
}

/**
 * p(z): the latent family at loc 0 and scale 1, with the posterior's df.
 *
 * @param latent the latent space
 * @returns the prior of one coordinate; it broadcasts against the posterior
 */
export function prior(latent: Latent): Distribution {
  return distribution(latent, { loc: 0, scale: 1 });
}

/**
 * The output layer of p(x|z): logits for Bernoulli, the mean for Gaussian.
 *
 * @param model the record
 * @param inputs `z`, latents, `[rows, latentSize]`, and the parameters
 * @returns `[rows, inputSize]`
 */
export function decode(
  { decoder }: Model,
  { z, parameters }: { z: tf.Tensor2D; parameters: Parameters },
): tf.Tensor2D {
  return network(decoder, { x: z, parameters, prefix: "decoder" });
}

function distribution(
  latent: Latent,
  at: { loc: tf.Tensor | number; scale: tf.Tensor | number },
): Distribution {
  return latent.family === "gaussian" ? Normal(at) : StudentT({ df: latent.df.fixed, ...at });
}

function network(
  layers: readonly Layer[],
  { x, parameters, prefix }: { x: tf.Tensor2D; parameters: Parameters; prefix: string },
): tf.Tensor2D {
  return layers.reduce(
    (h, layer, i) => ACTIVATION[layer.activation](dense(h, parameters, `${prefix}/${i}`)),
    x,
  );
}

function dense(x: tf.Tensor2D, parameters: Parameters, name: string): tf.Tensor2D {
  return tf.add(tf.matMul(x, parameters[`${name}/kernel`] as tf.Tensor2D), parameters[`${name}/bias`]);
}

const ACTIVATION: Record<Activation, (x: tf.Tensor2D) => tf.Tensor2D> = {
  linear: (x) => x,
  relu: (x) => tf.relu(x),
};
