/** Tails of made-up models. */

import { cdf } from "../../lib/math/student_t.ts";
import type { SurvivalCurve, SurvivalRecords, TailRecords } from "../../lib/plot/mod.ts";

/** As many as an evaluation has. */
const RADII = 64;

/** `RADII` radii, even in their logarithms. */
function radii(from: number, to: number): Float32Array {
  return Float32Array.from({ length: RADII }, (_, i) => from * (to / from) ** (i / (RADII - 1)));
}

/** P(|x| > r) of a Student-t, as `draws` draws would have it without noise. */
function tail(
  radius: Float32Array,
  { df, scale = 1, draws = 100_000 }: { df: number; scale?: number; draws?: number },
): Float32Array {
  return radius.map((r) => Math.round(draws * 2 * cdf(-r, { df, scale })) / draws);
}

/** A model whose prior has tails of its own; `shift` tells seeds apart. */
export function tails(df = 9, { shift = 0 }: { shift?: number } = {}): TailRecords {
  const scale = 1 + shift;
  const curves = (
    data: string,
    radius: Float32Array,
    of: Readonly<Record<string, { df: number; scale: number }>>,
  ): SurvivalRecords => ({
    radius,
    curves: [
      { name: data, role: "data", survival: tail(radius, { df: 5, scale: 2, draws: 500_000 }) },
      ...Object.entries(of).map(([name, t]): SurvivalCurve => ({
        name,
        role: "source",
        survival: tail(radius, t),
      })),
    ],
  });
  const sources = {
    "prior": { df, scale: 2 * scale },
    "alternative-prior": { df: df / 2, scale: 1.8 * scale },
    "ex-post-t": { df: 5.5, scale: 2 * scale },
    "ex-post-mixture": { df: 30, scale: 2.4 * scale },
    "posterior": { df: 5.2, scale: 1.9 * scale },
  };
  return {
    x: curves("data", radii(0.6, 60), sources),
    z: curves("aggregate posterior", radii(0.1, 100), sources),
  };
}
