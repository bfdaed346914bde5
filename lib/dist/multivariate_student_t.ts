/**
 * The multivariate Student's t distribution with diagonal scale on tfjs tensors.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import { elementwise } from "./elementwise.ts";
import { expectedLog1pSquare, logConstantExcess } from "./gamma_ratio.ts";
import { type Noise, polar, sine } from "./noise.ts";
import { broadcastShape, type Parameter, requireFinite, requirePositive, type Tensor } from "./parameters.ts";
import { expm1, log, log1p, polarSlope } from "./special.ts";
import type { StudentTParameters } from "./student_t.ts";

/**
 * St(loc, scale^2, df) with d coordinates that share one mixing variable: uncorrelated, and dependent.
 */
export interface MultivariateStudentT {
  /** Which distribution this is. */
  readonly family: "multivariate-student-t";
  /** The broadcast shape of df, and of loc and scale without the last axis. */
  readonly batchShape: readonly number[];
  /** `[d]`, the last axis of loc and scale. */
  readonly eventShape: readonly number[];
  /** Uniform pairs in a row of noise: one for two coordinates. */
  readonly noiseDimensions: number;
  /** Degrees of freedom, without the last axis of loc and scale. */
  readonly df: Parameter;
  /** The median, and the mean for df > 1. */
  readonly loc: Parameter;
  /** Not the standard deviation, which is scale sqrt(df/(df - 2)) for df > 2. */
  readonly scale: Parameter;
  /**
   * The log-density, with t = (x - loc)/scale:
   * ln Gamma((df+d)/2) - ln Gamma(df/2) - d/2 ln(pi df) - sum ln scale - (df+d)/2 ln(1 + |t|^2/df).
   *
   * @param x where, broadcast against the parameters; |t| up to 1e18 sqrt(df)
   * @returns nats, of the broadcast shape without the last axis
   */
  logProb(x: Parameter): Tensor;
  rsample(noise: Noise): Tensor;
  entropy(): Tensor;
}

const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

export function MultivariateStudentT({ df, loc, scale }: StudentTParameters): MultivariateStudentT {
  const action = "create MultivariateStudentT";
  requirePositive(df, { action, name: "df" });
  requireFinite(loc, { action, name: "loc" });
  requirePositive(scale, { action, name: "scale" });
  const shape = broadcastShape({ loc, scale }, action);
  if (shape.length === 0) {
    throw new TypeError(
      `Cannot ${action}: loc or scale must be a tensor whose last axis is the event, got shapes [] and []`,
    );
  }
  const d = shape[shape.length - 1];
  const batchShape = broadcastShape({ df, "batch of loc and scale": shape.slice(0, -1) }, action);
  const halfSum = () => tf.mul(tf.add(df, d), 0.5);
  const logVolume = () =>
    tf.sum(tf.broadcastTo(log(scale), broadcastShape({ scale, event: [d] }, action)), -1);
  const logConstant = () => tf.sub(logConstantExcess(df, d), d * HALF_LOG_TWO_PI);
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
        broadcastShape({ x, loc, scale }, "compute MultivariateStudentT logProb");
        const t = tf.div(tf.sub(x, loc), scale);
        const energy = tf.mul(halfSum(), log1p(tf.div(tf.sum(tf.square(t), -1), df)));
        return tf.sub(tf.sub(logConstant(), logVolume()), energy);
      }),
    rsample: (noise) =>
      tf.tidy(() => {
        const action = "draw MultivariateStudentT rsample";
        const { shape } = noise.u;
        if (shape[shape.length - 1] !== Math.ceil(d / 2)) {
          throw new TypeError(
            `Cannot ${action}: noise must have ${
              Math.ceil(d / 2)
            } dimensions, a pair for two of ${d} coordinates, ` +
              `got noise.u [${shape.join(", ")}]`,
          );
        }
        broadcastShape({ "batch of noise.u": shape.slice(0, -1), "batch": batchShape }, action);
        return tf.add(loc, tf.mul(scale, standardSample(df, noise, d)));
      }),
    entropy: () =>
      tf.tidy(() => {
        const energy = tf.mul(halfSum(), expectedLog1pSquare(df, d));
        return tf.broadcastTo(tf.add(logVolume(), tf.sub(energy, logConstant())), batchShape);
      }),
  };
}

/**
 * A draw of the standard t in d dimensions: pair i is sqrt(df exp(S) expm1(x_i)) (cos 2 pi v_i, sin 2 pi v_i) with
 * x_i = -2 ln(u_i)/(df + 2i) and S = x_0 + … + x_(i-1).
 *
 * The rest of the coordinates given the squares R^2 of the first m is sqrt((df + R^2)/(df + m)) times a standard t
 * of df + m, and df + R^2 = df exp(x_0 + …).
 */
function standardSample(df: Parameter, noise: Noise, d: number): Tensor {
  const { energy, cosine } = polar(noise);
  const axis = energy.rank;
  const pairs = energy.shape[axis - 1];
  const radius = elementwise([typeof df === "number" ? df : tf.expandDims(df, -1)], (df) => {
    const twice = tf.range(0, 2 * pairs, 2);
    const pairDf = tf.add(df, twice);
    const x = tf.div(energy, pairDf);
    const before = (x: Tensor) => tf.cumsum(x, x.rank - 1, true);
    const value = tf.mul(tf.exp(tf.mul(before(x), 0.5)), tf.sqrt(tf.mul(df, expm1(x))));
    return {
      value,
      partials: [() => {
        // twice the derivative of the logarithm, without a division by what may be 0
        const own = tf.div(tf.add(polarSlope(x), tf.div(twice, df)), pairDf);
        return tf.mul(tf.mul(value, 0.5), tf.sub(own, before(tf.div(x, pairDf))));
      }],
    };
  });
  const whole = tf.stack([tf.mul(radius, cosine), tf.mul(radius, sine(noise.v))], radius.rank);
  const flat = tf.reshape(whole, [...radius.shape.slice(0, -1), 2 * pairs]);
  return d === 2 * pairs ? flat : tf.slice(flat, Array(flat.rank).fill(0), [...flat.shape.slice(0, -1), d]);
}
