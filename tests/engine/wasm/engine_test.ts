import assert from "node:assert/strict";
import type { EngineOptions, EngineState, Examples, ObjectiveSums } from "../../../lib/engine/engine.ts";
import { createReferenceEngine } from "../../../lib/engine/reference/engine.ts";
import { createWasmEngine } from "../../../lib/engine/wasm/engine.ts";
import { rows, tiny, tinyImagePixels, tinyImages, tinyPixels } from "../engines.ts";
import { images, PIXELS } from "./images.ts";

interface Trained {
  readonly sums: readonly ObjectiveSums[];
  readonly state: EngineState;
}

async function train(
  options: EngineOptions,
  { data, count, state }: { readonly data: Examples; readonly count: number; readonly state?: EngineState },
): Promise<Trained> {
  const engine = await createWasmEngine(options);
  try {
    if (state !== undefined) await engine.importState(state);
    const sums = [
      ...await engine.trainSteps(data, rows(count)),
      ...await engine.trainSteps(data, rows(count)),
    ];
    return { sums, state: await engine.exportState() };
  } finally {
    await engine.close();
  }
}

for (const preset of ["fc", "cnn"] as const) {
  Deno.test(`wasm trains ${preset} to the same bits on 1, 2, 3 and 5 threads`, async () => {
    const results = [];
    for (const threads of [1, 2, 3, 5]) {
      results.push(await train({ ...images(preset), threads }, { data: PIXELS, count: 200 }));
    }
    assert.ok(results[0].sums.every(({ loss }) => Number.isFinite(loss)));
    for (const result of results.slice(1)) assert.deepEqual(result, results[0]);
  });
}

Deno.test("wasm goes on from a state with the same bits", async () => {
  const options = { ...images("cnn"), threads: 2 };
  const once = await train(options, { data: PIXELS, count: 140 });
  const twice = await train({ ...options, threads: 1 }, { data: PIXELS, count: 140, state: once.state });
  const engine = await createWasmEngine(options);
  for (let i = 0; i < 4; i++) await engine.trainSteps(PIXELS, rows(140));
  assert.deepEqual(await engine.exportState(), twice.state);
  await engine.close();
});

Deno.test("wasm and the reference agree on everything that an engine tells", async () => {
  for (const [options, data] of [[tiny(), tinyPixels()], [tinyImages(), tinyImagePixels()]] as const) {
    const [wasm, reference] = [await createWasmEngine(options), createReferenceEngine(options)];
    const all = rows(10);
    assertClose(await wasm.trainSteps(data, all), await reference.trainSteps(data, all));
    for (const statistics of ["running", "batch"] as const) {
      const of = { statistics };
      assertClose(await wasm.objectiveParts(data, all, of), await reference.objectiveParts(data, all, of));
    }
    assertClose(await wasm.encode(data, all), await reference.encode(data, all));
    const z = await wasm.sampleLatent(data, all);
    assertClose(z, await reference.sampleLatent(data, all));
    assertClose(await wasm.decode(z), await reference.decode(z));
    await wasm.close();
  }
});

/** What steps of training leave of float32's digits. */
const TOLERANCE = 2e-4;

function assertClose(actual: unknown, expected: unknown): void {
  if (typeof expected === "number") {
    assert.ok(
      Math.abs(actual as number - expected) <= TOLERANCE * Math.max(1, Math.abs(expected)),
      `${actual} ${expected}`,
    );
  } else if (typeof expected === "object" && expected !== null) {
    assert.deepEqual(Object.keys(actual as object), Object.keys(expected));
    for (const [key, value] of Object.entries(expected)) {
      assertClose((actual as Record<string, unknown>)[key], value);
    }
  } else {
    assert.deepEqual(actual, expected);
  }
}

Deno.test("wasm measures floats as they are, and several data sets in turns", async () => {
  const options = tiny();
  const bytes = tinyPixels();
  const floats = Float32Array.from(bytes, (value) => value / 255);
  const engine = await createWasmEngine(options);
  const ofBytes = await engine.objectiveParts(bytes, rows(10));
  for (let i = 0; i < 3; i++) {
    assert.deepEqual(await engine.objectiveParts(floats.slice(), rows(10)), ofBytes);
  }
  assert.deepEqual(await engine.objectiveParts(bytes, rows(10)), ofBytes);
  await engine.close();
});
