/**
 * What the bench files share: a standard training set-up, and the engines that this process can start.
 *
 * @module
 */

import { createEngine, type Engine, type EngineName, type EngineOptions } from "../lib/engine/engine.ts";
import { generator } from "../lib/math/philox.ts";
import { LEARNING_RATES, type PresetName, PRESETS } from "../lib/model/presets.ts";

/** A preset with the default latent: three independent t coordinates, exact KL. */
export function trainingOptions(preset: PresetName, batchSize: number): EngineOptions {
  return {
    model: PRESETS[preset]({
      input: [28, 28],
      latent: { family: "student-t", size: 3, df: { fixed: 5 }, kl: "exact" },
      likelihood: { kind: "bernoulli" },
    }),
    objective: { kind: "elbo", beta: 1 },
    optimizer: { learningRate: LEARNING_RATES[preset] },
    batchSize,
    seed: 0,
  };
}

/**
 * Starts every engine that can start and says on stderr which cannot and why: an absent engine's entry is missing,
 * never timed on another's backend.
 */
export async function startEngines<Name extends EngineName>(
  options: EngineOptions,
  names: readonly Name[],
): Promise<ReadonlyMap<Name, Engine>> {
  const engines = new Map<Name, Engine>();
  for (const name of names) {
    try {
      const engine = await createEngine(name, options);
      engines.set(name, engine);
      console.error(`${name}: ${engine.device}, ${engine.threads} thread(s)`);
    } catch (error) {
      const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
      console.error(
        `${name}: absent: ${reason}; \`deno task bench\` grants every permission an engine needs`,
      );
    }
  }
  return engines;
}

/** Random 8-bit rows: what the pixels are does not change how long a step takes. */
export function randomPixels(rows: number, width: number): Uint8Array {
  const next = generator({ seed: 0, stream: "data" });
  return Uint8Array.from({ length: rows * width }, () => 256 * next());
}
