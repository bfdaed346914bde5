/**
 * The one expectation in the divergence of Student's t that has no closed form, by quadrature.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import type { Parameter } from "./parameters.ts";
import { expm1, logNear1 } from "./special.ts";

/** What may be lost of the integrand beyond the first and the last node. */
const LEFT_CUT = 1e-7;
const RIGHT_CUT = 1e-8;
/** Keeps r = exp(y) finite in float32. */
const LARGEST_LOG1P = 80;

/** A value, `[…batch]`, and what computes its derivatives: those in loc and scale are `[d, 1, …batch]`. */
export interface LogMoment {
  readonly value: tf.Tensor;
  loc(): tf.Tensor;
  scale(): tf.Tensor;
  df(): tf.Tensor;
}

/** Of {@linkcode logMoment}. */
export interface LogMomentOptions {
  /** The sum of ln scale over coordinates, `[1, …batch]`. */
  readonly logScale: tf.Tensor;
  /** What is subtracted: 1 or 0, or a tensor of those, `[…batch]`. */
  readonly pivot: Parameter;
  /** At least 1: what the result will be multiplied with, over (df + d)/2, so that less may be lost. */
  readonly gain: Parameter;
  /** How many nodes. */
  readonly nodes: number;
}

/**
 * E ln(1 + |z|^2/df) - pivot E ln(1 + |T|^2/df) and its derivatives, where z ~ St(loc, scale^2, df) and
 * T ~ St(0, I, df) have d coordinates that share one mixing variable. With y = ln r, u = r/(1 + r), c = pivot:
 *
 * -∫ (1 + r)^(-(df + cd)/2) expm1(e) dy,
 * e = -[sum ln((1 + r scale^2)/(1 + r)^c) + df ln(1 + um)]/2, um = u sum (loc^2/df)/(1 + r scale^2).
 *
 * It comes from Frullani's ln(a) = ∫ (exp(-s) - exp(-as))/s ds under the expectations, with t as a Gaussian scale
 * mixture; r is s over the mixing variable, and the two integrands are subtracted before they can cancel. Their
 * difference is analytic for |Im y| < pi, so that the trapezoid rule converges geometrically. The derivatives are
 * those of the integrand at fixed nodes, which converge the same way.
 *
 * @param parameters `loc` and `scale` > 0, `[d, 1, …batch]` with one rank, and `df` > 0, `[…batch]`
 * @param options see there
 * @returns nats
 */
export function logMoment(
  { loc, scale, df }: Readonly<Record<"loc" | "scale" | "df", tf.Tensor>>,
  { logScale, ...options }: LogMomentOptions,
): LogMoment {
  const { pivot } = options;
  const d = scale.shape[0];
  const square = tf.square(loc);
  // scale^2 - 1 by subtraction would lose what makes a divergence small.
  const excess = tf.mul(tf.sub(scale, pivot), tf.add(scale, pivot));
  const reach = total(tf.add(tf.abs(excess), square));
  const power = tf.mul(tf.add(df, pivot === 1 ? d : tf.mul(pivot, d)), 0.5);
  const { r, weight, logReach } = quadratureNodes({ reach, logScale, df, power }, { d, ...options });

  // Nodes lie along the axis before the batch, coordinates along the one before nodes.
  const r1 = tf.add(r, 1);
  const u = tf.div(r, r1);
  const base = pivot === 1 ? r1 : tf.add(tf.mul(r, pivot), 1);
  const share = pivot === 1 ? u : tf.div(r, base);
  const spread = tf.add(tf.mul(r, tf.square(scale)), 1);
  const ums = tf.div(tf.mul(u, tf.div(square, df)), spread);
  const um = total(ums);
  const um1 = tf.add(um, 1);
  // 1 + u (scale^2 - 1) is spread/(1 + r), which keeps its digits where u is near 1 and scale near 0.
  // The logarithms are one operation: on a GPU a launch costs more than the arithmetic.
  const below = tf.concat([tf.expandDims(r), tf.expandDims(um), tf.mul(share, excess)]);
  const above = tf.concat([tf.expandDims(r1), tf.expandDims(um1), tf.div(spread, base)]);
  const [logR, logShift, logSpread] = tf.split(logNear1(below, above), [1, 1, d]).map(total);
  const e = tf.mul(tf.add(logSpread, tf.mul(df, logShift)), -0.5);
  const expE = tf.exp(e);
  const tail = tf.mul(weight, tf.exp(tf.mul(logR, tf.neg(power))));
  const f = tf.mul(tail, expm1(e, expE));
  const g = tf.mul(tail, expE);
  const pull = tf.div(g, tf.mul(spread, um1));
  return {
    value: tf.neg(tf.sum(f, 0)),
    loc: () => tf.mul(loc, tf.sum(tf.mul(pull, u), 1, true)),
    scale: () => {
      const balance = tf.sub(um1, tf.mul(df, ums));
      return tf.mul(scale, tf.sum(tf.mul(tf.mul(pull, r), balance), 1, true));
    },
    df: () => {
      const ofPower = tf.mul(f, logReach === undefined ? logR : tf.add(logR, logReach));
      const ofShift = tf.mul(g, tf.sub(logShift, tf.div(um, um1)));
      return tf.mul(tf.sum(tf.add(ofPower, ofShift), 0), 0.5);
    },
  };
}

