/**
 * The record's layers as tfjs ops.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
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

/**
 * The encoder's output, from which the latent heads start.
 *
 * @param model the record
 * @param inputs `x`, examples, `[rows, inputSize]`, and the weights
 * @returns `[rows, width]`
 */
export function encode(
  { input, encoder }: Model,
  { x, ...weights }: { x: tf.Tensor2D } & Weights,
): tf.Tensor2D {
  return flat(network(encoder, { x: tf.reshape(x, [-1, ...input]), name: "encoder", ...weights }));
}

/**
 * The decoder's output: logits for a Bernoulli likelihood, else what p(x|z) has its elements around.
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

/**
 * A dense layer before its activation: x · kernel + bias.
 *
 * @param x flattened behind its rows
 * @param by `name` of the layer and the `parameters` to find its own in
 * @returns `[rows, units]`
 */
export function dense(x: tf.Tensor, { name, parameters }: { name: string } & Weights): tf.Tensor2D {
  return tf.add(tf.matMul(flat(x), parameters[`${name}/kernel`] as tf.Tensor2D), parameters[`${name}/bias`]);
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
      return ACTIVATION[layer.activation](dense(x, { name, ...weights }));
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
