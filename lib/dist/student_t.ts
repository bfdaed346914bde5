/**
 * Student's t distribution on tfjs tensors.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import type { DistributionBase } from "./distribution.ts";
import { constant } from "./elementwise.ts";
import { expectedLog1pSquare, logConstantExcess } from "./gamma_ratio.ts";
import type { Noise } from "./noise.ts";
import { broadcastShape, type Parameter, requireFinite, requirePositive, type Tensor } from "./parameters.ts";
import { log, log1p } from "./special.ts";
import { type SampleOptions, standardSample } from "./student_t_sample.ts";

/** Independent univariate St(loc, scale, df), one per element of the parameters' broadcast shape. */
export interface StudentT extends DistributionBase {
  /** Which distribution this is. */
  readonly family: "student-t";
  /** Degrees of freedom. */
  readonly df: Parameter;
  /** The median, and the mean for df > 1. */
  readonly loc: Parameter;
  /** Not the standard deviation, which is scale sqrt(df/(df - 2)) for df > 2. */
  readonly scale: Parameter;
  /**
   * The log-density, with t = (x - loc)/scale:
   * ln Gamma((df+1)/2) - ln Gamma(df/2) - ln(pi df)/2 - ln scale - (df+1)/2 ln(1 + t^2/df).
   *
   * @param x where, broadcast against the parameters; |t| up to 1e18 sqrt(df)
   * @returns nats, of the broadcast shape
   */
  logProb(x: Parameter): Tensor;
  /**
   * A sample, loc + scale sqrt(df (u^(-2/df) - 1)) cos(2 pi v), differentiable in the parameters.
   *
   * The map is smooth in df and becomes Box–Muller's as df grows: the same noise gives neighbouring samples.
   *
   * @param noise uniforms from `uniformPair`
   * @param options which derivative in df; the draw is the same
   * @returns of the broadcast shape of noise and parameters
   * @throws {Error} if the implicit derivative is asked for on the webgpu backend
   *
   * Source: Bailey 1994, "Polar generation of random variates with the t-distribution".
   */
  rsample(noise: Noise, options?: SampleOptions): Tensor;
  /**
   * The differential entropy, ln scale - ln C + (df+1)/2 (psi((df+1)/2) - psi(df/2)), with psi the digamma
   * function and C the constant of the density at scale 1, Gamma((df+1)/2) / (Gamma(df/2) sqrt(pi df)).
   *
   * @returns nats, of the parameters' broadcast shape
   */
  entropy(): Tensor;
}

/** Parameters of {@linkcode StudentT}. */
export interface StudentTParameters {
  /** > 0; to be learned it is a tensor. */
  readonly df: Parameter;
  /** The median. */
  readonly loc: Parameter;
  /** > 0. */
  readonly scale: Parameter;
}

const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

/**
 * Makes independent Student's t distributions.
 *
 * Coordinates are independent of each other: their product is not the multivariate t. Tensors are used, not
 * owned: they must live as long as the distribution does. Their values are not checked; NaN, or a scale or df
 * that is not positive, gives NaN or infinite results. Accurate for df from 0.5 to 1e6.
 *
 * @param parameters `df`, `loc` and `scale`: numbers, or tensors that broadcast
 * @returns the distribution
 * @throws {RangeError} if a number is out of range
 * @throws {TypeError} if shapes do not broadcast or a tensor is not float32
 *
 * @example
 * ```ts
 * import "@tensorflow/tfjs-backend-cpu";
 * import { StudentT } from "./student_t.ts";
 * import assert from "node:assert/strict";
 *
 * const cauchy = StudentT({ df: 1, loc: 0, scale: 1 });
 * const logProb = await cauchy.logProb(1).data();
 * assert(Math.abs(logProb[0] - -Math.log(2 * Math.PI)) < 1e-6);
 * ```
 */
export function StudentT({ df, loc, scale }: StudentTParameters): StudentT {
  const action = "create StudentT";
  requirePositive(df, { action, name: "df" });
  requireFinite(loc, { action, name: "loc" });
  requirePositive(scale, { action, name: "scale" });
  const shape = broadcastShape({ df, loc, scale }, action);
  const rsample = (noise: Noise, options?: SampleOptions) =>
    tf.tidy(() => {
      broadcastShape({ "noise.u": noise.u, df, loc, scale }, "draw StudentT rsample");
      return tf.add(loc, tf.mul(scale, standardSample(df, noise, options)));
    });
  return {
    family: "student-t",
    batchShape: shape,
    eventShape: [],
    noiseDimensions: shape.at(-1) ?? 1,
    df,
    loc,
    scale,
    logProb: (x) =>
      tf.tidy(() => {
        broadcastShape({ x, df, loc, scale }, "compute StudentT logProb");
        const t = tf.div(tf.sub(x, loc), scale);
        const energy = tf.mul(tf.mul(tf.add(df, 1), 0.5), log1p(tf.div(tf.square(t), df)));
        return tf.sub(tf.sub(logConstant(df), log(scale)), energy);
      }),
    rsample,
    sample: (noise) => constant(() => rsample(noise)),
    entropy: () => tf.tidy(() => tf.broadcastTo(tf.add(log(scale), standardEntropy(df)), shape)),
  };
}

/** ln Gamma((df+1)/2) - ln Gamma(df/2) - ln(pi df)/2. */
function logConstant(df: Parameter): Tensor {
  return tf.sub(logConstantExcess(df, 1), HALF_LOG_TWO_PI);
}

/** The entropy at scale 1. */
function standardEntropy(df: Parameter): Tensor {
  const energy = tf.mul(tf.mul(tf.add(df, 1), 0.5), expectedLog1pSquare(df, 1));
  return tf.sub(energy, logConstant(df));
}
