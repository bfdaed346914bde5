/**
 * The record's layers as tfjs ops.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import { type Distribution, Normal, StudentT } from "../../dist/mod.ts";
import type { Activation, BatchNorm, Conv, ConvTranspose, Layer, Model } from "../../model/record.ts";
import { batchNorm } from "./batch_norm.ts";

/** Tensors by the names of `parameterTable()` and `statisticsTable()`. */
export type Parameters = Readonly<Record<string, tf.Tensor>>;

/** What a forward pass computes with. */
export interface Weights {
  /** Parameters and running statistics. */
  readonly parameters: Parameters;
  /**
   * Given while training: batch norm then takes the batch's own statistics, and the running ones, moved towards them,
   * are put here under their names, kept until their user disposes them.
   */
  readonly moved?: Map<string, tf.Tensor>;
}

/** Added to softplus so that a scale is never 0, where the divergence is infinite. */
const SCALE_FLOOR = 1e-6;
/** Added to softplus: with fewer degrees of freedom a float32 draw may overflow, and one overflow ends a training. */
const DF_FLOOR = 0.5;

/**
 * q(z|x), with loc = h · W₁ + b₁ and scale = softplus(h · W₂ + b₂) + 1e-6 from the encoder's output h; amortised df
 * are softplus(h · W₃ + b₃) + 0.5.
 *
 * @param model the record
 * @param inputs `x`, examples, `[rows, inputSize]`, and the weights
 * @returns the posterior, loc, scale and amortised df `[rows, latentSize]`
 */
export function encode(
  { input, encoder, latent }: Model,
  { x, ...weights }: { x: tf.Tensor2D } & Weights,
): Distribution {
  const hidden = network(encoder, { x: tf.reshape(x, [-1, ...input]), name: "encoder", ...weights });
  const loc = dense(hidden, weights.parameters, "latent/loc");
  const above = (floor: number, name: string) =>
    tf.add(tf.softplus(dense(hidden, weights.parameters, name)), floor);
  const scale = above(SCALE_FLOOR, "latent/scale");
  if (latent.family === "gaussian") return Normal({ loc, scale });
  return StudentT({ df: "fixed" in latent.df ? latent.df.fixed : above(DF_FLOOR, "latent/df"), loc, scale });
}

/**
 * p(z): the latent family at loc 0 and scale 1, with the posterior's df. Where those are amortised this is no prior in
 * Bayes' sense, as it depends on x.
 *
 * @param posterior q(z|x)
 * @returns the prior of one coordinate; it broadcasts against the posterior
 */
export function prior(posterior: Distribution): Distribution {
  const at = { loc: 0, scale: 1 };
  return posterior.family === "normal" ? Normal(at) : StudentT({ df: posterior.df, ...at });
}

/**
 * The output layer of p(x|z): logits for Bernoulli, the mean for Gaussian.
 *
 * @param model the record
 * @param inputs `z`, latents, `[rows, latentSize]`, and the weights
 * @returns `[rows, inputSize]`
 */
export function decode(
  { decoder }: Model,
  { z, ...weights }: { z: tf.Tensor2D } & Weights,
): tf.Tensor2D {
  return flat(network(decoder, { x: z, name: "decoder", ...weights }));
}

function network(
  layers: readonly Layer[],
  { x, name, ...weights }: { x: tf.Tensor; name: string } & Weights,
): tf.Tensor {
  return layers.reduce((h, layer, i) => lower(layer, { x: h, name: `${name}/${i}`, ...weights }), x);
}

function lower(layer: Layer, { x, name, ...weights }: { x: tf.Tensor; name: string } & Weights): tf.Tensor {
  switch (layer.kind) {
    case "dense":
      return ACTIVATION[layer.activation](dense(x, weights.parameters, name));
    case "conv":
    case "conv-transpose":
      return ACTIVATION[layer.activation](convolution(layer, { x, name, ...weights }));
    case "batch-norm":
      return normalise(layer, { x: x.shape.length === 3 ? channelled(x) : x, name, ...weights });
    case "leaky-relu":
      return leakyRelu(x, layer.slope);
    case "reshape":
      return tf.reshape(x, [-1, ...layer.shape]);
  }
}

function dense(x: tf.Tensor, parameters: Parameters, name: string): tf.Tensor2D {
  return tf.add(tf.matMul(flat(x), parameters[`${name}/kernel`] as tf.Tensor2D), parameters[`${name}/bias`]);
}

function convolution(
  { kind, filters, stride, bias }: Conv | ConvTranspose,
  { x, name, parameters }: { x: tf.Tensor; name: string } & Weights,
): tf.Tensor {
  const images = channelled(x);
  const kernel = parameters[`${name}/kernel`] as tf.Tensor4D;
  const [rows, height, width] = images.shape;
  const y = kind === "conv"
    ? tf.conv2d(images, kernel, stride, "same")
    : tf.conv2dTranspose(images, kernel, [rows, height * stride, width * stride, filters], stride, "same");
  return bias ? tf.add(y, parameters[`${name}/bias`]) : y;
}

/**
 * Running statistics move as Keras 3 has it: `running · momentum + batch · (1 − momentum)`, with the biased variance.
 *
 * Deviates: tf.keras 2's fused kernel moves the running variance towards the unbiased one, n/(n − 1) as large.
 */
function normalise(
  { momentum, epsilon }: BatchNorm,
  { x, name, parameters, moved }: { x: tf.Tensor; name: string } & Weights,
): tf.Tensor {
  const { [`${name}/gamma`]: gamma, [`${name}/beta`]: beta } = parameters;
  const { [`${name}/mean`]: mean, [`${name}/variance`]: variance } = parameters;
  if (moved === undefined) {
    // As while training, rather than by tf.batchNorm(), whose kernels round differently.
    return tf.add(tf.mul(tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, epsilon))), gamma), beta);
  }
  const { output, ...batch } = batchNorm(x, { gamma, beta, epsilon });
  const follow = (running: tf.Tensor, latest: tf.Tensor) =>
    tf.keep(tf.add(tf.mul(running, momentum), tf.mul(latest, 1 - momentum)));
  moved.set(`${name}/mean`, follow(mean, batch.mean));
  moved.set(`${name}/variance`, follow(variance, batch.variance));
  tf.dispose([batch.mean, batch.variance]);
  return output;
}

/** x times 1 or the slope, which is also the gradient; the wasm kernel of tf.leakyRelu() is five times as slow. */
function leakyRelu(x: tf.Tensor, slope: number): tf.Tensor {
  const op = tf.customGrad((...args: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const [x, save] = args as [tf.Tensor, tf.GradSaveFunc];
    const factor = tf.step(x, slope);
    save([factor]);
    return {
      value: tf.mul(x, factor),
      gradFunc: (g: tf.Tensor, saved: tf.Tensor[]) => tf.mul(g, saved[0]),
    };
  });
  return op(x);
}

function flat(x: tf.Tensor): tf.Tensor2D {
  return x.shape.length === 2 ? x as tf.Tensor2D : tf.reshape(x, [x.shape[0], -1]);
}

/** Images as `[rows, height, width, channels]`, where three axes mean one channel. */
function channelled(x: tf.Tensor): tf.Tensor4D {
  return x.shape.length === 4 ? x as tf.Tensor4D : tf.expandDims(x, 3);
}

const ACTIVATION: Record<Activation, (x: tf.Tensor) => tf.Tensor> = {
  linear: (x) => x,
  relu: (x) => tf.relu(x),
};
