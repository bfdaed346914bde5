/**
 * The exact divergence between two Student's t distributions of one df, by quadrature.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import type { ValueAndPartials } from "./elementwise.ts";
import { expm1, logNear1 } from "./special.ts";

/** Nodes of the trapezoid rule: 32 carry all the accuracy that float32 allows. */
const NODES = 32;
/** What may be lost of the integrand beyond the first and the last node. */
const LEFT_CUT = 1e-7;
const RIGHT_CUT = 1e-8;
/** Keeps r = exp(y) finite in float32. */
const LARGEST_LOG1P = 80;

/**
 * KL(St(loc, scale, df) || St(0, 1, df)) and its derivatives, element by element. With y = ln r, u = r/(1+r):
 *
 * KL = -ln scale - (df+1)/2 ∫ (1+r)^(-(df+1)/2) expm1(e) dy,
 * e = -[ln(1 + u (scale^2 - 1)) + df ln(1 + um)]/2, um = u (loc^2/df)/(1 + r scale^2).
 *
 * It comes from Frullani's ln(c) = ∫ (exp(-s) - exp(-c s))/s ds under the expectations of ln(1 + z^2/df) and
 * ln(1 + t^2/df), with t as a Gaussian scale mixture; r is s over the mixing variable, and the two integrands are
 * subtracted before they can cancel. The difference is analytic for |Im y| < pi, so that the trapezoid rule
 * converges geometrically. The derivatives are those of the integrand at fixed nodes, which converge the same way.
 *
 * @param loc any
 * @param scale > 0
 * @param df > 0, the shared degrees of freedom
 * @returns nats, and the derivatives in loc, scale and df, of the broadcast shape
 */
export function standardKl(loc: tf.Tensor, scale: tf.Tensor, df: tf.Tensor): ValueAndPartials {
  const logScale = tf.log(scale); // off by up to 5e-7 on a GPU, like the sum it is added to
  const square = tf.square(loc);
  // scale^2 - 1 by subtraction would lose what makes a divergence small
  const excess = tf.mul(tf.sub(scale, 1), tf.add(scale, 1));
  const power = tf.mul(tf.add(df, 1), 0.5);
  const { r, weight } = nodes({ reach: tf.add(tf.abs(excess), square), logScale, df, power });

  // Nodes lie along a new first axis, so that everything else broadcasts against them as it is.
  const r1 = tf.add(r, 1);
  const u = tf.div(r, r1);
  const spread = tf.add(tf.mul(r, tf.square(scale)), 1);
  const um = tf.div(tf.mul(u, tf.div(square, df)), spread);
  const um1 = tf.add(um, 1);
  // 1 + u (scale^2 - 1) is spread/(1 + r), which keeps its digits where u is near 1 and scale near 0.
  // The three logarithms are one operation: on a GPU a launch costs more than the arithmetic.
  const [logR, logSpread, logShift] = tf.unstack(
    logNear1(tf.stack([r, tf.mul(u, excess), um]), tf.stack([r1, tf.div(spread, r1), um1])),
  );
  const e = tf.mul(tf.add(logSpread, tf.mul(df, logShift)), -0.5);
  const expE = tf.exp(e);
  const tail = tf.mul(weight, tf.exp(tf.mul(logR, tf.neg(power))));
  const f = tf.mul(tail, expm1(e, expE));
  const g = tf.mul(tail, expE);
  const pull = tf.div(g, tf.mul(spread, um1));
  const sum = (x: tf.Tensor) => tf.sum(x, 0);
  return {
    value: tf.neg(tf.add(logScale, tf.mul(power, sum(f)))),
    partials: [
      () => tf.mul(tf.mul(power, loc), sum(tf.mul(pull, u))),
      () => {
        const balance = tf.sub(1, tf.mul(um, tf.sub(df, 1)));
        const inward = tf.mul(tf.mul(power, scale), sum(tf.mul(tf.mul(pull, r), balance)));
        return tf.sub(inward, tf.reciprocal(scale));
      },
      () => {
        const ofPower = tf.mul(f, tf.sub(tf.mul(power, logR), 1));
        const ofShift = tf.mul(tf.mul(power, g), tf.sub(logShift, tf.div(um, um1)));
        return tf.mul(sum(tf.add(ofPower, ofShift)), 0.5);
      },
    ],
  };
}

/**
 * Where the integrand is evaluated, r = exp(y), and the weight of each node.
 *
 * To the left of the first node the integrand falls like exp(y), so that the rest of the sum is geometric.
 *
 * @param reach |scale^2 - 1| + loc^2
 * @returns `[NODES, …]` each
 */
function nodes(
  { reach, logScale, df, power }: Readonly<Record<"reach" | "logScale" | "df" | "power", tf.Tensor>>,
): { r: tf.Tensor; weight: tf.Tensor } {
  const left = tf.sub(0.5 * Math.log(LEFT_CUT), tf.log(tf.maximum(tf.maximum(reach, power), 1)));
  const decay = -2 * Math.log(RIGHT_CUT);
  const range = tf.div(tf.add(tf.mul(tf.relu(tf.neg(logScale)), 2), decay), tf.mul(power, 2));
  const log1pLast = tf.minimum(tf.minimum(range, tf.div(decay, df)), LARGEST_LOG1P);
  // expm1(x) may be off a little, only the nodes move; but it must not round to 0
  const right = tf.log(tf.maximum(tf.expm1(log1pLast), log1pLast));
  const h = tf.div(tf.sub(right, left), NODES - 1); // at least 0.35, so that tf.expm1 serves

  const index = tf.reshape(tf.range(0, NODES), [NODES, ...h.shape.map(() => 1)]);
  const isFirst = tf.cast(tf.equal(index, 0), "float32");
  return {
    r: tf.exp(tf.add(left, tf.mul(h, index))),
    weight: tf.add(h, tf.mul(tf.div(h, tf.expm1(h)), isFirst)),
  };
}
