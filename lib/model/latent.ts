/**
 * What engines have to know of a latent space alike.
 *
 * @module
 */

import type { Latent } from "./record.ts";

/** Added to softplus for the posterior's scale, so that it is never 0, where the divergence is infinite. */
export const POSTERIOR_SCALE_FLOOR = 1e-6;

/** Whether the coordinates are one multivariate t, whose densities and divergences are no sums over them. */
export function isJoint(latent: Latent): boolean {
  return latent.family === "student-t" && latent.joint === true;
}

/** How many pairs of uniforms one draw takes: one for each coordinate, or for each two of a joint t. */
export function noiseDimensions(latent: Latent): number {
  return isJoint(latent) ? Math.ceil(latent.size / 2) : latent.size;
}
