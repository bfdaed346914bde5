/**
 * Writes without end, to be killed by crash_test.ts: `train <run>` stores states, `create <root>` makes runs.
 *
 * @module
 */

import { loadCheckpoint, saveCheckpoint } from "../../lib/run/checkpoint.ts";
import { createRun, openRun } from "../../lib/run/directory.ts";
import { lockRun } from "../../lib/run/lock.ts";
import { writeMetrics } from "../../lib/run/metrics.ts";
import { exampleConfig, PROVENANCE } from "./fixtures.ts";

/** Large enough for kills to fall within a write. */
const ELEMENTS = 300_000;

async function train(path: string): Promise<never> {
  const run = await openRun(path);
  using _lock = await lockRun(run);
  const stored = await loadCheckpoint(run, "last");
  console.log("ready");
  for (let step = (stored?.state.step ?? 0) + 1;; step++) {
    const lines = Array.from({ length: step }, (_, i) => {
      const train = { loss: step, reconstruction: step, kl: 0 };
      return { epoch: i + 1, step: i + 1, train, seconds: 0 };
    });
    await writeMetrics(run, lines);
    const data = new Float32Array(ELEMENTS).fill(step);
    const state = { step, tensors: new Map([["x", { shape: [ELEMENTS], data }]]) };
    await saveCheckpoint(run, "last", { state, progress: { epoch: step } });
  }
}

async function create(root: string): Promise<never> {
  console.log("ready");
  for (;;) await createRun(exampleConfig(), { root, provenance: PROVENANCE });
}

const [action, path] = Deno.args;
await (action === "train" ? train(path) : create(path));
