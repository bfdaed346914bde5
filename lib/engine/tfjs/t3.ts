/**
 * The power divergence of the t³ auto-encoder as tfjs ops.
 *
 * The model of x, n elements, and z, m coordinates: z ~ t_m(0, I, df), x|z ~ t_n(xHat(z), s² (df + |z|²)/(df + m), df + m),
 * with df = `latent.df` and s = `likelihood.scale`.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import { elementwise } from "../../dist/elementwise.ts";
import { type Distribution, MultivariateStudentT } from "../../dist/mod.ts";
import { expm1 } from "../../dist/special.ts";
import { t3Coefficients } from "../../math/divergence.ts";
import { type Model, sizeOf } from "../../model/record.ts";

/**
 * q(z|x) = t_m(loc, df/(df + n) · scale², df + n).
 *
 * @param model the record
 * @param heads of the encoder, `[rows, m]` each
 * @returns the posterior, whose scale is shrunk already
 */
export function t3Posterior(
  model: Model,
  { loc, scale }: { readonly loc: tf.Tensor2D; readonly scale: tf.Tensor2D },
): Distribution {
  const { df, n } = constants(model);
  return MultivariateStudentT({ df: df + n, loc, scale: tf.mul(scale, Math.sqrt(df / (df + n))) });
}

/**
 * log p(x|z), joint over the elements of x.
 *
 * @param model the record
 * @param at the decoder's `output`, examples `x`, `[rows, n]`, and `z`, `[rows, m]`
 * @returns nats, `[rows]`
 */
export function t3LogLikelihood(
  model: Model,
  { output, x, z }: { readonly output: tf.Tensor; readonly x: tf.Tensor2D; readonly z: tf.Tensor },
): tf.Tensor1D {
  const { df, n, m, s } = constants(model);
  const scale = tf.mul(tf.sqrt(tf.div(tf.add(tf.sum(tf.square(z), 1, true), df), df + m)), s);
  const standard = MultivariateStudentT({ df: df + m, loc: tf.zeros([n]), scale: 1 });
  const logProb = standard.logProb(tf.div(tf.sub(x, output), scale));
  return tf.sub(logProb, tf.mul(tf.log(tf.squeeze(scale, [1])), n));
}

/**
 * The loss, twice the divergence's part that depends on the parameters, with the numbers of `t3Coefficients()`:
 *
 *     |x − xHat|²/s² + |loc|² + a Σ scale² − c − b·expm1(p (Σ ln scale − shift))
 *
 * @param model the record
 * @param at the decoder's `output` for z ~ q(z|x), examples `x`, `[rows, n]`, and q(z|x), of {@linkcode t3Posterior}
 * @returns `[rows]`, in no unit that compares with nats
 *
 * Source: Kim, Kwon, Cho, Lee & Won 2024, "t3-Variational Autoencoder: learning heavy-tailed data with Student's t and
 * power divergence".
 */
export function t3Loss(
  model: Model,
  { output, x, posterior }: {
    readonly output: tf.Tensor;
    readonly x: tf.Tensor2D;
    readonly posterior: Distribution;
  },
): tf.Tensor1D {
  const { df, n, m, s } = constants(model);
  const { a, b, c, p, shift } = t3Coefficients({ df, dataSize: n, reconstructionScale: s }, m);
  const sum = (values: tf.Tensor): tf.Tensor1D => tf.sum(values, 1);
  const scale = tf.mul(posterior.scale, Math.sqrt((df + n) / df));
  const residual = sum(tf.square(tf.div(tf.sub(x, output), s)));
  const spread = tf.mul(sum(tf.square(scale)), a);
  const exponent = tf.mul(tf.sub(sum(tf.log(scale)), shift), p);
  const volume = elementwise([exponent], (x) => {
    const exp = tf.exp(x);
    return { value: expm1(x, exp), partials: [() => exp] };
  });
  const regulariser = tf.sub(tf.add(sum(tf.square(posterior.loc)), spread), tf.add(tf.mul(volume, b), c));
  return tf.add(residual, regulariser);
}

function constants({ input, latent, likelihood }: Model): Readonly<Record<"df" | "n" | "m" | "s", number>> {
  const df = (latent as { df: { fixed: number } }).df.fixed;
  const s = (likelihood as { scale: number }).scale;
  return { df, n: sizeOf(input), m: latent.size, s };
}
