/**
 * Which engines this process can start, for the bench files.
 *
 * @module
 */

import {
  createEngine,
  type Engine,
  ENGINE_NAMES,
  type EngineName,
  type EngineOptions,
} from "../lib/engine/engine.ts";
import { generator } from "../lib/math/philox.ts";

/**
 * Starts every engine that can start, and says on stderr which cannot and why: an absent engine is never timed on
 * another's backend.
 */
export async function startEngines(options: EngineOptions): Promise<Map<EngineName, Engine>> {
  const engines = new Map<EngineName, Engine>();
  for (const name of ENGINE_NAMES) {
    try {
      const engine = await createEngine(name, options);
      engines.set(name, engine);
      console.error(`${name}: ${engine.device}`);
    } catch (error) {
      const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
      const remedy = error instanceof Deno.errors.NotCapable
        ? "; `deno task bench` grants what it needs"
        : "";
      console.error(`${name}: absent (${reason}${remedy})`);
    }
  }
  return engines;
}

/** Random 8-bit rows: what the pixels are does not change how long a step takes. */
export function randomPixels(rows: number, width: number): Uint8Array {
  const next = generator({ seed: 0, stream: "data" });
  return Uint8Array.from({ length: rows * width }, () => 256 * next());
}
