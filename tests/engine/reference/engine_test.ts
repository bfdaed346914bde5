import assert from "node:assert/strict";
import { createEngine, type EngineOptions } from "../../../lib/engine/engine.ts";
import type { Task } from "../../../lib/engine/plan/lower.ts";
import { createReferenceEngine } from "../../../lib/engine/reference/engine.ts";
import { uniformPairs } from "../../../lib/math/philox.ts";
import { polarSample } from "../../../lib/math/student_t.ts";
import { TASKS } from "../plan/tasks.ts";
import { examples, rows } from "./machines.ts";

/** Of the largest number in a tensor, and of values near 1: float32 sums, in another order, of what cancels in part. */
const FLOAT32_TOLERANCE = 1e-5;

/** The same, through the normalised layers of a convolutional net with three examples only. */
const NORMALISED_TOLERANCE = 3e-5;

/** Of the largest gradient of all: some are 0, but for rounding, where batch norm takes a mean away. */
const FLOOR = 1e-3;

const COUNT = 7;
const BATCH = 3;

function optionsOf(task: Task): EngineOptions {
  return { ...task, batchSize: BATCH, seed: 11 };
}

/** Compares within `tolerance` of the largest expected value, which counts as `floor` at least. */
function assertClose(actual: ArrayLike<number>, expected: ArrayLike<number>, { what, tolerance, floor = 0 }: {
  readonly what: string;
  readonly tolerance: number;
  readonly floor?: number;
}): void {
  assert.equal(actual.length, expected.length, what);
  const largest = Math.max(floor, largestOf(expected));
  for (let i = 0; i < expected.length; i++) {
    // Not >, so that NaN fails.
    assert.ok(
      Math.abs(actual[i] - expected[i]) <= tolerance * largest,
      `${what}[${i}] is ${actual[i]}, not ${expected[i]}, where the largest is ${largest}`,
    );
  }
}

function largestOf(values: ArrayLike<number>): number {
  return Array.from(values).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

for (const [name, task] of Object.entries(TASKS)) {
  Deno.test(`createReferenceEngine() of ${name} computes what tfjs-cpu computes`, async () => {
    // More dark than bright, as images are: about ½, where outputs start, the gradient of a single output channel's
    // bias, the sum of all p − x, would cancel, and only rounding be left to compare.
    const data = examples(task, COUNT).map((x) => x ** 2);
    const engines = [await createEngine("tfjs-cpu", optionsOf(task)), createReferenceEngine(optionsOf(task))];
    const results = [];
    for (const engine of engines) {
      const measured = await engine.objectiveParts(data, rows(COUNT));
      const posterior = await engine.encode(data, rows(COUNT));
      const z = await engine.sampleLatent(data, rows(COUNT));
      const mean = await engine.decode(z);
      const [trained] = await engine.trainSteps(data, rows(BATCH));
      const { tensors } = await engine.exportState();
      const onBatch = await engine.objectiveParts(data, rows(BATCH), { statistics: "batch" });
      results.push({ measured, posterior, z, mean, trained, tensors, onBatch, df: await engine.learnedDf() });
      await engine.close();
    }
    const [expected, actual] = results;
    const normalises = [...task.model.encoder, ...task.model.decoder].some(({ kind }) =>
      kind === "batch-norm"
    );
    const tolerance = normalises ? NORMALISED_TOLERANCE : FLOAT32_TOLERANCE;
    for (const part of ["measured", "trained", "onBatch"] as const) {
      for (const key of ["loss", "reconstruction", "kl"] as const) {
        const [on, is] = [expected[part], actual[part]];
        const size = Math.max(Math.abs(on.reconstruction), Math.abs(on.kl));
        // A step from gradients that differ by rounding is not the same: signs of tiny ones decide where Adam goes.
        const allowed = (part === "onBatch" ? 100 : 1) * tolerance * size;
        assert.ok(Math.abs(is[key] - on[key]) <= allowed, `${part}.${key}: ${is[key]}, not ${on[key]}`);
      }
    }
    const perDimension = expected.measured.klPerDimension;
    assert.equal(actual.measured.klPerDimension?.length, perDimension?.length);
    if (perDimension !== undefined) {
      assertClose(actual.measured.klPerDimension!, perDimension, { what: "klPerDimension", tolerance });
    }
    assert.deepEqual(Object.keys(actual.posterior), Object.keys(expected.posterior));
    for (const [what, values] of Object.entries(expected.posterior)) {
      assertClose(actual.posterior[what as "loc"], values, { what, tolerance });
    }
    assertClose(actual.z, expected.z, { what: "z", tolerance });
    assertClose(actual.mean, expected.mean, { what: "mean", tolerance });
    assert.equal(actual.df?.length, expected.df?.length);
    assert.deepEqual([...actual.tensors.keys()], [...expected.tensors.keys()]);
    // After one step the first moment is a tenth of the gradient.
    const moved = [...expected.tensors].filter(([what]) => /^adam\/m\/|mean$|variance$/.test(what));
    const floor = FLOOR * Math.max(...moved.map(([, { data }]) => largestOf(data)));
    for (const [what, { data }] of moved) {
      assertClose(actual.tensors.get(what)!.data, data, { what, tolerance, floor });
    }
  });
}

Deno.test("createReferenceEngine() continues an exported state with the same bits", async () => {
  const task = TASKS["layers of every kind"];
  const data = examples(task, COUNT);
  const engine = createReferenceEngine(optionsOf(task));
  await engine.trainSteps(data, rows(COUNT));
  const half = await engine.exportState();
  await engine.trainSteps(data, rows(COUNT));
  const resumed = createReferenceEngine({ ...optionsOf(task), batchSize: BATCH });
  await resumed.importState(half);
  assert.equal(resumed.step, 3);
  await resumed.trainSteps(data, rows(COUNT));
  assert.deepEqual(await resumed.exportState(), await engine.exportState());
});

Deno.test("createReferenceEngine() lowers the loss", async () => {
  for (const name of ["latent learned df", "layers of every kind", "t3"]) {
    const task = TASKS[name];
    const data = examples(task, COUNT);
    const engine = createReferenceEngine(optionsOf(task));
    const before = await engine.objectiveParts(data, rows(COUNT), { statistics: "batch" });
    for (let epoch = 0; epoch < 40; epoch++) await engine.trainSteps(data, rows(COUNT));
    const after = await engine.objectiveParts(data, rows(COUNT), { statistics: "batch" });
    assert.ok(after.loss < before.loss, `${name}: ${before.loss} to ${after.loss}`);
  }
});

Deno.test("createReferenceEngine() draws a row's evaluation noise by its index, whatever the batch", async () => {
  const task = TASKS["latent fixed df"];
  const data = examples(task, COUNT);
  const engine = createReferenceEngine(optionsOf(task));
  const chosen = Uint32Array.of(6, 2);
  const { loc, scale } = await engine.encode(data, chosen);
  const z = await engine.sampleLatent(data, chosen);
  const { u, v } = uniformPairs({ seed: 11, stream: "evaluation" }, { rows: chosen, dimensions: 3 });
  const expected = loc.map((m, i) => m + scale[i] * polarSample({ u: u[i], v: v[i] }, 5).value);
  assertClose(z, expected, { what: "z", tolerance: 1e-6 });
});
