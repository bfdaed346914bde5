/** Jobs of a sweep, and what Slurm says of them. */

import assert from "node:assert/strict";
import { join } from "node:path";
import {
  isQueued,
  mergeTask,
  parseAccounting,
  parseQueue,
  readSlurmRecord,
  type SlurmTask,
  writeSlurmRecord,
} from "../../../lib/run/sweep/slurm_jobs.ts";
import type { Cell } from "../../../lib/run/sweep/sweep.ts";
import type { CellReport, CellState } from "../../../lib/run/sweep/report.ts";
import { exampleConfig } from "../fixtures.ts";

const CELL: Cell = { index: 3, name: "0003-01234567", settings: {}, config: exampleConfig() };

function report(state: CellState, error?: string): CellReport {
  return { cell: CELL, state, epoch: 2, epochs: 5, seconds: 1, ...(error !== undefined && { error }) };
}

const task = (state: string, more: Partial<SlurmTask> = {}): SlurmTask => ({ job: "12_3", state, ...more });

Deno.test("parseQueue() finds the last job of every cell, whatever else is in the queue", () => {
  const jobs = [
    { id: "7", offset: 0, cells: [0, 1] },
    { id: "9", offset: 0, cells: [1] },
    { id: "10", offset: 1000, cells: [1002] },
  ];
  const text = [
    "9|1|PENDING||Resources",
    "8|1|RUNNING|n1|None",
    "7|0|RUNNING|n2|None",
    "7|1|FAILED|n1|NonZeroExitCode",
    "10|2|COMPLETED|n3|None",
    "11|N/A|PENDING||Dependency",
    "",
  ].join("\n");
  assert.deepEqual(
    [...parseQueue(text, jobs)],
    [
      [0, { job: "7_0", state: "RUNNING", node: "n2" }],
      [1, { job: "9_1", state: "PENDING", reason: "Resources" }],
      [1002, { job: "10_2", state: "COMPLETED", node: "n3" }],
    ],
  );
});

Deno.test("parseQueue() takes a row of a whole array for all its cells that have none", () => {
  const jobs = [{ id: "7", offset: 0, cells: [0, 1] }];
  const text = "7|N/A|CANCELLED||JobHeldUser\n7|1|COMPLETED|n1|None\n";
  assert.deepEqual(
    [...parseQueue(text, jobs).values()].map(({ job, state }) => `${job} ${state}`),
    ["7_0 CANCELLED", "7_1 COMPLETED"],
  );
});

Deno.test("parseAccounting() reads who cancelled as cancelled, and no node as none", () => {
  const jobs = [{ id: "7", offset: 0, cells: [0, 1] }];
  const text = "7_0|CANCELLED by 1000|None assigned\n7_1|TIMEOUT|n1\n7_1.batch|CANCELLED|n1\n";
  assert.deepEqual(
    [...parseAccounting(text, jobs)],
    [[0, { job: "7_0", state: "CANCELLED" }], [1, { job: "7_1", state: "TIMEOUT", node: "n1" }]],
  );
});

Deno.test("isQueued() takes a state that it does not know for one in the queue: none may be submitted twice", () => {
  for (const state of ["PENDING", "RUNNING", "COMPLETING", "REQUEUE_HOLD", "NEW_IN_SLURM_30"]) {
    assert.ok(isQueued(task(state)), state);
  }
  for (const state of ["COMPLETED", "FAILED", "TIMEOUT", "CANCELLED", "NODE_FAIL", "OUT_OF_MEMORY"]) {
    assert.ok(!isQueued(task(state)), state);
  }
});

Deno.test("mergeTask() believes the folder in what is done and Slurm in what is being done", () => {
  const merged = (state: CellState, said: SlurmTask, error?: string) => {
    const { state: now, note, error: why } = mergeTask(report(state, error), said);
    return [now, note ?? why];
  };
  assert.deepEqual(mergeTask(report("broken"), undefined), report("broken"));
  assert.deepEqual(merged("done", task("FAILED")), ["done", undefined]);
  assert.deepEqual(merged("waiting", task("PENDING", { reason: "Priority" })), [
    "waiting",
    "queued: Priority",
  ]);
  assert.deepEqual(merged("failed", task("PENDING"), "disk full"), ["waiting", "queued"]);
  assert.deepEqual(merged("broken", task("RUNNING", { node: "n1" })), ["running", "on n1"]);
  assert.deepEqual(merged("running", task("NODE_FAIL", { node: "n1" })), ["running", undefined]);
  assert.deepEqual(merged("broken", task("CANCELLED")), ["interrupted", "cancelled"]);
  assert.deepEqual(merged("waiting", task("CANCELLED")), ["waiting", "cancelled"]);
  assert.deepEqual(merged("interrupted", task("TIMEOUT", { node: "n1" })), [
    "interrupted",
    "time limit on n1",
  ]);
  assert.deepEqual(merged("failed", task("FAILED"), "disk full"), ["failed", "disk full"]);
  assert.deepEqual(
    merged("broken", task("OUT_OF_MEMORY", { node: "n1" })),
    ["failed", "Slurm job 12_3: out of memory on n1; see logs/0003-01234567.log"],
  );
});

Deno.test("readSlurmRecord() gives back what was written, nothing without a file, and names a defect", async () => {
  const path = await Deno.makeTempDir();
  try {
    assert.deepEqual(await readSlurmRecord({ path }), { jobs: [] });
    const record = { jobs: [{ id: "12", offset: 0, cells: [0, 2] }], collect: "13" };
    await writeSlurmRecord({ path }, record);
    assert.deepEqual(await readSlurmRecord({ path }), record);
    // Numbers reach command lines.
    await writeSlurmRecord({ path }, { jobs: [{ ...record.jobs[0], id: "--me" }] });
    await assert.rejects(readSlurmRecord({ path }), {
      name: "SyntaxError",
      message: new RegExp(
        `^Cannot read ${join(path, "slurm.json")}: jobs.0.id must be .*got "--me"; put a good copy back`,
      ),
    });
  } finally {
    await Deno.remove(path, { recursive: true });
  }
});
