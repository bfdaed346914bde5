/**
 * The names of what new examples are decoded from.
 *
 * @module
 */

import type { Objective } from "./record.ts";

/** Every source, by name; `latentSource()` says what they are. */
export const LATENT_SOURCES = [
  "prior",
  "alternative-prior",
  "ex-post-t",
  "ex-post-mixture",
  "posterior",
] as const;

/** A name in {@linkcode LATENT_SOURCES}. */
export type LatentSourceName = (typeof LATENT_SOURCES)[number];

/** The source that stands for the aggregate posterior by what training optimised. */
export function defaultLatentSource({ kind }: Pick<Objective, "kind">): "prior" | "alternative-prior" {
  return kind === "t3" ? "alternative-prior" : "prior";
}

/** The sources that a model has by what training optimised: the objective t3 alone has an alternative prior. */
export function latentSourcesOf({ kind }: Objective): LatentSourceName[] {
  return LATENT_SOURCES.filter((name) => name !== "alternative-prior" || kind === "t3");
}

/** Whether a source needs what the model was trained on. */
export function needsTraining(name: LatentSourceName): boolean {
  return name !== "prior" && name !== "alternative-prior";
}

/**
 * Checks that a model has a source by what training optimised.
 *
 * @param name which source
 * @param objective what the model was trained on
 * @throws {RangeError} if it is not one of {@linkcode latentSourcesOf}
 */
export function checkLatentSource(name: LatentSourceName, objective: Objective): void {
  const names = latentSourcesOf(objective);
  if (names.includes(name)) return;
  throw new RangeError(
    `Cannot draw latents from ${name}: the objective must be t3, got ${objective.kind}; use ${
      names.join(", ")
    }`,
  );
}
