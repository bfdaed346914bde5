/** Log-densities and divergences of Student's t, forward only. Run by `deno task bench`. */

import * as tf from "@tensorflow/tfjs-core";
import { kl, StudentT } from "../lib/dist/mod.ts";
import { startBackend } from "../lib/engine/tfjs/start.ts";
import { generator } from "../lib/math/philox.ts";
import { startEngines, trainingOptions } from "./engines.ts";

const SHAPES: readonly [number, number][] = [[512, 3], [512, 64]];

// An engine that trains has a backend that starts; its parameters are not needed here.
const engines = await startEngines(trainingOptions("fc", 1), ["tfjs-webgpu", "tfjs-wasm", "tfjs-cpu"]);
for (const [name, engine] of engines) {
  await engine.close();
  const backend = await startBackend(name);
  for (const shape of SHAPES) {
    const random = generator({ seed: 0, stream: "data" });
    const uniform = (low: number, high: number) =>
      tf.tensor(
        Float32Array.from({ length: shape[0] * shape[1] }, () => low + (high - low) * random()),
        shape,
      );
    const [x, loc, scale] = [uniform(-5, 5), uniform(-2, 2), uniform(0.1, 2)];
    const q = StudentT({ df: 5, loc, scale });
    const prior = StudentT({ df: 5, loc: 0, scale: 1 });
    const works = { "logProb": () => q.logProb(x), "exact KL": () => kl(q, prior) };
    for (const [work, run] of Object.entries(works)) {
      Deno.bench({
        name,
        group: `Student's t ${work}, [${shape.join(", ")}]`,
        n: 10,
        warmup: 3,
        // Declared async: of a function that merely returns a promise Deno times no more than the call.
        fn: async () => {
          await backend.run(async () => {
            const result = run();
            await result.data(); // a GPU has not finished before
            result.dispose();
          });
        },
      });
    }
  }
}
