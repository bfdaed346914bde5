/** One optimiser step: gather, noise, forward, backward, Adam. `deno task bench` */

import { fc } from "../lib/model/presets.ts";
import { randomPixels, startEngines } from "./engines.ts";

const BATCH = 512;

const model = fc({
  input: [28, 28],
  latent: { family: "student-t", size: 3, df: { fixed: 5 }, kl: "exact" },
  likelihood: { kind: "bernoulli" },
});
const pixels = randomPixels(BATCH, 784);

const engines = await startEngines({
  model,
  objective: { kind: "elbo", beta: 1 },
  optimizer: { learningRate: 5e-4 },
  batchSize: BATCH,
  seed: 0,
});
for (const [name, engine] of engines) {
  const rows = Uint32Array.from({ length: BATCH }, (_, i) => i);
  Deno.bench({
    name,
    group: `train step, fc, batch ${BATCH}`,
    n: 20,
    warmup: 3,
    fn: async () => {
      await engine.trainSteps(pixels, rows);
    },
  });
}
