/**
 * Drawing from the prior.
 *
 * @module
 */

import * as normal from "../math/normal.ts";
import type { NoiseKey } from "../math/philox.ts";
import * as studentT from "../math/student_t.ts";
import type { Latent, StudentTLatent } from "./record.ts";

/**
 * Draws z ~ p(z), the start of generating data; with `generationDf`, from a t of those degrees of freedom instead.
 *
 * @param latent the latent space
 * @param options `count` of draws and the `seed` that decides them
 * @returns latents, `[count, latent.size]` row-major
 * @throws {RangeError} if df is amortised and there is no `generationDf`
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
      : studentT.sample(key, { ...shape, df: generationDf(latent) }),
  );
}

function generationDf({ df, generationDf }: StudentTLatent): number {
  if (generationDf !== undefined) return generationDf;
  if ("fixed" in df) return df.fixed;
  throw new RangeError(
    "Cannot sample the prior: latent.generationDf must be given where latent.df is amortised, got nothing",
  );
}
