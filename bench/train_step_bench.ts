/** One optimiser step: gather, noise, forward, backward, Adam. Run by `deno task bench`. */

import { randomPixels, startEngines, trainingOptions } from "./engines.ts";

const BATCH = 512;
const pixels = randomPixels(BATCH, 784);
const rows = Uint32Array.from({ length: BATCH }, (_, i) => i);

for (const [name, engine] of await startEngines(trainingOptions("fc", BATCH))) {
  Deno.bench({
    name,
    group: `train step, fc, batch ${BATCH}`,
    n: 10,
    warmup: 3,
    fn: async () => {
      await engine.trainSteps(pixels, rows);
    },
  });
}
