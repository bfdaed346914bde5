/**
 * The multivariate Student's t distribution, with a diagonal scale matrix, on tfjs tensors.
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
import type { StudentTParameters } from "./student_t.ts";
import { jointStandardSample, type SampleOptions } from "./student_t_sample.ts";

/** St(loc, diag(scale^2), df) in d dimensions: its coordinates are uncorrelated, but not independent. */
export interface MultivariateStudentT extends DistributionBase {
  /** Which distribution this is. */
  readonly family: "multivariate-student-t";
  /** Degrees of freedom: one number for all d coordinates. */
  readonly df: Parameter;
  /** The centre, and the mean for df > 1. */
  readonly loc: Parameter;
  /** Not the standard deviation, which is scale sqrt(df/(df - 2)) for df > 2. */
  readonly scale: Parameter;
  /**
   * The log-density, with t = (x - loc)/scale:
   * ln Gamma((df+d)/2) - ln Gamma(df/2) - d/2 ln(pi df) - sum ln scale - (df+d)/2 ln(1 + |t|^2/df).
   *
   * @param x where, `[…, d]`, broadcast against the parameters; |t| up to 1e18 sqrt(df)
   * @returns nats, of the broadcast shape without the last axis
   * @throws {TypeError} if shapes do not broadcast, or if there are not d coordinates
   */
  logProb(x: Parameter): Tensor;
  /**
   * A draw, differentiable in the parameters: each pair of coordinates is polar in one (u, v), the radius stretched
   * by those of the pairs before it.
   *
   * @param noise uniforms from `uniformPair` with ceil(d/2) dimensions; d for the implicit reparameterisation, which
   *   takes one coordinate at a time and so makes other draws
   * @param options which derivative in df
   * @returns `[…, d]`, of the broadcast shape of noise and parameters
   * @throws {TypeError} if the noise has another number of dimensions
   * @throws {Error} if the implicit derivative is asked for on the webgpu backend
   *
   * Source: Bailey 1994, "Polar generation of random variates with the t-distribution", for a pair; Ding 2016, "On
   * the conditional distribution of the multivariate t distribution", for the next given those before.
   */
  rsample(noise: Noise, options?: SampleOptions): Tensor;
  /**
   * The differential entropy, sum ln scale - ln C + (df+d)/2 (psi((df+d)/2) - psi(df/2)), with psi the digamma
   * function and C the constant of the density at scale 1, Gamma((df+d)/2) / (Gamma(df/2) (pi df)^(d/2)).
   *
   * @returns nats, of the batch shape
   */
  entropy(): Tensor;
}

const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

/**
 * Makes multivariate Student's t distributions.
 *
 * Its coordinates share one mixing variable: where one is extreme, so tend to be the others. Tensors are used, not
 * owned: they must live as long as the distribution does. Their values are not checked; NaN, or a scale or df that
 * is not positive, gives NaN or infinite results. Accurate for df from 0.5 to 1e6.
 *
 * @param parameters `loc` and `scale`, of which at least one is a tensor, broadcast to `[…, d]`; `df` is a number,
 *   or a tensor that broadcasts against the axes before the last
 * @returns the distribution
 * @throws {RangeError} if a number is out of range
 * @throws {TypeError} if there is no last axis, if shapes do not broadcast or if a tensor is not float32
 *
 * @example
 * ```ts
 * import "@tensorflow/tfjs-backend-cpu";
 * import * as tf from "@tensorflow/tfjs-core";
 * import { MultivariateStudentT } from "./multivariate_student_t.ts";
 * import assert from "node:assert/strict";
 *
 * const cauchy = MultivariateStudentT({ df: 1, loc: tf.zeros([2]), scale: 1 });
 * const logProb = await cauchy.logProb(tf.tensor1d([0, 0])).data();
 * assert(Math.abs(logProb[0] - -Math.log(2 * Math.PI)) < 1e-6);
 * ```
 */
export function MultivariateStudentT({ df, loc, scale }: StudentTParameters): MultivariateStudentT {
  const action = "create MultivariateStudentT";
  requirePositive(df, { action, name: "df" });
  requireFinite(loc, { action, name: "loc" });
  requirePositive(scale, { action, name: "scale" });
  const shape = broadcastShape({ loc, scale }, action);
  if (shape.length === 0) {
    throw new TypeError(
      `Cannot ${action}: loc or scale must be a tensor, whose last axis are the coordinates, got [] and []`,
    );
  }
  const d = shape[shape.length - 1];
  const batchShape = broadcastShape({ df, "batch of loc and scale": shape.slice(0, -1) }, action);

  const logVolume = () => tf.sum(tf.add(log(scale), tf.zeros([d])), -1);
  const logConstant = () => tf.sub(logConstantExcess(df, d), d * HALF_LOG_TWO_PI);
  const power = () => tf.mul(tf.add(df, d), 0.5);
  const rsample = (noise: Noise, options?: SampleOptions) =>
    tf.tidy(() => {
      const action = "draw MultivariateStudentT rsample";
      const { shape } = noise.u;
      const dimensions = options?.reparameterisation === "implicit" ? d : Math.ceil(d / 2);
      if (shape[shape.length - 1] !== dimensions) {
        const got = `[${shape.join(", ")}]`;
        throw new TypeError(
          `Cannot ${action}: ${d} coordinates need noise of ${dimensions} dimensions, got ${got}`,
        );
      }
      broadcastShape({ "batch of noise": shape.slice(0, -1), batch: batchShape }, action);
      return tf.add(loc, tf.mul(scale, jointStandardSample(df, noise, { ...options, dimensions: d })));
    });
  return {
    family: "multivariate-student-t",
    batchShape,
    eventShape: [d],
    noiseDimensions: Math.ceil(d / 2),
    df,
    loc,
    scale,
    logProb: (x) =>
      tf.tidy(() => {
        const action = "compute MultivariateStudentT logProb";
        const whole = broadcastShape({ x, loc, scale }, action);
        if (whole[whole.length - 1] !== d) {
          throw new TypeError(`Cannot ${action}: x must have ${d} coordinates, got [${whole.join(", ")}]`);
        }
        broadcastShape({ df, "batch of x, loc and scale": whole.slice(0, -1) }, action);
        const square = tf.sum(tf.square(tf.div(tf.sub(x, loc), scale)), -1);
        const energy = tf.mul(power(), log1p(tf.div(square, df)));
        return tf.sub(tf.sub(logConstant(), logVolume()), energy);
      }),
    rsample,
    sample: (noise) => constant(() => rsample(noise)),
    entropy: () =>
      tf.tidy(() => {
        const energy = tf.mul(power(), expectedLog1pSquare(df, d));
        return tf.broadcastTo(tf.add(logVolume(), tf.sub(energy, logConstant())), batchShape);
      }),
  };
}
