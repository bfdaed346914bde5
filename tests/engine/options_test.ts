import assert from "node:assert/strict";
import { createEngine, type EngineName, type EngineOptions } from "../../lib/engine/engine.ts";
import { selectEngine } from "../../lib/engine/select.ts";
import { tiny } from "./engines.ts";

const IWAE = { kind: "iwae", samples: 2 } as const;

Deno.test("createEngine() and selectEngine() refuse options outside their domain", async () => {
  const { optimizer } = tiny();
  const refused = async (change: Partial<EngineOptions>, rule: string) => {
    const error = { name: "RangeError", message: `Cannot create an engine: ${rule}` };
    await assert.rejects(createEngine("wasm", { ...tiny(), ...change }), error);
    await assert.rejects(selectEngine("wasm", { ...tiny(), ...change }), error);
  };
  for (const bad of [0, -1, NaN, Infinity]) {
    for (const key of ["learningRate", "clipNorm", "l2"]) {
      const rule = `optimizer.${key} must be finite and > 0, got ${bad}`;
      await refused({ optimizer: { ...optimizer, [key]: bad } }, rule);
    }
  }
  for (const batchSize of [0, -1, 2.5, NaN]) {
    await refused({ batchSize }, `batchSize must be a positive integer, got ${batchSize}`);
  }
  for (const threads of [0, 1.5, 257]) {
    await refused({ threads }, `threads must be an integer from 1 to 256, got ${threads}`);
  }
});

Deno.test("createEngine() and selectEngine() list the engines that there are", async () => {
  const names = "wasm, tfjs-webgpu, tfjs-wasm, tfjs-cpu";
  await assert.rejects(createEngine("WASM" as EngineName, tiny()), {
    name: "RangeError",
    message: `Unknown engine WASM; valid: ${names}; did you mean wasm?`,
  });
  await assert.rejects(selectEngine("reference" as EngineName), {
    name: "RangeError",
    message: `Unknown engine reference; valid: auto, ${names}`,
  });
});

Deno.test("createEngine() refuses what its engine cannot do, by name", async () => {
  await assert.rejects(createEngine("wasm", { ...tiny(), objective: IWAE }), {
    name: "RangeError",
    message: "Cannot train on objective iwae with the engine wasm: it takes one draw for each example; " +
      "use --backend tfjs-wasm, or leave --backend out",
  });
});
