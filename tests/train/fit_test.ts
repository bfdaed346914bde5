import assert from "node:assert/strict";
import type { Engine, EngineState } from "../../lib/engine/engine.ts";
import { fit, type FitEvent, type FitOptions } from "../../lib/train/fit.ts";

/** An engine whose only parameter is the number of steps taken, and whose loss follows from the batch and the step. */
function countingEngine(
  { batchSize = 4, stepsPerCall = 1, loss = (step: number, row: number) => 1000 / step + row }: {
    batchSize?: number;
    stepsPerCall?: number;
    loss?: (step: number, row: number) => number;
  } = {},
): Engine & { readonly seen: number[] } {
  let step = 0;
  const seen: number[] = [];
  const sums = (rows: Uint32Array) => {
    const total = rows.reduce((sum, row) => sum + loss(step, row), 0);
    return { examples: rows.length, loss: total, reconstruction: total, kl: 0 };
  };
  const unused = () => Promise.reject(new Error("not used by fit()"));
  return {
    name: "tfjs-cpu",
    device: "counter",
    threads: 1,
    batchSize,
    stepsPerCall,
    seen,
    get step() {
      return step;
    },
    trainSteps: (_, indices) => {
      const result = [];
      for (let start = 0; start < indices.length; start += batchSize) {
        const rows = indices.subarray(start, start + batchSize);
        seen.push(...rows);
        step++;
        result.push(sums(rows));
      }
      return Promise.resolve(result);
    },
    objectiveParts: (_, indices) =>
      Promise.resolve({
        ...sums(indices),
        klPerDimension: new Float64Array(1),
        perExample: {
          reconstruction: new Float32Array(indices.length),
          kl: new Float32Array(indices.length),
        },
      }),
    encode: unused,
    logLikelihood: unused,
    sampleLatent: unused,
    decode: unused,
    learnedDf: () => Promise.resolve(undefined),
    exportState: () =>
      Promise.resolve({ step, tensors: new Map([["step", { shape: [1], data: Float32Array.of(step) }]]) }),
    importState: (state: EngineState) => {
      step = state.step;
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
}

/** With a df for every step taken. */
function learning(engine: Engine): Engine {
  engine.learnedDf = () => Promise.resolve(Float32Array.of(engine.step, 2 * engine.step));
  return engine;
}

const split = (count: number) => ({ values: new Uint8Array(count), count });
const data = { train: split(10), test: split(3) };

async function collect(
  engine: Engine,
  options: FitOptions,
  from: Parameters<typeof fit>[1] = data,
): Promise<FitEvent[]> {
  return await Array.fromAsync(fit(engine, from, options));
}

Deno.test("fit() trains on every example once an epoch, each epoch in another order", async () => {
  const engine = countingEngine();
  await collect(engine, { epochs: 2, seed: 0 });
  const [first, second] = [engine.seen.slice(0, 10), engine.seen.slice(10)];
  const sorted = (rows: number[]) => rows.toSorted((a, b) => a - b);
  assert.deepEqual(sorted(first), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  assert.deepEqual(sorted(second), sorted(first));
  assert.notDeepEqual(first, second);
  assert.equal(engine.step, 6); // the last, shorter batch of an epoch trains too
});

Deno.test("fit() yields batches, the epoch, its checkpoint and the end, with means over examples", async () => {
  const events = await collect(countingEngine({ loss: (_, row) => row }), { epochs: 1, seed: 0 });
  assert.deepEqual(events.map(({ kind }) => kind), ["batch", "batch", "batch", "epoch", "checkpoint", "end"]);
  const [epoch, checkpoint, end] = events.slice(3);
  assert.ok(epoch.kind === "epoch" && checkpoint.kind === "checkpoint" && end.kind === "end");
  assert.deepEqual([epoch.train.loss, epoch.test?.loss, epoch.validation], [4.5, 1, undefined]);
  assert.equal(checkpoint.progress.epoch, 1);
  assert.equal(end.reason, "finished");
});

Deno.test("fit() measures the test set on batch statistics too, where it is told to", async () => {
  const engine = countingEngine({ loss: (_, row) => row });
  const { objectiveParts } = engine;
  engine.objectiveParts = async (values, indices, options) => {
    const parts = await objectiveParts(values, indices);
    return options?.statistics === "batch" ? { ...parts, loss: 2 * parts.loss } : parts;
  };
  const epochOf = async (testOnBatchStatistics: boolean) => {
    const events = await collect(engine, { epochs: engine.step / 3 + 1, seed: 0, testOnBatchStatistics });
    const epoch = events.find((event) => event.kind === "epoch");
    assert.ok(epoch?.kind === "epoch");
    return epoch;
  };
  const [told, untold] = [await epochOf(true), await epochOf(false)];
  assert.deepEqual([told.test?.loss, told.testOnBatchStatistics?.loss], [1, 2]);
  assert.ok(!("testOnBatchStatistics" in untold));
});

Deno.test("fit() tells the learned df of every epoch, and of no other model", async () => {
  const dfs = async (engine: Engine) =>
    (await collect(engine, { epochs: 2, seed: 0 })).flatMap((event) =>
      event.kind === "epoch" ? ["df" in event ? event.df : "none"] : []
    );
  assert.deepEqual(await dfs(countingEngine()), ["none", "none"]);
  assert.deepEqual(await dfs(learning(countingEngine())), [[3, 6], [6, 12]]);
});

Deno.test("fit() takes the engine's steps per call, and the same steps whatever their number", async () => {
  const [one, many] = [countingEngine(), countingEngine({ stepsPerCall: 8 })];
  const [singly, together] = [
    await collect(one, { epochs: 2, seed: 3 }),
    await collect(many, { epochs: 2, seed: 3 }),
  ];
  assert.deepEqual(one.seen, many.seen);
  const epochs = (events: FitEvent[]) => events.filter(({ kind }) => kind !== "batch");
  assert.deepEqual(epochs(singly), epochs(together));
  assert.equal(together.filter(({ kind }) => kind === "batch").length, 2);
});

for (const stop of [1, 2, 3, 4, 5]) {
  Deno.test(`fit() interrupted after step ${stop} and resumed is as if undisturbed`, async () => {
    const undisturbed = await collect(learning(countingEngine()), { epochs: 2, seed: 0 });
    const abort = new AbortController();
    const before: FitEvent[] = [];
    const first = learning(countingEngine());
    for await (const event of fit(first, data, { epochs: 2, seed: 0, signal: abort.signal })) {
      before.push(event);
      if (event.kind === "batch" && event.step === stop) abort.abort();
    }
    assert.deepEqual(before.at(-1), { kind: "end", reason: "interrupted" });
    const checkpoint = before.findLast((event) => event.kind === "checkpoint");
    assert.ok(checkpoint?.kind === "checkpoint");
    assert.equal(checkpoint.state.step, stop);

    const second = learning(countingEngine());
    await second.importState(checkpoint.state);
    const resume = JSON.parse(JSON.stringify(checkpoint.progress));
    const after = await collect(second, { epochs: 2, seed: 0, resume });
    const told = (events: FitEvent[]) => events.filter(({ kind }) => kind === "epoch" || kind === "batch");
    assert.deepEqual([...told(before), ...told(after)], told(undisturbed));
    assert.deepEqual(
      JSON.parse(JSON.stringify(after.slice(-2))),
      JSON.parse(JSON.stringify(undisturbed.slice(-2))),
    );
  });
}

Deno.test("fit() makes checkpoints every n epochs and at the end", async () => {
  const events = await collect(countingEngine(), { epochs: 5, seed: 0, checkpointEvery: 2 });
  const stored = events.flatMap((event) => event.kind === "checkpoint" ? [event.progress.epoch] : []);
  assert.deepEqual(stored, [2, 4, 5]);
});

Deno.test("fit() stops after `patience` epochs without a lower validation loss, and names the best", async () => {
  // The loss falls until step 6 (two epochs) and rises from there.
  const engine = countingEngine({ loss: (step) => Math.abs(step - 6) });
  const events = await collect(engine, { epochs: 9, seed: 0, patience: 2 }, {
    ...data,
    validation: split(2),
  });
  const checkpoints = events.filter((event) => event.kind === "checkpoint");
  assert.deepEqual(checkpoints.map(({ best }) => best), [true, true, false, false]);
  assert.deepEqual(checkpoints.at(-1)!.progress.best, { epoch: 2, loss: 0 });
  assert.deepEqual(events.at(-1), { kind: "end", reason: "patience" });
});

Deno.test("fit() never chooses by the test set", async () => {
  const events = await collect(countingEngine(), { epochs: 4, seed: 0, patience: 1 });
  assert.ok(
    events.every((event) =>
      event.kind !== "checkpoint" || (!event.best && event.progress.best === undefined)
    ),
  );
  assert.deepEqual(events.at(-1), { kind: "end", reason: "finished" });
});

for (const bad of [NaN, Infinity]) {
  Deno.test(`fit() stops at a loss of ${bad}, naming the step and the last good checkpoint`, async () => {
    const engine = countingEngine({ loss: (step) => step === 8 ? bad : 1 });
    await assert.rejects(collect(engine, { epochs: 5, seed: 0 }), {
      name: "RangeError",
      message: `Training diverged: the loss is ${bad} at step 8; the last good checkpoint is of step 6. ` +
        "Try a lower optimizer.learningRate or another seed",
    });
  });
}

Deno.test("fit() stores no parameters that are not finite", async () => {
  const engine = countingEngine();
  engine.exportState = () =>
    Promise.resolve({ step: 3, tensors: new Map([["w", { shape: [1], data: Float32Array.of(NaN) }]]) });
  await assert.rejects(collect(engine, { epochs: 1, seed: 0 }), {
    message: /^Training diverged: w holds NaN at step 3; there is no earlier checkpoint/,
  });
});

Deno.test("fit() refuses options and data outside their domain before it trains", async () => {
  const refused = async (change: Partial<FitOptions>, rule: string, from = data) => {
    const engine = countingEngine();
    await assert.rejects(collect(engine, { epochs: 1, seed: 0, ...change }, from), {
      name: "RangeError",
      message: `Cannot train: ${rule}`,
    });
    assert.equal(engine.step, 0);
  };
  for (const bad of [0, -1, 1.5, NaN]) {
    await refused({ epochs: bad }, `epochs must be a positive integer, got ${bad}`);
    await refused({ checkpointEvery: bad }, `checkpointEvery must be a positive integer, got ${bad}`);
  }
  for (const bad of [-1, 1.5, NaN]) {
    await refused({ patience: bad }, `patience must be an integer >= 0, got ${bad}`);
  }
  for (const part of ["train", "test"]) {
    await refused({}, `${part}.count must be a positive integer, got 0`, { ...data, [part]: split(0) });
  }
});
