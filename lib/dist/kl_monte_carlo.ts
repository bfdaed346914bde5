/**
 * Divergences by sampling, for any two distributions.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import type { Distribution } from "./kl.ts";
import type { Noise } from "./noise.ts";
import type { Tensor } from "./parameters.ts";

/**
 * An unbiased estimate of KL(q || p): the mean over samples z of q of ln q(z) - ln p(z), at times negative.
 *
 * Differentiable in every parameter, through z too. One sample has a standard deviation of about a nat per
 * coordinate, k samples 1/sqrt(k) of it; {@linkcode kl} has none. Where one of the two is multivariate, the last axis
 * of the other, independent one is the event too, and its log-densities are summed.
 *
 * @param q the distribution that is sampled
 * @param p the other one
 * @param noise uniforms for `q.rsample` with an axis of samples in front: `uniformPair` makes them given `samples`
 * @returns nats, of the broadcast shape of noise and parameters without the axis of samples and without an event
 * @throws {TypeError} if the noise has no axis of samples or shapes do not broadcast
 *
 * @example
 * ```ts
 * import "@tensorflow/tfjs-backend-cpu";
 * import * as tf from "@tensorflow/tfjs-core";
 * import { klMonteCarlo, MultivariateStudentT, StudentT, uniformPair } from "./mod.ts";
 * import assert from "node:assert/strict";
 *
 * const q = MultivariateStudentT({ df: 5, loc: tf.zeros([8, 3]), scale: 1 });
 * const noise = uniformPair(
 *   { seed: 0, stream: "latent" },
 *   { rows: 8, dimensions: q.noiseDimensions, samples: 100 },
 * );
 * const nats = klMonteCarlo(q, StudentT({ df: 5, loc: 0, scale: 1 }), noise);
 * assert.deepEqual(nats.shape, [8]);
 * ```
 */
export function klMonteCarlo(q: Distribution, p: Distribution, noise: Noise): Tensor {
  const { rank, shape } = noise.u;
  if (rank <= q.batchShape.length + q.eventShape.length) {
    throw new TypeError(
      `Cannot compute klMonteCarlo(q, p): noise must have an axis of samples before q's ` +
        `[${[...q.batchShape, ...q.eventShape].join(", ")}], got [${shape.join(", ")}]`,
    );
  }
  return tf.tidy(() => {
    const z = q.rsample(noise);
    const isJoint = q.eventShape.length + p.eventShape.length > 0;
    const logProb = (distribution: Distribution) => {
      const value = distribution.logProb(z);
      return isJoint && distribution.eventShape.length === 0 ? tf.sum(value, -1) : value;
    };
    return tf.mean(tf.sub(logProb(q), logProb(p)), 0);
  });
}
