/**
 * The normal distribution on tfjs tensors.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import type { DistributionBase } from "./distribution.ts";
import { constant } from "./elementwise.ts";
import { type Noise, polar } from "./noise.ts";
import { broadcastShape, type Parameter, requireFinite, requirePositive, type Tensor } from "./parameters.ts";
import { log } from "./special.ts";

/** Independent N(loc, scale^2), one per element of the parameters' broadcast shape. */
export interface Normal extends DistributionBase {
  /** Which distribution this is. */
  readonly family: "normal";
  /** The mean. */
  readonly loc: Parameter;
  /** The standard deviation. */
  readonly scale: Parameter;
  /**
   * The log-density, -ln scale - ln(2 pi)/2 - (x - loc)^2 / (2 scale^2).
   *
   * @param x where, broadcast against the parameters
   * @returns nats, of the broadcast shape
   */
  logProb(x: Parameter): Tensor;
  /**
   * A sample, loc + scale sqrt(-2 ln u) cos(2 pi v), differentiable in the parameters.
   *
   * @param noise uniforms from `uniformPair`
   * @returns of the broadcast shape of noise and parameters
   *
   * Source: Box & Muller 1958, "A note on the generation of random normal deviates".
   */
  rsample(noise: Noise): Tensor;
  /**
   * The differential entropy, ln scale + (1 + ln(2 pi))/2.
   *
   * @returns nats, of the parameters' broadcast shape
   */
  entropy(): Tensor;
}

const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

/**
 * Makes independent normal distributions.
 *
 * Tensors are used, not owned: they must live as long as the distribution does. Their values are not checked;
 * NaN, or a scale that is not positive, gives NaN or infinite results.
 *
 * @param parameters `loc` and the standard deviation `scale` > 0: numbers, or tensors that broadcast
 * @returns the distribution
 * @throws {RangeError} if a number is out of range
 * @throws {TypeError} if shapes do not broadcast or a tensor is not float32
 *
 * @example
 * ```ts
 * import "@tensorflow/tfjs-backend-cpu";
 * import { Normal } from "./normal.ts";
 * import assert from "node:assert/strict";
 *
 * const logProb = await Normal({ loc: 0, scale: 2 }).logProb(1).data();
 * assert(Math.abs(logProb[0] - -1.737086) < 1e-6);
 * ```
 */
export function Normal({ loc, scale }: { readonly loc: Parameter; readonly scale: Parameter }): Normal {
  const action = "create Normal";
  requireFinite(loc, { action, name: "loc" });
  requirePositive(scale, { action, name: "scale" });
  const shape = broadcastShape({ loc, scale }, action);
  const rsample = (noise: Noise) =>
    tf.tidy(() => {
      broadcastShape({ "noise.u": noise.u, loc, scale }, "draw Normal rsample");
      const { energy, cosine } = polar(noise);
      return tf.add(loc, tf.mul(scale, tf.mul(tf.sqrt(energy), cosine)));
    });
  return {
    family: "normal",
    batchShape: shape,
    eventShape: [],
    noiseDimensions: shape.at(-1) ?? 1,
    loc,
    scale,
    logProb: (x) =>
      tf.tidy(() => {
        broadcastShape({ x, loc, scale }, "compute Normal logProb");
        const t = tf.div(tf.sub(x, loc), scale);
        return tf.sub(tf.mul(tf.square(t), -0.5), tf.add(log(scale), HALF_LOG_TWO_PI));
      }),
    rsample,
    sample: (noise) => constant(() => rsample(noise)),
    entropy: () => tf.tidy(() => tf.broadcastTo(tf.add(log(scale), 0.5 + HALF_LOG_TWO_PI), shape)),
  };
}