/** The sum over coordinates, the first axis, which goes away. */
export function total(x: tf.Tensor): tf.Tensor {
  return x.shape[0] === 1 ? tf.squeeze(x, [0]) : tf.sum(x, 0);
}

/**
 * Where the integrand is evaluated, r = exp(y), and the weight of each node.
 *
 * To the left of the first node the integrand falls like exp(y), so that the rest of the sum is geometric. To the
 * right of the last it is too, where nothing was subtracted: it falls like exp(-df y/2).
 *
 * @param sizes `reach`, the sum of |scale^2 - pivot| + loc^2, `logScale` and `df`, and `power`, (df + pivot d)/2
 * @param options as of {@linkcode logMoment}, and the number d of coordinates
 * @returns `[nodes, …batch]` each; `logReach` is what the rest to the right adds to ln r in the derivative in df
 */
export function quadratureNodes(
  { reach, logScale, df, power }: Readonly<Record<"reach" | "logScale" | "df" | "power", tf.Tensor>>,
  { d, pivot, gain, nodes }: Omit<LogMomentOptions, "logScale"> & { readonly d: number },
): { r: tf.Tensor; weight: tf.Tensor; logReach?: tf.Tensor } {
  const left = tf.sub(0.5 * Math.log(LEFT_CUT), tf.log(tf.maximum(tf.maximum(reach, power), 1)));
  const decay = typeof gain === "number"
    ? 2 * Math.log(gain / RIGHT_CUT)
    : tf.mul(tf.sub(tf.log(gain), Math.log(RIGHT_CUT)), 2);
  const narrow = tf.div(tf.sub(decay, tf.mul(logScale, 2)), tf.add(df, d));
  // What is not subtracted is geometric from r >> 1 on only, which two coordinates' decay reaches.
  const few = Math.min(d, 2);
  const wide = tf.div(decay, tf.add(df, pivot === 1 ? d : tf.add(tf.mul(pivot, d - few), few)));
  const range = tf.maximum(wide, narrow);
  const log1pLast = tf.minimum(tf.minimum(range, tf.div(decay, df)), LARGEST_LOG1P);
  // expm1 may be off a little, only the nodes move; but it must not round to 0.
  const right = tf.log(tf.maximum(tf.expm1(log1pLast), log1pLast));
  const h = tf.div(tf.sub(right, left), nodes - 1); // at least 0.2, so that tf.expm1 serves

  const index = tf.reshape(tf.range(0, nodes), [nodes, ...h.shape.slice(1).map(() => 1)]);
  const isFirst = tf.cast(tf.equal(index, 0), "float32");
  const r = tf.exp(tf.add(left, tf.mul(h, index)));
  const inner = tf.add(h, tf.mul(tf.div(h, tf.expm1(h)), isFirst));
  if (pivot === 1) return { r, weight: inner };
  const isLast = tf.cast(tf.equal(index, nodes - 1), "float32");
  const x = tf.mul(tf.mul(df, h), 0.5);
  const rest = tf.div(tf.mul(tf.mul(h, tf.sub(1, pivot)), isLast), tf.expm1(x));
  const weight = tf.add(inner, rest);
  return { r, weight, logReach: tf.div(tf.mul(tf.div(rest, weight), h), tf.neg(tf.expm1(tf.neg(x)))) };
}
