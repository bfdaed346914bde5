/**
 * Runs and folders for tests.
 *
 * @module
 */

import { join } from "node:path";
import { parseConfig } from "../../lib/run/config.ts";
import { createRun, type Run } from "../../lib/run/directory.ts";
import type { Provenance } from "../../lib/run/provenance.ts";
import { resolveConfig, type ResolvedConfig } from "../../lib/run/resolve.ts";

/** A small configuration, with `keys` changed. */
export function exampleConfig(keys: Readonly<Record<string, unknown>> = {}): ResolvedConfig {
  return resolveConfig(parseConfig({ model: { hidden: [4] }, ...keys }), { input: [6], backend: "tfjs-cpu" });
}

/** A whole model. */
export const WHOLE = {
  encoder: [{ kind: "dense", units: 8, activation: "relu" }],
  decoder: [{ kind: "dense", units: 784, activation: "linear" }],
};

/** Made up. */
export const PROVENANCE: Provenance = {
  revision: "0".repeat(40),
  deno: "2.9.6",
  engine: "tfjs-cpu",
  reason: "forced",
  device: "a processor",
  threads: 1,
  host: "a machine",
  sha256: { "glyphs": "f".repeat(64) },
  started: "2024-01-01T00:00:00.000Z",
};

/** A new run in a folder that must not exist. */
export async function exampleRun(path: string, keys: Readonly<Record<string, unknown>> = {}): Promise<Run> {
  return await createRun(exampleConfig(keys), { path, provenance: PROVENANCE });
}

/** An empty folder that goes away with its scope. */
export async function temporaryFolder(): Promise<AsyncDisposable & { in(...names: string[]): string }> {
  const path = await Deno.makeTempDir();
  return {
    in: (...names) => join(path, ...names),
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}

/** Names in a folder, in order. */
export async function list(folder: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(folder), ({ name }) => name)).sort();
}
