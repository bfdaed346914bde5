/**
 * Times single training steps of one engine and prints one line: gather, noise, forward, backward, Adam.
 *
 * @module
 */

import { object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { optional, withDefault } from "@optique/core/modifiers";
import { flag, option } from "@optique/core/primitives";
import { integer } from "@optique/core/valueparser";
import { createEngine, ENGINE_NAMES, MAX_THREADS } from "../lib/engine/engine.ts";
import { PRESETS } from "../lib/model/presets.ts";
import { UsageError } from "../lib/run/usage_error.ts";
import { runCommand } from "../scripts/cli/command.ts";
import { oneOf } from "../scripts/cli/one_of.ts";
import { runWide, wideSimdOption } from "../scripts/cli/wide_simd.ts";
import { randomPixels, trainingOptions } from "./engines.ts";

/** The first steps run before the just-in-time compilers have done their work. */
const WARM_UP = 5;

await runCommand({
  name: "bench:step",
  brief: "Times training steps of one engine.",
  description:
    "A step is one optimiser step of a Student's-t model on 28 × 28 images: gathering the batch, noise, " +
    "forward, backward and Adam.",
  examples: [
    "deno task bench:step",
    "deno task bench:step --model cnn --threads 1 --wide-simd",
    "deno task bench:step --engine tfjs-wasm --model fc --steps 50 --json",
  ],
  parser: object({
    engine: withDefault(
      option("--engine", oneOf("ENGINE", ENGINE_NAMES), {
        description: message`which engine (default: wasm)`,
      }),
      "wasm" as const,
    ),
    model: withDefault(
      option("--model", oneOf("PRESET", Object.keys(PRESETS) as (keyof typeof PRESETS)[]), {
        description: message`which preset (default: fc)`,
      }),
      "fc" as const,
    ),
    steps: withDefault(
      option("--steps", integer({ min: 1, metavar: "N" }), {
        description: message`how many steps (default: 20)`,
      }),
      20,
    ),
    batch: withDefault(
      option("--batch", integer({ min: 1, metavar: "N" }), {
        description: message`examples per step (default: 512)`,
      }),
      512,
    ),
    threads: optional(
      option("--threads", integer({ min: 1, max: MAX_THREADS, metavar: "N" }), {
        description: message`threads of wasm (default: one per processor)`,
      }),
    ),
    wideSimd: wideSimdOption,
    json: optional(flag("--json", { description: message`print JSON` })),
  }),
}, async ({ engine: name, model, steps, batch, threads, wideSimd, json }) => {
  const code = await runWide("bench:step", wideSimd);
  if (code !== undefined) return code;
  if (name !== "wasm" && threads !== undefined && threads !== 1) {
    throw new UsageError(`Cannot time ${name} on ${threads} threads: tfjs engines run on 1`);
  }
  const engine = await createEngine(name, { ...trainingOptions(model, batch), ...(threads && { threads }) });
  try {
    // As many steps in a call as training takes, so that reading results back counts as it does there.
    const rows = batch * engine.stepsPerCall;
    const pixels = randomPixels(rows, 784);
    const indices = Uint32Array.from({ length: rows }, (_, i) => i);
    const times: number[] = [];
    const calls = (steps: number) => Math.ceil(steps / engine.stepsPerCall);
    for (let call = -calls(WARM_UP); call < calls(steps); call++) {
      const begun = performance.now();
      await engine.trainSteps(pixels, indices);
      if (call >= 0) times.push((performance.now() - begun) / engine.stepsPerCall);
    }
    times.sort((a, b) => a - b);
    const msPerStep = { min: times[0], median: times[times.length >> 1] };
    const { device, threads } = engine;
    console.log(
      json
        ? JSON.stringify({ engine: name, device, threads, model, batch, msPerStep })
        : `${name} on ${device}, ${threads} thread(s): ${model}, batch ${batch}: ` +
          `min ${msPerStep.min.toFixed(2)}, median ${msPerStep.median.toFixed(2)} ms per step`,
    );
  } finally {
    await engine.close();
  }
});
