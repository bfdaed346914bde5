import assert from "node:assert/strict";
import { findGpu } from "../../lib/engine/gpu.ts";
import { fastest, selectEngine, tryEngines } from "../../lib/engine/select.ts";
import { tiny } from "./engines.ts";

const IWAE = { kind: "iwae", samples: 2 } as const;

Deno.test("selectEngine() takes a software adapter for no GPU, and a forced engine as it is", async () => {
  const gpu = await findGpu();
  const hardware = gpu !== undefined && !gpu.software;
  const { name, reason } = await selectEngine("auto");
  assert.equal(name, hardware ? "tfjs-webgpu" : "wasm");
  assert.match(reason, /GPU|adapter/);
  assert.deepEqual(await selectEngine("tfjs-cpu", { ...tiny(), objective: IWAE }), {
    name: "tfjs-cpu",
    reason: "forced",
  });
});

Deno.test("selectEngine() gives iwae to an engine that trains it", async () => {
  const { name, reason } = await selectEngine("auto", { ...tiny(), objective: IWAE });
  assert.match(name, /^tfjs-/);
  if (name === "tfjs-wasm") assert.match(reason, /; wasm does not train iwae$/);
});

Deno.test("tryEngines() puts the faster engine first, and one that cannot train last, with its reason", async () => {
  const able = await tryEngines(["tfjs-cpu", "wasm"], tiny());
  assert.deepEqual(able.map(({ name }) => name).sort(), ["tfjs-cpu", "wasm"]);
  assert.ok(0 < able[0].milliseconds && able[0].milliseconds <= able[1].milliseconds);
  assert.ok(able[1].milliseconds < Infinity);

  const [first, last] = await tryEngines(["wasm", "tfjs-cpu"], { ...tiny(), objective: IWAE });
  assert.equal(first.name, "tfjs-cpu");
  assert.equal(last.milliseconds, Infinity);
  assert.match(last.error ?? "", /Cannot train on objective iwae with the engine wasm/);
});

Deno.test("fastest() tells what was found and what each engine took", () => {
  const trials = [
    { name: "wasm", milliseconds: 10.94 },
    { name: "tfjs-webgpu", milliseconds: Infinity, error: "device lost" },
  ] as const;
  assert.deepEqual(fastest(trials, "hardware GPU X"), {
    name: "wasm",
    reason: "hardware GPU X; wasm 10.9 ms a step; tfjs-webgpu failed: device lost",
  });
});
