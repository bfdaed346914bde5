import process from "node:process";
import { lower } from "../lib/engine/plan/lower.ts";
import { createDevice } from "../lib/engine/wasm/device.ts";
import { findMachine } from "../lib/engine/wasm/start.ts";
import { randomPixels, trainingOptions } from "./engines.ts";
const plan = lower(trainingOptions("fc", 512), 512);
const machine = await findMachine();
const device = await createDevice(plan, { machine, threads: 1, seed: 0 });
const data = randomPixels(512, 784), indices = Uint32Array.from({ length: 512 }, (_, i) => i);
device.view({ name: "", offset: 0, shape: [plan.size] }).forEach((_, i, a) => a[i] = 0.5 + (i % 7) * 0.01);
for (const kind of Deno.args) {
  const op = plan.train.find((o) => o.kind === kind)!;
  for (let k = 0; k < 5; k++) {
    let best = 1e9;
    for (let i = 0; i < 40; i++) {
      const c = process.cpuUsage().user;
      await device.run({ ...plan, train: Array(8).fill(op) }, "train", { data, indices, step: 1 });
      best = Math.min(best, (process.cpuUsage().user - c) / 8000);
    }
    console.log(kind, best.toFixed(3));
  }
}
device.close();
