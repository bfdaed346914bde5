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
 * about 9 kB of temporary memory per element and coordinate.
 *
 * @param q the distribution that the expectation is taken under
 * @param p the other one
 * @returns nats, of the broadcast batch shape; sum over independent coordinates yourself
 * @throws {TypeError} if the pair has no exact divergence, if shapes do not broadcast, or if events differ in size
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
    const inUnitsOfP = relative(q, p);
    if (p.family === "normal") {
      return q.family === "normal" ? normalKl(inUnitsOfP) : studentTNormalKl(q, inUnitsOfP);
    }
    const df = { q: q.family === "normal" ? NORMAL_DF : q.df, p: p.df };
    const coordinates = coordinatesFirst(inUnitsOfP, { q, p });
    return df.q === df.p ? klSharedDf(coordinates, df.p) : klDistinctDf(coordinates, df);
  });
}

/** The df at which Student's t is a normal to float32's last digit. */
const NORMAL_DF = 1e8;

/** q's loc and scale in the coordinates where p has loc 0 and scale 1, and the shape that both broadcast to. */
interface Relative {
  readonly loc: Tensor;
  readonly scale: Tensor;
  readonly shape: readonly number[];
}

/** By affine invariance the divergence is that of these from p's standard form. */
function relative(q: Distribution, p: Distribution): Relative {
  const shape = broadcastShape(
    { "q.loc": q.loc, "q.scale": q.scale, "p.loc": p.loc, "p.scale": p.scale },
    "compute kl(q, p)",
  );
  for (const [d] of [q.eventShape, p.eventShape]) {
    if (d !== undefined && d !== shape[shape.length - 1]) {
      throw new TypeError(
        `Cannot compute kl(q, p): q and p must have as many coordinates, got a multivariate one of ${d} where ` +
          `shapes broadcast to [${shape.join(", ")}]`,
      );
    }
  }
  return { loc: tf.div(tf.sub(q.loc, p.loc), p.scale), scale: tf.div(q.scale, p.scale), shape };
}

/** (scale^2 - 1 + loc^2)/2 - ln scale. */
function normalKl({ loc, scale }: Relative): Tensor {
  // (scale^2 - 1)/2 as a product: exact near scale = 1, where it all but cancels the logarithm
  const excess = tf.mul(tf.mul(tf.sub(scale, 1), tf.add(scale, 1)), 0.5);
  return tf.add(tf.sub(excess, log(scale)), tf.mul(tf.square(loc), 0.5));
}

/**
 * What {@linkcode normalKl} gives for the normal of q's loc and scale, and what q's tails add:
 * sum scale^2/(df - 2) + ln C + d/2 ln(2 pi) + d/2 - (df + d)/2 E ln(1 + |T|^2/df).
 */
function studentTNormalKl({ df, eventShape }: StudentT | MultivariateStudentT, q: Relative): Tensor {
  const [d = 1] = eventShape;
  const sum = (x: Tensor) => eventShape.length > 0 ? tf.sum(tf.broadcastTo(x, [...q.shape]), -1) : x;
  // Infinity where the variance is
  const tails = tf.div(sum(tf.square(q.scale)), tf.relu(tf.sub(df, 2)));
  const energy = tf.mul(tf.mul(tf.add(df, d), 0.5), expectedLog1pSquare(df, d));
  const rest = tf.sub(tf.add(logConstantExcess(df, d), d / 2), energy);
  return tf.add(sum(normalKl(q)), tf.add(tails, rest));
}

/**
 * The coordinates that share a mixing variable along the first axis, one for quadrature nodes next, the batch last.
 */
function coordinatesFirst(
  { loc, scale, shape }: Relative,
  { q, p }: { q: Distribution; p: Distribution },
): Coordinates {
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
