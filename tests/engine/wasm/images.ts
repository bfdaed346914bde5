/**
 * Presets on small images.
 *
 * @module
 */

import type { EngineOptions } from "../../../lib/engine/engine.ts";
import { PRESETS } from "../../../lib/model/presets.ts";
import { tiny } from "../engines.ts";

/** A preset on images of 8 × 8, with a batch that cuts every sum into several chunks. */
export function images(preset: keyof typeof PRESETS): EngineOptions {
  return {
    ...tiny(),
    model: PRESETS[preset]({
      input: [8, 8],
      latent: { family: "student-t", size: 3, df: { fixed: 5 }, kl: "exact" },
      likelihood: { kind: "bernoulli" },
    }),
    batchSize: 70,
  };
}

/** 200 such images. */
export const PIXELS: Uint8Array = Uint8Array.from({ length: 200 * 64 }, (_, i) => (i * i + 7 * i) % 256);
