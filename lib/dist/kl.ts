/**
 * Kullback–Leibler divergences between distributions on tfjs tensors.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import { expectedLog1pSquare, logConstantExcess } from "./gamma_ratio.ts";
import { type Coordinates, klDistinctDf, klSharedDf } from "./kl_student_t.ts";
import type { MultivariateStudentT } from "./multivariate_student_t.ts";
import type { Normal } from "./normal.ts";
import { broadcastShape, type Tensor } from "./parameters.ts";
import { log } from "./special.ts";
import type { StudentT } from "./student_t.ts";

/** A distribution of this folder. */
export type Distribution = Normal | StudentT | MultivariateStudentT;

/**
 * KL(q || p) = E_q[ln q(z) - ln p(z)], exact.
 *
 * For every pair of families but an independent and a multivariate Student's t. Where neither is multivariate it
 * is taken element by element; where one is, a normal's last axis is the event too. Two normals, or Student's t
 * from a normal: the closed form, Infinity for df <= 2. Else a quadrature, whose float32 error is below
 * 5e-6 max(1, KL) for |loc| <= 20, scale from 1e-3 to 1e2 (q in units of p) and df from 0.5 to 1e3. All can be
 * differentiated once in every parameter; where q and p share a df tensor its gradient is the total one, and
 * sharing is the faster and more precise case. Rounding may take a divergence near 0 below it. The quadrature takes
 * 9 kB of temporary memory per element.
 *
 * @param q the distribution that the expectation is taken under
 * @param p the other one
 * @returns nats, of the broadcast batch shape; sum over independent coordinates yourself
 * @throws {TypeError} if the pair has no exact divergence, or if shapes do not broadcast
 *
 * @example
 * ```ts
 * import "@tensorflow/tfjs-backend-cpu";
 * import { kl } from "./kl.ts";
 * import { StudentT } from "./student_t.ts";
 * import assert from "node:assert/strict";
 *
 * const divergence = kl(StudentT({ df: 1, loc: 1, scale: 2 }), StudentT({ df: 1, loc: 0, scale: 1 }));
 * const [nats] = await divergence.data();
 * assert(Math.abs(nats - Math.log((3 ** 2 + 1) / 8)) < 1e-6);
 * ```
 */
export function kl(q: Distribution, p: Distribution): Tensor {
  if (q.family !== "normal" && p.family !== "normal" && q.family !== p.family) {
    throw new TypeError(
      `Cannot compute kl(q, p): there is no exact divergence of ${q.family} from ${p.family}; use klMonteCarlo`,
    );
  }
  return tf.tidy(() => {
    if (p.family === "normal") return q.family === "normal" ? normalKl(q, p) : studentTNormalKl(q, p);
    const df = { q: q.family === "normal" ? NORMAL_DF : q.df, p: p.df };
    const standard = coordinates(q, p);
    return df.q === df.p ? klSharedDf(standard, df.p) : klDistinctDf(standard, df);
  });
}

/** The df at which Student's t is a normal to float32's last digit. */
const NORMAL_DF = 1e8;

/** With s = scale_q/scale_p and t = (loc_q - loc_p)/scale_p: (s^2 - 1 + t^2)/2 - ln s. */
function normalKl(q: Distribution, p: Distribution): Tensor {
  const { loc, scale } = relative(q, p);
  const excess = tf.sub(scale, 1);
  // (s^2 - 1)/2 as (s - 1)(s + 1)/2: exact near s = 1, where it all but cancels the logarithm
  const spread = tf.sub(tf.mul(tf.mul(excess, tf.add(scale, 1)), 0.5), log(scale));
  return tf.add(spread, tf.mul(tf.square(loc), 0.5));
}

/**
 * What {@linkcode normalKl} gives for the normal of q's loc and scale, and what q's tails add:
 * sum s^2/(df - 2) + ln C + d/2 ln(2 pi) + d/2 - (df + d)/2 E ln(1 + |T|^2/df).
 */
function studentTNormalKl(q: StudentT | MultivariateStudentT, p: Normal): Tensor {
  const { df } = q;
  const { scale, shape } = relative(q, p);
  const d = q.eventShape[0] ?? 1;
  const sum = (x: Tensor) => q.eventShape.length > 0 ? tf.sum(tf.broadcastTo(x, shape), -1) : x;
  // Infinity where the variance is
  const tails = tf.div(sum(tf.square(scale)), tf.relu(tf.sub(df, 2)));
  const entropy = tf.mul(tf.mul(tf.add(df, d), 0.5), expectedLog1pSquare(df, d));
  const rest = tf.sub(tf.add(logConstantExcess(df, d), d / 2), entropy);
  return tf.add(sum(normalKl(q, p)), tf.add(tails, rest));
}

/** q's loc and scale in the coordinates where p has loc 0 and scale 1, and the shape both broadcast to. */
function relative(q: Distribution, p: Distribution): { loc: Tensor; scale: Tensor; shape: number[] } {
  const shape = broadcastShape(
    { "q.loc": q.loc, "q.scale": q.scale, "p.loc": p.loc, "p.scale": p.scale },
    "compute kl(q, p)",
  );
  return { loc: tf.div(tf.sub(q.loc, p.loc), p.scale), scale: tf.div(q.scale, p.scale), shape };
}

/**
 * {@linkcode relative} with the coordinates that share a mixing variable along the first axis, then one for
 * quadrature nodes, and the batch last. By affine invariance the divergence is that from p's standard form.
 */
function coordinates(q: Distribution, p: StudentT | MultivariateStudentT): Coordinates {
  const { loc, scale, shape } = relative(q, p);
  const isJoint = p.eventShape.length > 0;
  const batch = broadcastShape(
    {
      "batch of q": isJoint && q.family === "normal" ? q.batchShape.slice(0, -1) : q.batchShape,
      "batch of p": p.batchShape,
    },
    "compute kl(q, p)",
  );
  const rank = batch.length;
  const arrange = (x: Tensor) => {
    if (!isJoint) return tf.reshape(x, [...Array(2 + rank - x.rank).fill(1), ...x.shape]);
    const d = shape[shape.length - 1];
    const whole = tf.broadcastTo(x, [...batch, d]);
    return tf.reshape(tf.transpose(whole, [rank, ...batch.keys()]), [d, 1, ...batch]);
  };
  return { loc: arrange(loc), scale: arrange(scale) };
}
