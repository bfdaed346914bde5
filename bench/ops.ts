/**
 * Times every operation of a training step on the wasm engine, and says how much of the processor each one uses.
 *
 * @module
 */

import { object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { optional, withDefault } from "@optique/core/modifiers";
import { option } from "@optique/core/primitives";
import { integer } from "@optique/core/valueparser";
import { flops } from "../lib/engine/plan/flops.ts";
import { lower } from "../lib/engine/plan/lower.ts";
import type { Op } from "../lib/engine/plan/op.ts";
import type { Plan } from "../lib/engine/plan/plan.ts";
import { writesOf } from "../lib/engine/plan/access.ts";
import { createDevice, type Device } from "../lib/engine/wasm/device.ts";
import { findMachine, type Machine } from "../lib/engine/wasm/start.ts";
import { initialParameters, initialStatistics } from "../lib/model/parameters.ts";
import { PRESETS } from "../lib/model/presets.ts";
import type { Model } from "../lib/model/record.ts";
import { runCommand } from "../scripts/cli/command.ts";
import { oneOf } from "../scripts/cli/one_of.ts";
import { randomPixels, trainingOptions } from "./engines.ts";

const PIXELS = randomPixels(512, 784);

/** Milliseconds that a call takes at least, so that starting it costs nothing. */
const CALL = 4;

await runCommand({
  name: "bench:ops",
  brief: "Times the operations of a training step on the wasm engine.",
  description:
    "A row for each operation: milliseconds (the fastest of some calls), GFLOP/s, and the share of " +
    "the peak, which is what one thread reaches on numbers in registers, times the threads.",
  examples: ["deno task bench:ops", "deno task bench:ops --model cnn --threads 1"],
  parser: object({
    model: withDefault(
      option("--model", oneOf("PRESET", Object.keys(PRESETS) as (keyof typeof PRESETS)[]), {
        description: message`which preset (default: fc)`,
      }),
      "fc" as const,
    ),
    batch: withDefault(
      option("--batch", integer({ min: 1, metavar: "N" }), {
        description: message`examples per step (default: 512)`,
      }),
      512,
    ),
    threads: optional(
      option("--threads", integer({ min: 1, metavar: "N" }), {
        description: message`threads (default: all)`,
      }),
    ),
    calls: withDefault(
      option("--calls", integer({ min: 1, metavar: "N" }), {
        description: message`calls of which the fastest counts (default: 30)`,
      }),
      30,
    ),
  }),
}, async ({ model, batch, threads, calls }) => {
  const options = trainingOptions(model, batch);
  const plan = lower(options, batch);
  const machine = await findMachine();
  const device = await createDevice(plan, {
    machine,
    threads: threads ?? machine.threads,
    seed: options.seed,
  });
  try {
    console.log(`${model}, batch ${batch}, ${machine.device}, threads ${device.threads}`);
    const time = timer({ device, plan, calls });
    await prepare(device, { plan, model: options.model, batch });
    const peak = await peakOf(machine, device.threads);
    console.log(`peak ${peak.toFixed(1)} GFLOP/s`);
    let total = 0;
    for (const op of plan.train) {
      const milliseconds = await time(op);
      total += milliseconds;
      console.log(row(op, { milliseconds, peak }));
    }
    console.log(`sum of all operations ${total.toFixed(2)} ms`);
  } finally {
    device.close();
  }
});

/** Parameters as training starts, and numbers in the work region as two steps leave them. */
async function prepare(
  device: Device,
  { plan, model, batch }: { readonly plan: Plan; readonly model: Model; readonly batch: number },
): Promise<void> {
  const initial = new Map([...initialParameters(model, { seed: 0 }), ...initialStatistics(model)]);
  for (const buffer of [...plan.parameters, ...plan.statistics]) {
    device.view(buffer).set(initial.get(buffer.name)!);
  }
  for (const { buffer, values } of plan.constants) device.view(buffer).set(values);
  for (let step = 0; step < 2; step++) await device.run(plan, "train", inputs(batch, step));
}

function inputs(batch: number, step: number) {
  return { data: PIXELS, indices: Uint32Array.from({ length: batch }, (_, i) => i % 512), step };
}

/** Milliseconds of one operation: of the fastest of some calls, each with as many of it as make a call worth timing. */
function timer(
  { device, plan, calls }: { readonly device: Device; readonly plan: Plan; readonly calls: number },
): (op: Op) => Promise<number> {
  return async (op) => {
    let fastest = Infinity, times = 1;
    for (let call = 0; call < calls; call++) {
      const repeated = { ...plan, train: Array.from({ length: times }, () => op) };
      const begun = performance.now();
      await device.run(repeated, "train", inputs(plan.rows, 2));
      const once = (performance.now() - begun) / times;
      fastest = Math.min(fastest, once);
      times = Math.min(32, Math.max(1, Math.ceil(CALL / fastest)));
    }
    return fastest;
  };
}

/** GFLOP/s of all threads on numbers in registers, from what one reaches. */
async function peakOf({ module, threaded }: Machine, threads: number): Promise<number> {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536, shared: threaded });
  const { exports } = await WebAssembly.instantiate(module, { env: { memory } });
  const peak = exports.peak as (rounds: number) => number;
  const rounds = 10_000;
  let fastest = Infinity;
  for (let call = 0; call < 300; call++) {
    const begun = performance.now();
    peak(rounds);
    fastest = Math.min(fastest, performance.now() - begun);
  }
  return threads * rounds * (exports.flopsOfRound as WebAssembly.Global).value / fastest / 1e6;
}

function row(
  op: Op,
  { milliseconds, peak }: { readonly milliseconds: number; readonly peak: number },
): string {
  const rate = flops(op) / milliseconds / 1e6;
  return [
    op.kind.padEnd(20),
    writesOf(op)[0].name.padEnd(42),
    sizes(op).padEnd(22),
    `${milliseconds.toFixed(3)} ms`.padStart(11),
    rate === 0 ? "" : `${rate.toFixed(1)} GFLOP/s ${Math.round(100 * rate / peak)} %`.padStart(20),
  ].join(" ").trimEnd();
}

/** Of a product m × n × k, of a convolution its images. */
function sizes(op: Op): string {
  if (op.kind === "product") return `${op.m} × ${op.n} × ${op.k}`;
  if (!("geometry" in op)) return "";
  const { large, small } = op.geometry;
  return `${large.join("×")} ${small.join("×")}`;
}
