/**
 * Starting tfjs' backends under Deno, with errors that say what to do.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import * as tf from "@tensorflow/tfjs-core";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import type { EngineName } from "../engine.ts";
import { findGpu } from "../gpu.ts";
import { queue } from "../in_turn.ts";
import { processor } from "../processor.ts";
import { registerWasmKernels } from "./wasm_kernels.ts";

/** The name of an engine on tfjs. */
export type TfjsEngineName = Exclude<EngineName, "wasm">;

/** A tfjs backend that has started. */
export interface Backend {
  /** Its name in tfjs. */
  readonly name: "webgpu" | "wasm" | "cpu";
  /** What it runs on: the GPU as its driver names it, or the processor. */
  readonly device: string;
  /**
   * Makes this backend the current one and runs `f`, when all that runs on any of them has ended: tfjs has one at a time.
   *
   * @throws {Error} if anything has gone wrong on the device since the start, with what it said and what to do
   */
  run<T>(f: () => T | Promise<T>): Promise<T>;
}

// Without it tfjs advertises another package on the first step.
tf.enableProdMode();

/** Of all backends. */
const inTurn = queue();

const started = new Map<TfjsEngineName, Backend>();

/**
 * Starts the tfjs backend of an engine; a second call returns the first one's.
 *
 * @param engine which tfjs engine the backend is for
 * @returns the backend, made current
 * @throws {Error} if it cannot start, with the reason and what to do about it
 */
export function startBackend(engine: TfjsEngineName): Promise<Backend> {
  return inTurn(async () => {
    const backend = started.get(engine) ?? await start[engine]();
    started.set(engine, backend);
    await activate(backend.name);
    return backend;
  });
}

const start: Record<TfjsEngineName, () => Promise<Backend>> = {
  "tfjs-cpu": async () => {
    await import("@tensorflow/tfjs-backend-cpu");
    return hostBackend("cpu");
  },
  "tfjs-wasm": async () => {
    const wasm = await import("@tensorflow/tfjs-backend-wasm");
    const folder = new URL("./", import.meta.resolve("@tensorflow/tfjs-backend-wasm"));
    // Without permission to read it tfjs would say so four times over and forget the reason.
    await Deno.stat(new URL("tfjs-backend-wasm-simd.wasm", folder));
    wasm.setWasmPaths(fileURLToPath(folder));
    await activate("wasm");
    registerWasmKernels();
    return hostBackend("wasm");
  },
  "tfjs-webgpu": async () => {
    const gpu = await findGpu();
    if (gpu === undefined) {
      throw new Error(
        "Cannot start tfjs-webgpu: this machine offers no WebGPU adapter; install a Vulkan, Metal or DirectX 12 " +
          "driver (on Debian `apt-get install mesa-vulkan-drivers libvulkan1` gives a slow software one), " +
          "or use --backend auto",
      );
    }
    await import("@tensorflow/tfjs-backend-webgpu");
    // Small tensors would otherwise be computed on tfjs' cpu backend, by rules that depend on where data lie.
    tf.env().set("WEBGPU_CPU_FORWARD", false);
    await activate("webgpu");
    return gpuBackend(gpu.description);
  },
};

/** A backend on a GPU, whose errors and loss are silent in WebGPU unless someone listens. */
function gpuBackend(name: string): Backend {
  const { device } = tf.backend() as WebGPUBackend;
  let fault: string | undefined;
  device.addEventListener("uncapturederror", (event) => {
    fault ??= (event as GPUUncapturedErrorEvent).error.message;
  });
  const lost = device.lost.then(({ message, reason }) => {
    throw new Error(`the device was lost (${message || reason || "no reason given"})`);
  });
  lost.catch((error) => fault ??= error.message);
  return {
    name: "webgpu",
    device: name,
    run: (f) =>
      inTurn(async () => {
        await activate("webgpu");
        let result;
        try {
          result = await Promise.race([f(), lost]);
        } catch (error) {
          // Deno throws a DOMException where it notices at once that a device is gone.
          if (!(error instanceof DOMException) && fault === undefined) throw error;
          fault ??= (error as Error).message;
        }
        if (fault === undefined) return result as Awaited<ReturnType<typeof f>>;
        throw new Error(
          `WebGPU failed on ${name}: ${fault.split("\n")[0]}; resume the run with --resume, ` +
            "or start one with --backend wasm",
        );
      }),
  };
}

/** A backend on the processor. */
async function hostBackend(name: "wasm" | "cpu"): Promise<Backend> {
  await activate(name);
  return {
    name,
    device: processor(),
    run: (f) =>
      inTurn(async () => {
        await activate(name);
        return await f();
      }),
  };
}

/** `tf.setBackend` answers false where it should throw, and leaves the old backend current. */
async function activate(name: string): Promise<void> {
  if (!await tf.setBackend(name)) {
    throw new Error(`Cannot start tfjs' ${name} backend: tfjs refused to load it`);
  }
}
