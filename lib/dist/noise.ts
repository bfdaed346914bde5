/**
 * The randomness that distributions turn into samples.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import { type NoiseKey, type NoiseShape, uniformPairs } from "../math/philox.ts";
import type { Tensor } from "./parameters.ts";
import { logNear1 } from "./special.ts";

/** Independent uniforms in (0, 1) for the polar method, `[rows, dimensions]` or `[samples, rows, dimensions]`. */
export interface Noise {
  /** Decides the radius. */
  readonly u: Tensor;
  /** Decides the direction, in turns. */
  readonly v: Tensor;
}

/** How many uniforms. */
export interface NoiseTensorShape extends NoiseShape {
  /** How many times each place is drawn: an axis in front, with the key's `draw` and those after it. */
  readonly samples?: number;
}

/**
 * Uniforms for `rsample`: a function of the key and of each element's row, dimension and sample alone.
 *
 * Whoever calls this outside `tf.tidy` disposes of both tensors.
 *
 * @param key which noise: the seed, the stream and the step
 * @param shape row ids, dimensions and samples; without `samples` there is no axis for them
 * @returns `u` and `v`, `[rows, dimensions]` or `[samples, rows, dimensions]`, the same on every backend
 * @throws {RangeError} if a seed, step, draw, row count, dimension or sample count is out of range
 *
 * @example
 * ```ts
 * import "@tensorflow/tfjs-backend-cpu";
 * import { uniformPair } from "./noise.ts";
 * import assert from "node:assert/strict";
 *
 * const { u, v } = uniformPair({ seed: 1, stream: "latent", step: 7 }, { rows: 4, dimensions: 3 });
 * assert.deepEqual(u.shape, [4, 3]);
 * u.dispose();
 * v.dispose();
 * ```
 */
export function uniformPair(key: NoiseKey, { samples, ...shape }: NoiseTensorShape): Noise {
  const rows = typeof shape.rows === "number" ? shape.rows : shape.rows.length;
  if (samples === undefined) {
    const { u, v } = uniformPairs(key, shape);
    const size = [rows, shape.dimensions];
    return { u: tf.tensor(u, size), v: tf.tensor(v, size) };
  }
  if (!(Number.isInteger(samples) && samples > 0)) {
    throw new RangeError(`Cannot draw noise: samples must be an integer >= 1, got ${samples}`);
  }
  const perSample = rows * shape.dimensions;
  const [us, vs] = [new Float32Array(samples * perSample), new Float32Array(samples * perSample)];
  for (let i = 0; i < samples; i++) {
    const { u, v } = uniformPairs({ ...key, draw: (key.draw ?? 0) + i }, shape);
    us.set(u, i * perSample);
    vs.set(v, i * perSample);
  }
  const size = [samples, rows, shape.dimensions];
  return { u: tf.tensor(us, size), v: tf.tensor(vs, size) };
}

/**
 * Uniforms as polar coordinates: `energy` = -2 ln u, a normal pair's squared radius, and `cosine` = cos(2 pi v).
 *
 * The cosine is taken as sin(2 pi (|v - 1/2| - 1/4)), whose subtractions are exact, for its digits near zero.
 */
export function polar({ u, v }: Noise): { energy: Tensor; cosine: Tensor } {
  const energy = tf.mul(logNear1(tf.sub(u, 1), u), -2);
  return { energy, cosine: tf.sin(tf.mul(turn(v), 2 * Math.PI)) };
}

/** sin(2 pi v), taken as sin(2 pi (1/4 - ||v - 1/2| - 1/4|)) and a sign. */
export function sine(v: Tensor): Tensor {
  const fromZero = tf.sub(0.25, tf.abs(turn(v)));
  return tf.mul(tf.sin(tf.mul(fromZero, 2 * Math.PI)), tf.sign(tf.sub(0.5, v)));
}

/** |v - 1/2| - 1/4: how far v is from where the cosine is 0. */
function turn(v: Tensor): Tensor {
  return tf.sub(tf.abs(tf.sub(v, 0.5)), 0.25);
}
