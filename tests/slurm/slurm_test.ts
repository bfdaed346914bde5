/** Sweeps on a Slurm cluster. */

import assert from "node:assert/strict";
import { dirname } from "node:path";
import { readMetrics } from "../../lib/run/metrics.ts";
import { type Sandbox, sandbox, type TaskResult, writeRows } from "../scripts/task.ts";
import { type Cluster, clusterObstacle, settled, startCluster } from "./cluster.ts";

const obstacle = await clusterObstacle();

/** A test that needs a cluster; where there can be none, its name says why. */
function slurmTest(name: string, fn: (cluster: Cluster) => Promise<void>): void {
  Deno.test({
    name: `${name}${obstacle === undefined ? "" : ` (${obstacle})`}`,
    ignore: obstacle !== undefined,
    fn: async () => {
      await using cluster = await startCluster({ cpus: 4 });
      await fn(cluster);
    },
  });
}

/** Writes data and a sweep of a small model over seeds; training lasts some seconds, so that it can be disturbed. */
async function writeSweep(box: Sandbox, { epochs, seeds }: { epochs: number; seeds: number }): Promise<void> {
  await writeRows(box.file("rows.csv"));
  const base = {
    dataset: "rows.csv",
    backend: "wasm",
    model: { preset: "fc", hidden: [6] },
    latent: { size: 2 },
    batchSize: 16,
    validation: 10,
    epochs,
  };
  const grid = { seed: Array.from({ length: seeds }, (_, seed) => seed) };
  await Deno.writeTextFile(box.file("seeds.json"), JSON.stringify({ base, grid }));
}

/** Names of the cells' folders. */
async function cellNames(box: Sandbox): Promise<string[]> {
  const { cells } = JSON.parse(await Deno.readTextFile(box.file("runs/seeds/sweep.json")));
  return cells.map(({ name }: { name: string }) => name);
}

/** What two runs of one cell have in common: checkpoint bytes, evaluation, and metrics but for times. */
async function outcome(box: Sandbox, run: string): Promise<unknown> {
  return {
    last: await Deno.readFile(box.file(run, "checkpoints", "last.safetensors")),
    best: await Deno.readFile(box.file(run, "checkpoints", "best.safetensors")),
    metrics: (await readMetrics({ path: box.file(run) })).map((line) => ({ ...line, seconds: 0 })),
    evaluation: await Deno.readTextFile(box.file(run, "evaluation.json")),
    state: JSON.parse(await Deno.readTextFile(box.file(run, "status.json"))).state,
  };
}

function succeeded(result: TaskResult): TaskResult {
  assert.equal(result.code, 0, result.stderr);
  return result;
}

slurmTest(
  "sweep run --on slurm ends with the bytes of a local run, whatever happened to its jobs",
  async ({ env, node, slurm }) => {
    await using box = await sandbox();
    await writeSweep(box, { epochs: 150, seeds: 2 });
    const run = ["sweep", "run", "seeds.json", "--on", "slurm"];
    const { stderr } = succeeded(await box.task(run, env));
    assert.match(stderr, /^submitted 2 of 2 cells as job \d+\n/);
    const job = stderr.match(/job (\d+)/)![1];
    const names = await cellNames(box);
    const reads = (words: string, ...file: string[]) => async () =>
      (await Deno.readTextFile(box.file("runs/seeds", ...file))).includes(words);

    await settled(reads('"epoch":5', names[0], "metrics.jsonl"));
    await slurm("scontrol", "requeue", `${job}_0`);
    await settled(reads('"epoch":5', names[1], "metrics.jsonl"));
    // What Slurm sends before a time limit.
    await slurm("scancel", "--batch", "--signal=USR1", `${job}_1`);
    await settled(reads(", start 2\n", "logs", `${names[0]}.log`));
    // It comes back by itself.
    await slurm("scontrol", "update", `nodename=${node}`, "state=down", "reason=test");
    await settled(async () => (await slurm("squeue", "--noheader")) === "");

    const [first, second] = await Promise.all(
      names.map((name) => Deno.readTextFile(box.file("runs/seeds/logs", `${name}.log`))),
    );
    assert.match(first, new RegExp(`^== Slurm job ${job}_0 on .*, start 1\n(.*\n)+== .*, start 3\n`));
    assert.match(second, /\ntime limit: back into the queue\n(.*\n)*== .*, start 2\n/);

    succeeded(await box.task(["sweep", "run", "seeds.json", "--run", "local"]));
    for (const name of names) {
      assert.deepEqual(await outcome(box, `runs/seeds/${name}`), await outcome(box, `local/${name}`));
    }
    const summary = (folder: string) => Deno.readTextFile(box.file(folder, "summary.json"));
    const times = /"seconds": .*/g;
    assert.equal(
      (await summary("runs/seeds")).replaceAll(times, ""),
      (await summary("local")).replaceAll(times, ""),
    );
    assert.match(succeeded(await box.task(run, env)).stderr, /^nothing to submit: every cell .* is done\n$/);
  },
);

slurmTest("sweep run --on slurm submits a sweep once at a time, and waits for it", async ({ env, slurm }) => {
  await using box = await sandbox();
  await writeSweep(box, { epochs: 1, seeds: 1 });
  const run = ["sweep", "run", "seeds.json", "--on", "slurm"];
  const wrong = await box.task([...run, "--partition", "absent"], env);
  assert.equal(wrong.code, 1);
  assert.match(
    wrong.stderr,
    /^error: Cannot submit: sbatch said: .*invalid partition specified: absent.*\n$/,
  );

  const { stderr } = succeeded(await box.task([...run, "--sbatch-arg=--hold"], env));
  const job = stderr.match(/job (\d+)/)![1];
  const second = await box.task(run, env);
  assert.equal(second.code, 1);
  assert.match(
    second.stderr,
    new RegExp(`^error: Cannot submit: job ${job} of this sweep is in the queue, .* scancel ${job}\n$`),
  );
  const held = succeeded(await box.task(["sweep", "status", "seeds.json"], env));
  assert.match(held.stdout, /waiting.*queued: JobHeldUser/);
  await slurm("scancel", "--user=root");
  const cancelled = succeeded(await box.task(["sweep", "status", "seeds.json"], env));
  assert.match(cancelled.stdout, /waiting.*cancelled/);

  const waited = succeeded(await box.task([...run, "--array-limit", "1", "--wait"], env));
  assert.match(waited.stderr, /\ncells: 1 done\n$/);
});

Deno.test("sweep run --on slurm says so where there is no Slurm", async () => {
  await using box = await sandbox();
  await writeSweep(box, { epochs: 1, seeds: 1 });
  const result = await box.task(["sweep", "run", "seeds.json", "--on", "slurm"], {
    PATH: dirname(Deno.execPath()),
  });
  assert.equal(result.code, 1);
  assert.match(result.stderr, /error: Cannot submit: sbatch was not found; .*\n$/);

  // Somebody else's folder, to be looked at.
  const record = { schemaVersion: 1, jobs: [{ id: "12", offset: 0, cells: [0] }] };
  await Deno.writeTextFile(box.file("runs/seeds/slurm.json"), JSON.stringify(record));
  const status = succeeded(
    await box.task(["sweep", "status", "seeds.json"], { PATH: dirname(Deno.execPath()) }),
  );
  assert.match(status.stderr, /^warning: Cannot ask for the queue: squeue was not found; .*\n$/);
  assert.match(status.stdout, /1 waiting/);
});
