/**
 * What the engine finds on this machine: the best build that it can run, its processor and a clock.
 *
 * @module
 */

import { processor } from "../processor.ts";
import { type BuildName, BUILDS } from "./builds.js";
import { hasWideSimd, isWideFaster } from "./wide_simd.ts";

/** A machine to run kernels on. */
export interface Machine {
  /** Compiled kernels. */
  readonly module: WebAssembly.Module;
  /** Whether several threads can run them. */
  readonly threaded: boolean;
  /** The processor, and what kernels have beyond the usual build or do without. */
  readonly device: string;
  /** How many threads it runs at once. */
  readonly threads: number;
  /** Milliseconds from any moment on. */
  now(): number;
}

/**
 * Finds the best build that runs here: with threads and fused multiplication where the machine has them, and
 * wide where the process was started with `WIDE_SIMD_FLAGS` and that is faster.
 *
 * @returns the machine
 * @throws {Error} if WebAssembly has no SIMD here
 */
export async function findMachine(): Promise<Machine> {
  const names: BuildName[] = typeof SharedArrayBuffer === "undefined"
    ? ["relaxed SIMD", "SIMD"]
    : ["threads, relaxed SIMD", "threads, SIMD"];
  for (const name of names) {
    const module = await load(name);
    if (module === undefined) continue;
    const threaded = name.startsWith("threads");
    const wide = name === "threads, relaxed SIMD" ? await wideBuild(module) : undefined;
    const notes = [
      ...(wide === undefined ? [] : ["wide SIMD"]),
      ...(threaded ? [] : ["without threads"]),
      ...(name.endsWith("relaxed SIMD") ? [] : ["without relaxed SIMD"]),
    ];
    return {
      module: wide ?? module,
      threaded,
      device: [processor(), ...notes].join(", "),
      threads: threaded ? navigator.hardwareConcurrency : 1,
      now: () => performance.now(),
    };
  }
  throw new Error("Cannot start wasm: this machine's WebAssembly has no SIMD; use --backend tfjs-cpu");
}

/** The wide build where V8 was asked for wide SIMD and it makes kernels faster. */
async function wideBuild(narrow: WebAssembly.Module): Promise<WebAssembly.Module | undefined> {
  const readable = Deno.permissions.querySync({ name: "env", variable: "DENO_V8_FLAGS" }).state === "granted";
  const flags = readable ? Deno.env.get("DENO_V8_FLAGS") : undefined;
  if (!hasWideSimd(flags)) return undefined;
  const wide = await BUILDS["threads, relaxed SIMD, wide"]();
  return await isWideFaster({ wide, narrow }, () => performance.now()) ? wide : undefined;
}

/** A build, or undefined where the machine lacks what it needs. */
async function load(name: BuildName): Promise<WebAssembly.Module | undefined> {
  try {
    return await BUILDS[name]();
  } catch (error) {
    if (error instanceof WebAssembly.CompileError) return undefined;
    throw error;
  }
}
