/**
 * Kullback–Leibler divergences between distributions on tfjs tensors.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import { elementwise } from "./elementwise.ts";
import type { Normal } from "./normal.ts";
import { broadcastShape, type Parameter, type Tensor } from "./parameters.ts";
import { standardKl } from "./quadrature.ts";
import { log } from "./special.ts";
import type { StudentT } from "./student_t.ts";

/** A distribution of this folder. */
export type Distribution = Normal | StudentT;

/**
 * KL(q || p) = E_q[ln q(z) - ln p(z)], exact, element by element.
 *
 * Two normals: the closed form. Two Student's t of one df: a 32-node quadrature whose float32 error is below
 * 5e-6 max(1, KL) for |loc| <= 20, scale from 1e-3 to 1e2 (q in units of p) and df from 0.5 to 1e3. Both can be
 * differentiated once in every parameter; where df is a tensor, shared by q and p, its gradient is the total one.
 * Rounding may take a divergence near 0 below it. The quadrature takes 9 kB of temporary memory per element.
 *
 * @param q the distribution that the expectation is taken under
 * @param p the other one, of the same family; Student's t needs the same df number or the same df tensor
 * @returns nats, of the broadcast shape; sum over independent coordinates yourself
 * @throws {TypeError} if the families differ
 * @throws {RangeError} if the df differ
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
  if (q.family === "normal" && p.family === "normal") return tf.tidy(() => normalKl(q, p));
  if (q.family === "student-t" && p.family === "student-t") {
    if (q.df === p.df) return tf.tidy(() => studentTKl(q, p));
    throw new RangeError(
      "Cannot compute kl(q, p): Student's t distributions must share one df, the same number or the same tensor, " +
        `got ${describe(q.df)} and ${describe(p.df)}; estimate it as the mean of q.logProb(z) - p.logProb(z)`,
    );
  }
  throw new TypeError(
    `Cannot compute kl(q, p): q and p must be of one family, got ${q.family} and ${p.family}; ` +
      "estimate it as the mean of q.logProb(z) - p.logProb(z)",
  );
}

function describe(df: Parameter): string {
  return typeof df === "number" ? `${df}` : `a tensor [${df.shape.join(", ")}]`;
}

/** With s = scale_q/scale_p and t = (loc_q - loc_p)/scale_p: (s^2 - 1 + t^2)/2 - ln s. */
function normalKl(q: Normal, p: Normal): Tensor {
  const { loc, scale } = relative(q, p);
  const excess = tf.sub(scale, 1);
  // (s^2 - 1)/2 as (s - 1)(s + 1)/2: exact near s = 1, where it all but cancels the logarithm
  const spread = tf.sub(tf.mul(tf.mul(excess, tf.add(scale, 1)), 0.5), log(scale));
  return tf.add(spread, tf.mul(tf.square(loc), 0.5));
}

/** By affine invariance KL(St(loc_q, scale_q, df) || St(loc_p, scale_p, df)) is one to the standard t. */
function studentTKl(q: StudentT, p: StudentT): Tensor {
  const { loc, scale } = relative(q, p);
  return elementwise([loc, scale, q.df], standardKl);
}

/** q's loc and scale in the coordinates where p has loc 0 and scale 1. */
function relative(q: Distribution, p: Distribution): { loc: Tensor; scale: Tensor } {
  broadcastShape(
    { "q.loc": q.loc, "q.scale": q.scale, "p.loc": p.loc, "p.scale": p.scale },
    "compute kl(q, p)",
  );
  return { loc: tf.div(tf.sub(q.loc, p.loc), p.scale), scale: tf.div(q.scale, p.scale) };
}
