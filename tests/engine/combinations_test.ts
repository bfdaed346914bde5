import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import type { EngineName } from "../../lib/engine/engine.ts";
import { type Choice, FACTORS, isValid, optionsOf } from "./combinations.ts";
import { engineTest, rows, tinyImagePixels, tinyPixels, trainersOf, withEngine } from "./engines.ts";
import { pairwise } from "./pairwise.ts";

/** Nats per example, or the unit of t3: far beyond what rounding moves. */
const LEAST_FALL = 0.1;

const COVERING = pairwise(FACTORS, isValid);

Deno.test("pairwise() meets every pair that is valid, and is far smaller than all combinations", () => {
  assert.deepEqual(
    pairwise(
      { a: { x: 0, y: 0 }, b: { x: 0, y: 0 }, c: { x: 0, y: 0 } },
      ({ a, b }) => a !== "y" || b !== "y",
    ),
    [{ a: "x", b: "x", c: "x" }, { a: "x", b: "y", c: "y" }, { a: "y", b: "x", c: "y" }, {
      a: "x",
      b: "y",
      c: "x",
    }, { a: "y", b: "x", c: "x" }],
  );
  assert.ok(COVERING.length < 60, `${COVERING.length}`);
  for (const [factor, values] of Object.entries(FACTORS)) {
    for (const value of Object.keys(values)) {
      assert.ok(COVERING.some((chosen) => chosen[factor as keyof Choice] === value), value);
    }
  }
});

/** Each example twice, as each time has its own noise. */
const ROWS = 20;

async function assertLossFalls(name: EngineName, chosen: Choice): Promise<void> {
  // On a software adapter a step may take half a second.
  const steps = name === "tfjs-webgpu" ? 8 : 24;
  const pixels = chosen.network === "dense" ? tinyPixels() : tinyImagePixels();
  const data = Uint8Array.from({ length: 2 * pixels.length }, (_, i) => pixels[i % pixels.length]);
  const tensors = tf.memory().numTensors;
  const options = { ...optionsOf(chosen), batchSize: ROWS, optimizer: { learningRate: 1e-1 } };
  await withEngine(name, options, async (engine) => {
    const loss = async () => (await engine.objectiveParts(data, rows(ROWS))).loss / ROWS;
    const before = await loss();
    for (let step = 0; step < steps; step++) await engine.trainSteps(data, rows(ROWS));
    const after = await loss();
    // Not >=, so that NaN fails.
    assert.ok(before - after > LEAST_FALL, `${before} to ${after}`);
  });
  assert.equal(tf.memory().numTensors, tensors);
}

for (const chosen of COVERING) {
  engineTest(
    `training lowers the loss of ${Object.values(chosen).join(", ")}`,
    (name) => assertLossFalls(name, chosen),
    trainersOf(optionsOf(chosen).objective, ["wasm", "tfjs-cpu"]),
  );
}

for (const chosen of COVERING.slice(0, 10)) {
  engineTest(
    `training lowers the loss of ${Object.values(chosen).join(", ")}`,
    (name) => assertLossFalls(name, chosen),
    ["tfjs-wasm", "tfjs-webgpu"],
  );
}
