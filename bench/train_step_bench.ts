/** One optimiser step: gather, noise, forward, backward, Adam. Run by `deno task bench`. */

import { ENGINE_NAMES, type EngineName } from "../lib/engine/engine.ts";
import { findGpu } from "../lib/engine/gpu.ts";
import { randomPixels, startEngines, trainingOptions } from "./engines.ts";

const BATCH = 512;
const pixels = randomPixels(BATCH, 784);
const rows = Uint32Array.from({ length: BATCH }, (_, i) => i);

const software = (await findGpu())?.software ?? false;
const slow: readonly EngineName[] = ["tfjs-cpu", ...software ? ["tfjs-webgpu"] as const : []];

const MODELS = [
  { model: "fc", engines: ENGINE_NAMES, n: 10, warmup: 3 },
  { model: "cnn", engines: ENGINE_NAMES.filter((name) => !slow.includes(name)), n: 3, warmup: 1 },
] as const;

console.error(`cnn without ${slow.join(" and ")}, where a step takes minutes`);
for (const { model, engines, n, warmup } of MODELS) {
  for (const [name, engine] of await startEngines(trainingOptions(model, BATCH), engines)) {
    Deno.bench({
      name,
      group: `train step, ${model}, batch ${BATCH}`,
      n,
      warmup,
      fn: async () => {
        await engine.trainSteps(pixels, rows);
      },
    });
  }
}
