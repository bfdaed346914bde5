/**
 * One contestant of `deno task bench:peers`: an engine of this project.
 *
 *     engine_step.ts MODEL ENGINE THREADS [stock]
 *
 * With `stock`, tfjs' own wasm kernels are put back where the engine has better ones.
 *
 * @module
 */

import config from "../../deno.json" with { type: "json" };
import {
  createEngine,
  type Engine,
  type EngineName,
  type EngineOptions,
  type ObjectiveSums,
} from "../../lib/engine/engine.ts";
import { type Objective, serveTurns } from "./protocol.ts";
import { BATCH, type PeerModel, workload } from "./workload.ts";

/** Those of the kernels that tfjs has and the engine replaces. */
const REPLACED = ["BatchMatMul", "Sum"];

const [model, name, threads, stock] = Deno.args as [PeerModel, EngineName, string, "stock"?];
const { options, pixels, batches } = workload(model);
const settings = { ...options, threads: Number(threads) };
const engine = stock ? await createStockEngine(name, settings) : await createEngine(name, settings);
const tfjs = config.imports["@tensorflow/tfjs-core"].split("@").at(-1);
const version = `Deno ${Deno.version.deno}${name.startsWith("tfjs") ? `, tfjs ${tfjs}` : ""}`;

await serveTurns({ threads: engine.threads, version }, async ({ first, count }) => {
  const results: ObjectiveSums[] = [];
  for (let step = first; step < first + count; step += engine.stepsPerCall) {
    const steps = Math.min(engine.stepsPerCall, first + count - step);
    const rows = new Uint32Array(steps * BATCH);
    for (let i = 0; i < steps; i++) rows.set(batches[(step + i) % batches.length], i * BATCH);
    results.push(...await engine.trainSteps(pixels, rows));
  }
  return { first: means(results[0]), last: means(results.at(-1)!) };
});

function means({ loss, kl }: ObjectiveSums): Objective {
  return { loss: loss / BATCH, kl: kl / BATCH };
}

async function createStockEngine(name: EngineName, options: EngineOptions): Promise<Engine> {
  const tf = await import("@tensorflow/tfjs-core");
  await import("@tensorflow/tfjs-backend-wasm");
  const kernels = REPLACED.map((kernel) => tf.getKernel(kernel, "wasm")!);
  const engine = await createEngine(name, options);
  for (const kernel of kernels) {
    tf.unregisterKernel(kernel.kernelName, "wasm");
    tf.registerKernel(kernel);
  }
  return engine;
}
