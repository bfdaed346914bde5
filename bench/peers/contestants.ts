/**
 * Who takes part in `deno task bench:peers`, and how each is started.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { ENGINE_NAMES, type EngineName } from "../../lib/engine/engine.ts";
import { WIDE_SIMD_FLAGS } from "../../lib/engine/wasm/wide_simd.ts";
import type { ChildCommand } from "./protocol.ts";
import { encodeWorkload, type PeerModel, workload } from "./workload.ts";

/** What a contestant's command depends on. */
export interface Course {
  readonly model: PeerModel;
  /** How many threads those may use who can. */
  readonly threads: number;
  /** The Python that has PyTorch. */
  readonly python: string;
}

/** Somebody who may take part. */
export interface Entrant {
  /** In flags and tables. */
  readonly name: string;
  /** What it trains; absent for everything. */
  readonly models?: readonly PeerModel[];
  /** How to start it. */
  readonly command: (course: Course) => ChildCommand;
}

const FC = ["fc"] as const;
const CONVOLUTIONAL = ["cnn", "original-cnn"] as const;

/** Engines that are not made for the processor; they have a bench of their own, `deno task bench`. */
const ELSEWHERE: readonly EngineName[] = ["tfjs-webgpu", "tfjs-cpu"];

/** All who may take part, ours first: the others' first losses are compared with theirs. */
export const ENTRANTS: readonly Entrant[] = [
  ...ENGINE_NAMES.filter((name) => !ELSEWHERE.includes(name)).map((name) => ({
    name,
    command: ({ model, threads }: Course) => deno("engine_step.ts", [model, name, String(threads)]),
  })),
  {
    name: "wasm-wide",
    command: ({ model, threads }) => ({
      ...deno("engine_step.ts", [model, "wasm", String(threads)]),
      env: { DENO_V8_FLAGS: WIDE_SIMD_FLAGS },
    }),
  },
  {
    name: "tfjs-wasm-stock",
    models: FC, // tfjs' own kernels train nothing convolutional
    command: ({ threads }) => deno("engine_step.ts", ["fc", "tfjs-wasm", String(threads), "stock"]),
  },
  { name: "jax-js", models: FC, command: ({ threads }) => deno("jax_step.ts", [String(threads)]) },
  pytorch("eager"),
  pytorch("fused-adam"),
  pytorch("channels-last", CONVOLUTIONAL),
  pytorch("as-convolutions", CONVOLUTIONAL), // transposed ones of stride 1
  pytorch("hand-fused", FC),
  pytorch("compiled"),
];

/**
 * Whom the others may be measured against, of whom the fastest is taken: PyTorch with its fused Adam for `fc`, and any
 * PyTorch for the convolutional models.
 *
 * @param model what is trained
 * @returns names
 */
export function referencesOf(model: PeerModel): readonly string[] {
  if (model === "fc") return ["pytorch-fused-adam"];
  return ENTRANTS.map(({ name }) => name).filter((name) => name.startsWith("pytorch"));
}

/** A variant of `step.py`. */
function pytorch(variant: string, models?: readonly PeerModel[]): Entrant {
  return {
    name: `pytorch-${variant}`,
    ...(models && { models }),
    command: ({ model, threads, python }) => ({
      program: python,
      args: [path("step.py"), variant, String(threads)],
      input: encodeWorkload(workload(model)),
    }),
  };
}

function deno(script: string, args: readonly string[]): ChildCommand {
  const permissions = ["--no-prompt", "--allow-read", "--allow-env", "--allow-sys"];
  return { program: Deno.execPath(), args: ["run", ...permissions, path(script), ...args] };
}

function path(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url));
}
