import assert from "node:assert/strict";
import { readJson, writeJson } from "../../../lib/run/json.ts";
import { lockRun } from "../../../lib/run/lock.ts";
import { type MetricsLine, writeMetrics } from "../../../lib/run/metrics.ts";
import { writeStatus } from "../../../lib/run/status.ts";
import { expandSweep, type Sweep } from "../../../lib/run/sweep/sweep.ts";
import {
  cellPaths,
  checkSame,
  createSweep,
  lockSweep,
  openSweep,
  type SweepFolder,
  trainArguments,
} from "../../../lib/run/sweep/directory.ts";
import { parseSweepFile } from "../../../lib/run/sweep/file.ts";
import { reportCell } from "../../../lib/run/sweep/report.ts";
import { UsageError } from "../../../lib/run/usage_error.ts";
import { exampleRun, list, temporaryFolder } from "../fixtures.ts";

const ENGINE = { backend: "tfjs-cpu", reason: "a test" } as const;
const FILE = { grid: { "latent.df": [3, "learned"], seed: [0, 1] } };

async function sweepOf(file: object = {}): Promise<Sweep> {
  return await expandSweep(
    { ...parseSweepFile({ ...FILE, ...file }, "x.json"), base: { epochs: 3 } },
    "x.json",
  );
}

async function example(path: string): Promise<SweepFolder> {
  return await createSweep(path, await sweepOf(), ENGINE);
}

async function isUsageError(promise: Promise<unknown>, message: RegExp): Promise<void> {
  await assert.rejects(promise, (error) => {
    assert(error instanceof UsageError, String(error));
    assert.match(error.message, message);
    assert(!error.message.includes("\n"));
    return true;
  });
}

Deno.test("createSweep() makes a whole folder, in which auto is settled but for who forces an engine", async () => {
  await using folder = await temporaryFolder();
  const sweep = await sweepOf({ cells: [{ backend: ["auto", "wasm"] }], grid: undefined });
  const made = await createSweep(folder.in("a", "sweep"), sweep, ENGINE);
  assert.deepEqual(made.sweep.cells.map(({ config }) => config.backend), ["tfjs-cpu", "wasm"]);
  assert.deepEqual(made.sweep.cells.map(({ name }) => name), sweep.cells.map(({ name }) => name));
  assert.deepEqual(await openSweep(made.path), made);
  assert.deepEqual(await list(folder.in("a")), ["sweep"]);
  assert.deepEqual(await list(made.path), ["cells", "logs", "sweep.json"]);
  for (const cell of made.sweep.cells) {
    assert.deepEqual(await readJson(cellPaths(made, cell).config), JSON.parse(JSON.stringify(cell.config)));
  }
});

Deno.test("createSweep() opens the same sweep and keeps its engine, whatever auto would be now", async () => {
  await using folder = await temporaryFolder();
  const made = await example(folder.in("sweep"));
  const again = await createSweep(made.path, await sweepOf(), { backend: "wasm", reason: "another machine" });
  assert.deepEqual(again, made);
});

Deno.test("createSweep() gives two processes that want one folder the same one", async () => {
  await using folder = await temporaryFolder();
  const makers = ["tfjs-cpu", "wasm", "tfjs-wasm"] as const;
  const sweep = await sweepOf();
  const made = await Promise.all(
    makers.map((backend) => createSweep(folder.in("sweep"), sweep, { backend, reason: "a test" })),
  );
  const onDisk = await openSweep(folder.in("sweep"));
  for (const one of made) assert.deepEqual(one, onDisk);
  assert.deepEqual(await list(folder.in()), ["sweep"]);
});

