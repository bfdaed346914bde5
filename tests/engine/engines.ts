/**
 * Registers a test once per engine; an absent engine's test is visibly ignored.
 *
 * @module
 */

import {
  checkEngine,
  createEngine,
  type Engine,
  ENGINE_NAMES,
  type EngineName,
  type EngineOptions,
} from "../../lib/engine/engine.ts";
import { generator } from "../../lib/math/philox.ts";
import { fc } from "../../lib/model/presets.ts";
import type { Latent, Layer, Objective } from "../../lib/model/record.ts";

/** A t latent like the default one, and the Gaussian beside it. */
export const LATENTS: Readonly<Record<string, Latent>> = {
  "student-t": { family: "student-t", size: 2, df: { fixed: 5 }, kl: "exact" },
  "gaussian": { family: "gaussian", size: 2, kl: "closed" },
};

/** Options of a net so small that every backend trains it at once. */
export function tiny(latent: Latent = LATENTS["student-t"]): EngineOptions {
  return {
    model: fc({ input: [6], hidden: [8, 5], latent, likelihood: { kind: "bernoulli" } }),
    objective: { kind: "elbo", beta: 1 },
    optimizer: { learningRate: 3e-2 },
    batchSize: 4,
    seed: 7,
  };
}

/** Ten examples of six pixels: two kinds, so that there is something to learn. */
export function tinyPixels(): Uint8Array {
  const random = generator({ seed: 1, stream: "data" });
  return Uint8Array.from(
    { length: 60 },
    (_, i) => ((i % 6 < 3) === (Math.floor(i / 6) % 2 === 0) ? 240 : 0) + 15 * random(),
  );
}

/** {@linkcode tiny} with a layer of every kind, on images of 4 × 6 pixels. */
export function tinyImages(latent: Latent = LATENTS["student-t"]): EngineOptions {
  const conv = { size: 3, stride: 2, activation: "linear", bias: false } as const;
  const normalised: Layer[] = [
    { kind: "batch-norm", momentum: 0.9, epsilon: 1e-3 },
    { kind: "leaky-relu", slope: 0.3 },
  ];
  return {
    ...tiny(latent),
    model: {
      name: "tiny-images",
      input: [4, 6],
      encoder: [{ ...conv, kind: "conv", filters: 3 }, ...normalised],
      latent,
      decoder: [
        { kind: "dense", units: 12, activation: "relu" },
        { kind: "reshape", shape: [2, 3, 2] },
        { ...conv, kind: "conv-transpose", filters: 2 },
        ...normalised,
        { ...conv, kind: "conv", filters: 1, stride: 1, bias: true },
      ],
      likelihood: { kind: "bernoulli" },
    },
  };
}

/** Ten images of 4 × 6 pixels: the tiny pixels, four rows of them each. */
export function tinyImagePixels(): Uint8Array {
  const pixels = tinyPixels();
  return Uint8Array.from({ length: 240 }, (_, i) => pixels[Math.floor(i / 24) * 6 + i % 6]);
}

/** Row ids 0 … count − 1. */
export function rows(count: number): Uint32Array {
  return Uint32Array.from({ length: count }, (_, i) => i);
}

/** Runs `f` with a started engine and closes it. */
export async function withEngine<T>(
  name: EngineName,
  options: EngineOptions,
  f: (engine: Engine) => Promise<T>,
): Promise<T> {
  const engine = await createEngine(name, options);
  try {
    return await f(engine);
  } finally {
    await engine.close();
  }
}

const absent = new Map<EngineName, string>();
for (const name of ENGINE_NAMES) {
  try {
    await withEngine(name, tiny(), () => Promise.resolve());
  } catch (error) {
    // All others run everywhere, and CI installs a software adapter: no test is to be lost to a fault.
    if (name !== "tfjs-webgpu" || Deno.env.get("TVAE_REQUIRE_WEBGPU") === "1") throw error;
    absent.set(name, (error as Error).message.split(";")[0]);
  }
}

/** Engines on tfjs, whose tensors and backends some tests look at. */
export const TFJS_NAMES = ["tfjs-webgpu", "tfjs-wasm", "tfjs-cpu"] as const;

/** Those of `engines` that can train on an objective. */
export function trainersOf<Name extends EngineName>(objective: Objective, engines: readonly Name[]): Name[] {
  return engines.filter((engine) => {
    try {
      checkEngine(engine, objective);
      return true;
    } catch {
      return false;
    }
  });
}

/** A test for each engine, or for some. */
export function engineTest<Name extends EngineName = EngineName>(
  name: string,
  f: (engine: Name) => Promise<void>,
  engines: readonly Name[] = ENGINE_NAMES as readonly EngineName[] as readonly Name[],
): void {
  for (const engine of engines) {
    const reason = absent.get(engine);
    Deno.test({
      name: `${engine}: ${name}${reason === undefined ? "" : ` (${reason})`}`,
      ignore: reason !== undefined,
      fn: () => f(engine),
    });
  }
}
