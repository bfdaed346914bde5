import { flops } from "../lib/engine/plan/flops.ts";
import { lower } from "../lib/engine/plan/lower.ts";
import { writesOf } from "../lib/engine/plan/access.ts";
import { createDevice } from "../lib/engine/wasm/device.ts";
import { findMachine } from "../lib/engine/wasm/start.ts";
import { randomPixels, trainingOptions } from "./engines.ts";
const preset = (Deno.args[0] ?? "fc") as "fc";
const threads = Number(Deno.args[1] ?? 1);
const plan = lower(trainingOptions(preset, 512), 512);
const machine = await findMachine();
const device = await createDevice(plan, { machine, threads, seed: 0 });
import { initialParameters, initialStatistics } from "../lib/model/parameters.ts";
const model = trainingOptions(preset, 512).model;
const initial = new Map([...initialParameters(model, { seed: 0 }), ...initialStatistics(model)]);
for (const b of [...plan.parameters, ...plan.statistics]) device.view(b).set(initial.get(b.name)!);
for (const { buffer, values } of plan.constants) device.view(buffer).set(values);
const data = randomPixels(512, 784), indices = Uint32Array.from({ length: 512 }, (_, i) => i);
for (let i = 0; i < 2; i++) await device.run(plan, "train", { data, indices, step: i });
let total = 0;
for (const op of plan.train) {
  if (Deno.args[3] && !op.kind.includes(Deno.args[3])) continue;
  const reps = preset === "fc" ? 8 : 1;
  const repeated = { ...plan, train: Array(reps).fill(op) };
  let best = Infinity;
  for (let i = 0; i < Number(Deno.args[2] ?? 12); i++) {
    const t = performance.now();
    await device.run(repeated, "train", { data, indices, step: 1 });
    best = Math.min(best, (performance.now() - t) / reps);
  }
  total += best;
  const shape = op.kind === "product" ? `${op.m}x${op.n}x${op.k} ${op.transposeA ? "T" : ""}${op.transposeB ? "t" : ""}` : "";
  console.log(op.kind.padEnd(22), (writesOf(op)[0].name).padEnd(34), shape.padEnd(18), best.toFixed(3).padStart(8), "ms", (flops(op) / best / 1e6).toFixed(1).padStart(6), "GFLOP/s");
}
console.log("sum", total.toFixed(2), "ms");
device.close();