Deno.test("createSweep() and checkSame() refuse another sweep in the folder, naming the first cell that differs", async () => {
  await using folder = await temporaryFolder();
  const made = await example(folder.in("sweep"));
  const cases: readonly [object, RegExp][] = [
    [
      { grid: { "latent.df": [3, 7], seed: [0, 1] } },
      /: cell 2 was \{"latent\.df":"learned","seed":0\} and is \{"latent/,
    ],
    [{ grid: { "latent.df": [3, "learned"], seed: [0, 1, 2] } }, /: cell 2 was /],
    [{ grid: { "latent.df": [3], seed: [0, 1] } }, /the file has no cell 2 \{"latent\.df":"learned"/],
    [{ random: { trials: 1, space: { seed: [9] } } }, /it has no cell 4 \{"seed":9\}, as the file has/],
    [{ metric: "validation.kl" }, /its metric was validation\.loss and is validation\.kl in the file/],
    [{ direction: "max" }, /its direction was min and is max/],
  ];
  for (const [file, message] of cases) {
    await isUsageError(createSweep(made.path, await sweepOf(file), ENGINE), message);
  }
  const base = { ...await sweepOf() };
  const other = {
    ...base,
    cells: base.cells.map((cell) => ({ ...cell, config: { ...cell.config, epochs: 4 } })),
  };
  assert.throws(
    () => checkSame(made, other),
    /cell 0 \{"latent\.df":3,"seed":0\} has another base in the file; name an/,
  );
});

Deno.test("createSweep() refuses a folder of something else, and leaves it alone", async () => {
  await using folder = await temporaryFolder();
  await Deno.writeTextFile(folder.in("notes.txt"), "mine");
  await isUsageError(
    example(folder.in()),
    /it exists, is not empty and no sweep's folder; name another one with --run/,
  );
  await isUsageError(example(folder.in("notes.txt")), /no sweep's folder/);
  assert.deepEqual(await list(folder.in()), ["notes.txt"]);
  await assert.rejects(example(folder.in("notes.txt", "sweep")), /^Error: Cannot create sweep [^\n]*--run$/);
});

Deno.test("openSweep() refuses a sweep.json that is corrupt, or whose names lead out of the folder", async () => {
  await using folder = await temporaryFolder();
  await isUsageError(openSweep(folder.in("absent")), /it has no sweep\.json, so it is no sweep's folder/);
  const { path } = await example(folder.in("sweep"));
  const file = folder.in("sweep", "sweep.json");
  const good = await readJson(file) as { cells: object[] };
  const withCell = (change: object) => ({ ...good, cells: [{ ...good.cells[0], ...change }] });
  const cases: readonly [unknown, RegExp][] = [
    [[], /schemaVersion is missing/],
    [3, /it must be Object, got 3/],
    [{ ...good, schemaVersion: 2 }, /schemaVersion must be 1/],
    [{ ...good, backend: "auto" }, /backend must be/],
    [withCell({ name: "../../etc" }), /cells\.0\.name must be/],
    [withCell({ name: "0000-0123456g" }), /cells\.0\.name must be/],
    [withCell({ name: "0000-01234567/.." }), /cells\.0\.name must be/],
    [withCell({ index: 1 }), /cells\.0\.index must be 0, got 1/],
    [withCell({ config: { epochs: 0 } }), /epochs must be a positive integer/],
  ];
  for (const [content, message] of cases) {
    await writeJson(file, content);
    await assert.rejects(openSweep(path), (error) => {
      assert(error instanceof SyntaxError, String(error));
      assert(error.message.startsWith(`Cannot read ${file}: `), error.message);
      assert.match(error.message, message);
      return true;
    });
  }
});

Deno.test("lockSweep() gives a sweep to one at a time, and leaves what others write in the cells alone", async () => {
  await using folder = await temporaryFolder();
  const made = await example(folder.in("sweep"));
  const { run } = cellPaths(made, made.sweep.cells[0]);
  await Deno.mkdir(run);
  await Deno.writeTextFile(`${run}/.metrics.jsonl.1.tmp`, "being written");
  await Deno.writeTextFile(folder.in("sweep", ".summary.csv.1.tmp"), "left behind");
  {
    using _lock = await lockSweep(made);
    await assert.rejects(
      lockSweep(made),
      /^Error: Cannot work on sweep .*: another process trains or evaluates its cells; wait for it/,
    );
  }
  using _lock = await lockSweep(made);
  assert.deepEqual(await list(run), [".metrics.jsonl.1.tmp"]);
  assert.ok(!(await list(made.path)).includes(".summary.csv.1.tmp"));
});

Deno.test("trainArguments() starts a cell from its configuration, and resumes it from its folder", async () => {
  await using folder = await temporaryFolder();
  const made = await example(folder.in("sweep"));
  const [cell] = made.sweep.cells;
  const { config, run } = cellPaths(made, cell);
  assert.deepEqual(trainArguments(made, cell, { threads: 2, resume: false }), [
    ...["--config", config, "--run", run, "--threads", "2"],
  ]);
  assert.deepEqual(trainArguments(made, cell, { threads: 1, resume: true }), [
    ...["--resume", "--run", run, "--threads", "1"],
  ]);
});

const line = (epoch: number, validation: number): MetricsLine => ({
  epoch,
  step: epoch,
  train: { loss: 9, reconstruction: 8, kl: 1 },
  validation: { loss: validation, reconstruction: validation - 1, kl: 1 },
  test: { loss: 1, reconstruction: 0, kl: 1 },
  seconds: 2,
});

Deno.test("reportCell() tells every state of a cell, a killed one from one that trains", async () => {
  await using folder = await temporaryFolder();
  const made = await example(folder.in("sweep"));
  const [cell] = made.sweep.cells;
  const report = async () => {
    const { cell: { index }, ...report } = await reportCell(made, cell);
    assert.equal(index, 0);
    return report;
  };
  assert.deepEqual(await report(), { state: "waiting", epoch: 0, epochs: 3, seconds: 0 });
  const run = await exampleRun(cellPaths(made, cell).run);
  assert.equal((await report()).state, "broken");
  {
    using _lock = await lockRun(run);
    assert.equal((await report()).state, "running");
    await writeMetrics(run, [line(1, 7), line(2, 5), line(3, 6)]);
    assert.deepEqual(await report(), { state: "running", epoch: 3, epochs: 3, value: 5, seconds: 6 });
  }
  assert.equal((await report()).state, "broken");
  await writeStatus(run, { state: "interrupted" });
  assert.equal((await report()).state, "interrupted");
  await writeStatus(run, { state: "failed", error: "no more disk" });
  const { state, error } = await report();
  assert.deepEqual([state, error], ["failed", "no more disk"]);
  await writeStatus(run, { state: "done" });
  assert.equal((await report()).state, "done");
  await Deno.writeTextFile(`${run.path}/metrics.jsonl`, "{");
  const corrupt = await report();
  assert.equal(corrupt.state, "failed");
  assert.match(corrupt.error!, /metrics\.jsonl, line 1: it is truncated/);
  await Deno.remove(`${run.path}/metrics.jsonl`);
  const bare = await report();
  assert.equal(bare.state, "failed");
  assert.match(
    bare.error!,
    /^Cannot read metrics of .*: it is done, but none are there; put a good copy back/,
  );
});

Deno.test("reportCell() takes the metric where the validation loss is least, or last without a validation set", async () => {
  await using folder = await temporaryFolder();
  const cases: readonly [string, number, MetricsLine[]][] = [
    ["validation.reconstruction", 4, [line(1, 7), line(2, 5), line(3, 5)]],
    ["test.kl", 1, [line(1, 7)]],
    ["train.loss", 9, [line(1, 7), { ...line(2, 1), validation: undefined }]],
  ];
  for (const [i, [metric, value, lines]] of cases.entries()) {
    const made = await createSweep(folder.in(String(i)), await sweepOf({ metric }), ENGINE);
    const [cell] = made.sweep.cells;
    await writeMetrics(await exampleRun(cellPaths(made, cell).run), lines);
    assert.equal((await reportCell(made, cell)).value, value);
  }
});

Deno.test("lockRun() waits out who only looks at the lock", async () => {
  await using folder = await temporaryFolder();
  const run = await exampleRun(folder.in("run"));
  await Deno.writeTextFile(folder.in("run", "lock"), "");
  const file = await Deno.open(folder.in("run", "lock"));
  assert.equal(await file.tryLock(false), true);
  const locked = lockRun(run);
  file.close();
  using _lock = await locked;
});
