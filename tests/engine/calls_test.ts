/** What every engine promises of its calls, whatever they compute. */

import assert from "node:assert/strict";
import { createEngine, type Engine, type EngineOptions, type Examples } from "../../lib/engine/engine.ts";
import { createReferenceEngine } from "../../lib/engine/reference/engine.ts";
import { choice, optionsOf } from "./combinations.ts";
import { engineTest, rows, tiny, tinyPixels, withEngine } from "./engines.ts";

/** Every function that reads rows of the data. */
function onRows(engine: Engine): ((data: Examples, indices: Uint32Array) => Promise<unknown>)[] {
  return [
    engine.trainSteps,
    engine.objectiveParts,
    engine.encode,
    engine.sampleLatent,
    (data, indices) => engine.logLikelihood(data, indices, { samples: 2 }),
  ];
}

/** What is not rows of a model is refused by all of them with the same words, the reference among them. */
async function refusesBadRows(engine: Engine): Promise<void> {
  const [data, all] = [tinyPixels(), rows(10)];
  for (const read of onRows(engine)) {
    await assert.rejects(read(data, Uint32Array.of(3, 10)), {
      name: "RangeError",
      message: "Cannot read examples: indices must be below 10, the number of rows, got 10",
    });
    await assert.rejects(read(Float32Array.from([...data, 1]), all), {
      name: "TypeError",
      message: "Cannot read examples: data must have shape [rows, 6], got 61 numbers",
    });
  }
  await assert.rejects(engine.decode(new Float32Array(3)), {
    name: "TypeError",
    message: "Cannot decode: latents must have shape [rows, 2], got 3 numbers",
  });
  assert.equal(engine.step, 0);
}

engineTest(
  "refuses indices that no row has, and data and latents that are not whole rows",
  (name) => withEngine(name, tiny(), refusesBadRows),
);

Deno.test("reference: refuses the same", () => refusesBadRows(createReferenceEngine(tiny())));

const EMPTY = new Float32Array();
const AMORTISED = choice({ latent: "t, amortised df" });
const BOUNDED = choice({ latent: "joint t, fixed df", likelihood: "normal", objective: "t3" });

/** No rows give empty arrays of whatever there would be. */
async function takesNoRows(create: (options: EngineOptions) => Promise<Engine>): Promise<void> {
  const [data, none] = [tinyPixels(), rows(0)];
  const sums = { examples: 0, loss: 0, reconstruction: 0, kl: 0 };
  const amortised = await create(optionsOf(AMORTISED));
  assert.deepEqual(await amortised.trainSteps(data, none), []);
  assert.deepEqual(await amortised.objectiveParts(data, none), {
    ...sums,
    klPerDimension: new Float64Array(2),
    perExample: { reconstruction: EMPTY, kl: EMPTY },
  });
  assert.deepEqual(await amortised.logLikelihood(data, none, { samples: 2 }), {
    logLikelihood: new Float64Array(),
    effectiveSampleSize: new Float64Array(),
  });
  assert.deepEqual(await amortised.encode(data, none), { loc: EMPTY, scale: EMPTY, df: EMPTY });
  assert.deepEqual(await amortised.sampleLatent(data, none), EMPTY);
  assert.deepEqual(await amortised.decode(EMPTY), EMPTY);
  assert.equal(amortised.step, 0);
  await amortised.close();

  const bounded = await create(optionsOf(BOUNDED));
  assert.deepEqual(await bounded.objectiveParts(data, none), {
    ...sums,
    perExample: { reconstruction: EMPTY, kl: EMPTY, bound: EMPTY },
  });
  assert.deepEqual(await bounded.encode(data, none), { loc: EMPTY, scale: EMPTY });
  await bounded.close();
}

engineTest("gives empty arrays for no rows", (name) => takesNoRows((options) => createEngine(name, options)));

Deno.test(
  "reference: gives empty arrays for no rows",
  () => takesNoRows((options) => Promise.resolve(createReferenceEngine(options))),
);

engineTest("calls that overlap see nothing half done", (name) =>
  withEngine(name, tiny(), async (engine) => {
    const [data, all] = [tinyPixels(), rows(10)];
    const calls = [
      () => engine.exportState(),
      () => engine.trainSteps(data, all),
      () => engine.objectiveParts(data, all),
      () => engine.exportState(),
      () => engine.logLikelihood(data, rows(2), { samples: 17 }),
      () => engine.trainSteps(data, all),
    ];
    const start = await engine.exportState();
    const inTurn = [];
    for (const call of calls) inTurn.push(await call());
    await engine.importState(start);
    assert.deepEqual(await Promise.all(calls.map((call) => call())), inTurn);
  }));

engineTest("computes the same while an engine on another backend does", async (name) => {
  const [data, all] = [tinyPixels(), rows(10)];
  const alone = await withEngine(name, tiny(), (engine) => engine.objectiveParts(data, all));
  for (const other of ["tfjs-cpu", "tfjs-wasm"] as const) {
    await withEngine(name, tiny(), async (engine) => {
      const measured = engine.objectiveParts(data, all);
      const beside = withEngine(other, tiny(), (e) => e.objectiveParts(data, all));
      assert.deepEqual(await measured, alone);
      await beside;
    });
  }
});

/** All functions of a closed engine say so. */
async function refusesAfterClose(engine: Engine): Promise<void> {
  const state = await engine.exportState();
  const last = engine.encode(tinyPixels(), rows(3));
  await Promise.all([engine.close(), engine.close()]);
  assert.equal((await last).loc.length, 6);
  const closed = {
    name: "Error",
    message: `Cannot use the ${engine.name} engine: it has been closed; create another one`,
  };
  for (const read of onRows(engine)) await assert.rejects(read(tinyPixels(), rows(10)), closed);
  await assert.rejects(engine.decode(new Float32Array(2)), closed);
  await assert.rejects(engine.learnedDf(), closed);
  await assert.rejects(engine.exportState(), closed);
  await assert.rejects(engine.importState(state), closed);
  await engine.close();
}

engineTest(
  "close() lets calls end, and every later one says that it has been closed",
  async (name) => refusesAfterClose(await createEngine(name, { ...tiny(), threads: 2 })),
);

Deno.test("reference: close() does the same", () => refusesAfterClose(createReferenceEngine(tiny())));
