/**
 * The exact divergence of Student's t from the standard one, as one operation with an analytic gradient.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import { constant, elementwise } from "./elementwise.ts";
import { expectedLog1pSquare, logConstantExcess } from "./gamma_ratio.ts";
import type { Parameter, Tensor } from "./parameters.ts";
import { logMoment, total } from "./quadrature.ts";

/** A distribution in coordinates where the other one is standard. */
export interface Coordinates {
  /** `[d, 1, …batch]`: d coordinates share one mixing variable. */
  readonly loc: Tensor;
  /** `[d, 1, …batch]`, > 0. */
  readonly scale: Tensor;
}

/** 32 nodes carry all the accuracy that float32 allows. */
const NODES = 32;

/** Where q's tails are much the heavier, the integrand falls off slowly. */
const NODES_WHERE_DF_DIFFER = 40;

/**
 * KL(St(loc, scale^2, df) || St(0, I, df)) = -sum ln scale + (df + d)/2 (E ln(1 + |z|^2/df) - E ln(1 + |T|^2/df)).
 *
 * @param q loc and scale
 * @param df shared; a gradient in it is the total one
 * @param nodes of the quadrature
 * @returns nats, `[…batch]`, differentiable
 */
export function klSharedDf({ loc, scale }: Coordinates, df: Parameter, nodes: number = NODES): Tensor {
  const d = scale.shape[0];
  return elementwise([loc, scale, df], (loc, scale, df) => {
    const logScale = total(tf.log(scale)); // off by up to 5e-7 on a GPU, like the sum it is added to
    const power = tf.mul(tf.add(df, d), 0.5);
    const moment = logMoment({ loc, scale, df }, { logScale, pivot: 1, gain: 1, nodes });
    return {
      value: tf.sub(tf.mul(power, moment.value), tf.squeeze(logScale, [0])),
      partials: [
        () => tf.mul(power, moment.loc()),
        () => tf.sub(tf.mul(power, moment.scale()), tf.reciprocal(scale)),
        () => tf.add(tf.mul(moment.value, 0.5), tf.mul(power, moment.df())),
      ],
    };
  });
}

/**
 * KL(St(loc, scale^2, a) || St(0, I, b)). With k = a/b, sqrt(k) z is St(sqrt(k) loc, k scale^2, a), and
 *
 * KL = ln C(a) - ln C(b) - sum ln scale - (a + d)/2 E ln(1 + |T|^2/a) + (b + d)/2 E ln(1 + |sqrt(k) z|^2/a).
 *
 * The second expectation is integrated together with the first where that saves digits (b < 2a + d), else alone.
 *
 * @param q loc and scale
 * @param df `q`'s and `p`'s
 * @param nodes of the quadrature
 * @returns nats, `[…batch]`, differentiable
 */
export function klDistinctDf(
  q: Coordinates,
  df: { readonly q: Parameter; readonly p: Parameter },
  nodes: number = NODES_WHERE_DF_DIFFER,
): Tensor {
  const d = q.scale.shape[0];
  const { pivot, gain, known } = split(df, d);
  const integral = elementwise([q.loc, q.scale, df.q, df.p], (loc, scale, a, b) => {
    const k = tf.div(a, b);
    const rootK = tf.sqrt(k);
    const power = tf.mul(tf.add(b, d), 0.5);
    const logScale = total(tf.log(scale));
    const scaled = { loc: tf.mul(loc, rootK), scale: tf.mul(scale, rootK), df: a };
    const scaledLogScale = tf.add(logScale, tf.mul(tf.log(k), d / 2));
    const moment = logMoment(scaled, { logScale: scaledLogScale, pivot, gain, nodes });
    const [byLoc, byScale] = [moment.loc(), moment.scale()];
    const stretch = tf.mul(power, rootK);
    const byRootK = total(tf.add(tf.mul(scaled.loc, byLoc), tf.mul(scaled.scale, byScale)));
    const byLogK = tf.squeeze(tf.mul(byRootK, 0.5), [0]);
    return {
      value: tf.sub(tf.mul(power, moment.value), tf.squeeze(logScale, [0])),
      partials: [
        () => tf.mul(stretch, byLoc),
        () => tf.sub(tf.mul(stretch, byScale), tf.reciprocal(scale)),
        () => tf.mul(power, tf.add(moment.df(), tf.div(byLogK, a))),
        () => tf.sub(tf.mul(moment.value, 0.5), tf.mul(power, tf.div(byLogK, b))),
      ],
    };
  });
  return tf.add(integral, known);
}

/**
 * Whether the second expectation is integrated together with the first (`pivot`, 1 or 0), how precisely, and what is
 * known of the divergence: ln C(a) - ln C(b) + (pivot (b + d) - (a + d))/2 E ln(1 + |T|^2/a).
 */
function split(
  { q: a, p: b }: { readonly q: Parameter; readonly p: Parameter },
  d: number,
): { pivot: Parameter; gain: Parameter; known: Parameter } {
  if (typeof a === "number" && typeof b === "number") {
    const pivot = b < 2 * a + d ? 1 : 0;
    const factor = (pivot * (b + d) - (a + d)) / 2;
    const known = logConstantExcess(a, d) - logConstantExcess(b, d) + factor * expectedLog1pSquare(a, d);
    return { pivot, gain: Math.max(1, (b + d) / (a + d)), known };
  }
  const pivot = constant(() => tf.cast(tf.less(b, tf.add(tf.mul(a, 2), d)), "float32"));
  const gain = constant(() => tf.maximum(1, tf.div(tf.add(b, d), tf.add(a, d))));
  const factor = tf.mul(tf.sub(tf.mul(pivot, tf.add(b, d)), tf.add(a, d)), 0.5);
  const ofConstants = tf.sub(logConstantExcess(a, d), logConstantExcess(b, d));
  return { pivot, gain, known: tf.add(ofConstants, tf.mul(factor, expectedLog1pSquare(a, d))) };
}
