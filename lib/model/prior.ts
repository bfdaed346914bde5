/**
 * Drawing from the prior.
 *
 * @module
 */

import * as normal from "../math/normal.ts";
import type { NoiseKey } from "../math/philox.ts";
import * as studentT from "../math/student_t.ts";
import type { Latent } from "./record.ts";

/**
 * Draws z ~ p(z), the start of generating data.
 *
 * @param latent the latent space
 * @param options `count` of draws and the `seed` that decides them
 * @returns latents, `[count, latent.size]` row-major
 */
export function samplePrior(
  latent: Latent,
  { count, seed }: { readonly count: number; readonly seed: number },
): Float32Array {
  const key: NoiseKey = { seed, stream: "generation" };
  const shape = { rows: count, dimensions: latent.size };
  return Float32Array.from(
    latent.family === "gaussian"
      ? normal.sample(key, shape)
      : studentT.sample(key, { ...shape, df: latent.df.fixed }),
  );
}
