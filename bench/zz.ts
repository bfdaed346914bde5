import { trainingOptions, randomPixels } from "../bench/engines.ts";
import { createWasmEngine } from "../lib/engine/wasm/engine.ts";
const preset = (Deno.args[0] ?? "fc") as "fc"; const threads = Number(Deno.args[1] ?? 2); const n = Number(Deno.args[2] ?? 20);
const e = await createWasmEngine({ ...trainingOptions(preset, 512), threads });
const steps = preset === "fc" ? 8 : 1;
const pixels = randomPixels(4096, 784); const idx = Uint32Array.from({ length: 512 * steps }, (_, i) => i);
const times = [];
for (let i = 0; i < n; i++) { const t = performance.now(); const s = await e.trainSteps(pixels, idx); times.push((performance.now() - t) / steps); if (i === 0 || i === n - 1) console.log(s.at(-1)!.loss / 512); }
times.splice(0, 3); times.sort((a, b) => a - b);
console.log(e.device, e.threads, "threads: min", times[0].toFixed(2), "median", times[times.length >> 1].toFixed(2));
await e.close();
