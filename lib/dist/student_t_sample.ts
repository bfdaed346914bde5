/**
 * Draws from the standard Student's t, differentiable in df.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import { dfGradient } from "../math/student_t.ts";
import { elementwise } from "./elementwise.ts";
import { type Noise, polar, sine } from "./noise.ts";
import type { Parameter, Tensor } from "./parameters.ts";
import { expm1, log1p, polarSlope } from "./special.ts";

/** How a draw depends on df. */
export interface SampleOptions {
  /**
   * `"polar"`, the default: along Bailey's map, at fixed uniforms. `"implicit"`: at fixed probability, one
   * coordinate at a time. Of a single coordinate that is the mean of the former over all uniforms that give the
   * same draw, so that it varies less. It is computed in float64 by the processor, in about 10 microseconds each, and
   * not on the webgpu backend. Gradients of expectations are the same.
   *
   * Source: Figurnov, Mohamed & Mnih 2018, "Implicit reparameterization gradients".
   */
  readonly reparameterisation?: "polar" | "implicit";
}

/**
 * Bailey's t = sqrt(df expm1(x)) cos(2 pi v) with x = -2 ln(u)/df, element by element.
 *
 * @param df > 0
 * @param noise uniforms that broadcast against df
 * @param options which derivative in df
 * @returns of the broadcast shape
 * @throws {Error} if the implicit derivative is asked for on the webgpu backend
 */
export function standardSample(
  df: Parameter,
  noise: Noise,
  { reparameterisation = "polar" }: SampleOptions = {},
): Tensor {
  const isImplicit = reparameterisation === "implicit";
  if (isImplicit) requireReadable();
  return elementwise([df], (df) => {
    const { energy, cosine } = polar(noise);
    const x = tf.div(energy, df);
    const value = tf.mul(tf.sqrt(tf.mul(df, expm1(x))), cosine);
    // dt/d(df) = t/(2 df) (1 - x - x/expm1(x)), without a division by the radius, which may be 0
    const polarPartial = () => tf.mul(value, tf.div(polarSlope(x), tf.mul(df, 2)));
    return { value, partials: [isImplicit ? () => implicitPartial(value, df) : polarPartial] };
  });
}

/**
 * d coordinates with one mixing variable: pair i is sqrt(df exp(S_i) expm1(x_i)) times the cosine and the sine of
 * 2 pi v_i, with x_i = -2 ln(u_i)/(df + 2i) and S_i = x_0 + … + x_(i-1).
 *
 * Given the squares R^2 of its first m coordinates, the rest is sqrt((df + R^2)/(df + m)) times a standard t of
 * df + m. Bailey's pair is such a t of two coordinates, after which df + R^2 has become df exp(x).
 *
 * @param df > 0, without the noise's last axis
 * @param noise `[…, ceil(d/2)]`; with the implicit derivative, which takes one coordinate at a time, `[…, d]`
 * @param options d, and which derivative in df
 * @returns `[…, d]`; the last coordinate of an odd d is a cosine
 * @throws {Error} if the implicit derivative is asked for on the webgpu backend
 */
export function jointStandardSample(
  df: Parameter,
  noise: Noise,
  { dimensions, reparameterisation }: SampleOptions & { readonly dimensions: number },
): Tensor {
  const perRow = typeof df === "number" ? df : tf.expandDims(df, -1);
  if (reparameterisation === "implicit") return coordinateChain(perRow, noise, dimensions);
  const { energy, cosine } = polar(noise);
  const radius = pairRadii(perRow, energy);
  const pairs = tf.stack([tf.mul(radius, cosine), tf.mul(radius, sine(noise.v))], radius.rank);
  const flat = tf.reshape(pairs, [...radius.shape.slice(0, -1), -1]);
  if (dimensions % 2 === 0) return flat;
  return tf.slice(flat, flat.shape.map(() => 0), [...flat.shape.slice(0, -1), dimensions]);
}

/** sqrt(df exp(S_i) expm1(x_i)), `[…, pairs]`, of the energies -2 ln u_i. */
function pairRadii(df: Parameter, energy: Tensor): Tensor {
  return elementwise([df], (df) => {
    const twice = tf.range(0, 2 * energy.shape[energy.rank - 1], 2);
    const pairDf = tf.add(df, twice);
    const x = tf.div(energy, pairDf);
    // the exponential's root alone: the product may overflow where its root does not
    const value = tf.mul(tf.exp(tf.mul(sumBefore(x), 0.5)), tf.sqrt(tf.mul(df, expm1(x))));
    const partial = () => {
      // twice the derivative of the radius' logarithm: of df expm1(x_i), then of S_i
      const ofPair = tf.div(tf.add(polarSlope(x), tf.div(twice, df)), pairDf);
      return tf.mul(tf.mul(value, 0.5), tf.sub(ofPair, sumBefore(tf.div(x, pairDf))));
    };
    return { value, partials: [partial] };
  });
}

/** One coordinate at a time: t_i of df + i, times sqrt(df/(df + i) prod (1 + t_j^2/(df + j))), j < i. */
function coordinateChain(df: Parameter, noise: Noise, dimensions: number): Tensor {
  requireReadable();
  const ownDf = tf.add(df, tf.range(0, dimensions));
  // A number's derivative would be computed for nothing.
  const t = standardSample(ownDf, noise, {
    reparameterisation: typeof df === "number" ? "polar" : "implicit",
  });
  const stretch = tf.exp(tf.mul(sumBefore(log1p(tf.div(tf.square(t), ownDf))), 0.5));
  return tf.mul(tf.mul(t, stretch), tf.sqrt(tf.div(df, ownDf)));
}

/** The implicit derivative needs a tensor's values in the middle of a computation. */
function requireReadable(): void {
  if (tf.getBackend() === "webgpu") {
    throw new Error(
      'Cannot draw rsample with reparameterisation "implicit": it reads tensors at once, which the webgpu backend ' +
        'cannot; use "polar"',
    );
  }
}

/** Along the last axis, the sum of all elements before each. */
function sumBefore(x: Tensor): Tensor {
  return tf.cumsum(x, x.rank - 1, true);
}

/** dT/d(df) at fixed probability, of t's shape; NaN where there is none. */
function implicitPartial(t: Tensor, df: Tensor): Tensor {
  const dfs = tf.broadcastTo(df, t.shape).dataSync();
  const slopes = t.dataSync().map((t, i) => {
    return Number.isFinite(t) && Number.isFinite(dfs[i]) && dfs[i] > 0 ? dfGradient(t, dfs[i]) : NaN;
  });
  return tf.tensor(slopes, t.shape);
}
